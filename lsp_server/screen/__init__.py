"""
The screen, read in a process of its own.
"""
