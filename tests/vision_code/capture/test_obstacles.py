"""
Each place where there is no screen gets its own advice.
"""

from __future__ import annotations

import pytest

from vision_code.capture.obstacles import is_distant, refuse_wayland, refuse_without_screen
from vision_code.errors import EngineUnavailable

PLACES = {
    "nothing": ({}, "linux", "DISPLAY is not set"),
    "empty": ({"DISPLAY": ""}, "linux", "DISPLAY is not set"),
    "ssh": ({"SSH_CONNECTION": "a"}, "linux", "on the machine whose screen you see"),
    "ssh in a tmux": ({"SSH_TTY": "/dev/pts/1"}, "linux", "remote session"),
    "container": ({"REMOTE_CONTAINERS": "true"}, "linux", "container"),
    "codespace": ({"CODESPACES": "true"}, "linux", "container"),
    "wsl": ({"WSL_DISTRO_NAME": "Debian"}, "linux", "Windows"),
    "wayland": ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "desktop's own tool"),
    "wayland by session": ({"XDG_SESSION_TYPE": "wayland"}, "linux", "desktop's own tool"),
    "a Mac over ssh": ({"SSH_CONNECTION": "a"}, "darwin", "remote session"),
    "Windows over ssh": ({"SSH_CONNECTION": "a"}, "win32", "remote session"),
}


@pytest.mark.parametrize(("environment", "platform", "advice"), PLACES.values(), ids=PLACES)
def test_without_a_screen_the_advice_fits(environment: dict[str, str], platform: str, advice: str) -> None:
    with pytest.raises(EngineUnavailable, match=advice) as caught:
        refuse_without_screen(environment, platform)
    assert caught.value.kind == "capture.unavailable"
    assert caught.value.exit_code == 8


@pytest.mark.parametrize(
    ("environment", "platform"), [({"DISPLAY": ":0"}, "linux"), ({}, "darwin"), ({}, "win32")], ids=str
)
def test_where_there_may_be_a_screen_nothing_is_refused(environment: dict[str, str], platform: str) -> None:
    refuse_without_screen(environment, platform)


@pytest.mark.parametrize(
    ("environment", "distant"),
    [
        ({"DISPLAY": ":0"}, False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "a"}, True),
        ({"DISPLAY": "unix:0", "SSH_CONNECTION": "a"}, True),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "a"}, False),
    ],
    ids=str,
)
def test_a_display_that_ssh_carries_is_the_users_own(environment: dict[str, str], distant: bool) -> None:
    assert is_distant(environment) is distant


@pytest.mark.parametrize(
    ("outputs", "environment", "refused"),
    [
        (["XWAYLAND0"], {}, True),
        (["eDP-1"], {"WAYLAND_DISPLAY": "wayland-0"}, True),
        (["eDP-1"], {"XDG_SESSION_TYPE": "x11"}, False),
        (["screen"], {"WAYLAND_DISPLAY": "wayland-0"}, False),
    ],
    ids=str,
)
def test_a_stand_in_for_wayland_is_told_from_its_outputs(
    outputs: list[str], environment: dict[str, str], refused: bool
) -> None:
    if refused:
        with pytest.raises(EngineUnavailable, match="Wayland"):
            refuse_wayland(outputs, environment)
    else:
        refuse_wayland(outputs, environment)
