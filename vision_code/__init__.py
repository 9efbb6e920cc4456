"""
Vision Code: a picture of a user interface in, a component out.
"""

__version__ = "0.1.0"
