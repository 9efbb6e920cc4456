"""
What holds for all tests: nothing is timed, and signals have their usual meaning, whatever started the run (`nohup`, a
shell's background).
"""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """
    Children inherit what is ignored; a program that ignores Ctrl-C for that reason is right, and its test fails.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
