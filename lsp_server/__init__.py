"""
The language server: editors on one side, `vision_code` on the other. The only package that knows LSP.

It starts without torch, OpenCV or NumPy; whatever decodes, generates or renders does so in a child process.
"""
