"""
The page generator: a nested grammar of words, components, sections and whole pages, in random styles.
"""
