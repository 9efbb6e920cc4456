"""
Pictures to patches: token arithmetic (torch-free) and preprocessing.
"""
