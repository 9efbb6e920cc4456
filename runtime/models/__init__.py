"""
One file per ``model_type``; each composes :mod:`runtime.layers` under the checkpoint's own tensor names.
"""
