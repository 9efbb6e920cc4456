"""
Measures of the road from a reply to a diff: damaged replies, kills, full disks, hostile names and repositories, speed.
"""
