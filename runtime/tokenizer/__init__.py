"""
Text to tokens and back: vocabulary, chat text, tool text, templates, streaming.
"""
