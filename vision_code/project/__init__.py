"""
What a project is made of, as far as its files tell: read, never run.

Everything here is quick and bounded, because a workspace is a stranger's until somebody says otherwise: only plain
files below the workspace are read, only up to a size, and no code, tool or git of the project is started.
"""
