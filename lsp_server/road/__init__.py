"""
The road from a picture to a component in a process of its own: messages, the process, and its owner with the queue.
"""
