"""
Checkpoint files: validated headers, the plan of expected tensors, reading, writing, inspecting.
"""
