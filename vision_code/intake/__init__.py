"""
Intake: a file or bytes in, a bounded sRGB picture out; nothing that a picture holds can hurt this process.
"""

from vision_code.intake.screenshot import Screenshot, open_screenshot

__all__ = ["Screenshot", "open_screenshot"]
