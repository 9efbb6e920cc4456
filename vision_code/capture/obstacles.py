"""
Why the screen cannot be captured here, with the advice that fits. Told from the environment and
from the screen's own answer.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from vision_code.errors import Denied, EngineUnavailable

#: What helps everywhere: the user's own tool.
_OWN_TOOL = "take the picture with your desktop's own tool and give its file to `vision-code component`"
_THERE = "take the picture on the machine whose screen you see, and give its file to `vision-code component`"
#: Each stands in the environment of programs that a distant editor or shell started. Sources: sshd(8); the
#: development container specification; GitHub Codespaces' default variables.
_DISTANT = ("SSH_CONNECTION", "SSH_TTY", "REMOTE_CONTAINERS", "CODESPACES")


def refuse_without_screen(environment: Mapping[str, str], platform: str = sys.platform) -> None:
    """
    Raises:
        EngineUnavailable: ``capture.unavailable``: by the environment alone there is no screen.
    """
    if platform in ("darwin", "win32"):
        if is_distant(environment):
            raise unavailable(f"this is a remote session; {_THERE}")
        return
    if environment.get("DISPLAY"):
        return
    if "WSL_DISTRO_NAME" in environment:
        raise unavailable(f"this is Linux inside of Windows, which shows it no screen; {_THERE} (it lies under /mnt/c)")
    if is_distant(environment):
        raise unavailable(f"no display: this is a remote session or a container; {_THERE}")
    if _is_wayland(environment):
        raise on_wayland()
    raise unavailable("no display: DISPLAY is not set; run it in a graphical session, or capture a page with --url")


def is_distant(environment: Mapping[str, str]) -> bool:
    """
    Whether the user sits at another machine, and the screen here, if there is one, is not what they see.

    A display that ssh carries to them (``localhost:10``) is theirs.
    """
    host = environment.get("DISPLAY", "").rpartition(":")[0]
    return any(environment.get(name) for name in _DISTANT) and host in ("", "unix")


def refuse_wayland(outputs: Sequence[str], environment: Mapping[str, str]) -> None:
    """
    Refuse an X server that only stands in for Wayland: it shows black where other programs' windows are.

    Args:
        outputs: What the X server calls its monitors. Xwayland has names of its own, later versions the real ones; that
            of a virtual server (Xvfb, Xephyr) is `screen` or none, and holds real pictures on Wayland too.

    Raises:
        EngineUnavailable: ``capture.unavailable``.
    """
    virtual = all(output in ("", "screen", "default") for output in outputs)
    if any(output.startswith("XWAYLAND") for output in outputs) or (_is_wayland(environment) and not virtual):
        raise on_wayland()


def on_wayland() -> EngineUnavailable:
    """
    Wayland gives other programs' windows only to those that the desktop itself has asked about.
    """
    return unavailable(f"Wayland shows this program no other program's windows; {_OWN_TOOL}")


def unavailable(reason: str) -> EngineUnavailable:
    """
    ``capture.unavailable``.
    """
    return EngineUnavailable("capture.unavailable", reason)


def refuse_without_grant() -> None:
    """
    macOS gives a program without the grant the wallpaper without windows, and no error: it is asked first.

    Raises:
        Denied: ``capture.denied``.
    """
    if sys.platform == "darwin":
        import ctypes

        graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
        asked = getattr(graphics, "CGPreflightScreenCaptureAccess", None)  # since macOS 10.15
        if asked is not None:
            asked.restype = ctypes.c_bool
            if not asked():
                where = "System Settings, Privacy & Security, Screen Recording"
                raise Denied("capture.denied", f"macOS lets this terminal see no windows; allow it in {where}")


def _is_wayland(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
