"""
Six pictures that show the range of the tool, and the demo that turns them into components.
"""
