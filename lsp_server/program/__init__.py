"""
The command line, run for an editor or another agent in a process of its own.
"""
