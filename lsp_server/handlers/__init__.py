"""
What each method does: one file an idea, every handler a few lines.
"""
