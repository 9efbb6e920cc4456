"""
``vision-code`` and ``python -m vision_code``.
"""

from __future__ import annotations

from vision_code import _bootstrap

_bootstrap.activate()


def main() -> None:
    """
    Entry point of the console script; exits with the code of `vision_code.errors`.
    """
    import os
    import sys

    # NumPy multiplies nothing large here: a thread for each core costs .1 s of its import, in children too.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from vision_code.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before the command line took over, or while it cleaned up
        sys.exit(130)


if __name__ == "__main__":
    main()
