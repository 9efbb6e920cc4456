"""
`vision-code doctor` answers on any machine.
"""

from __future__ import annotations

import json
import os

import pytest

from vision_code.cli import run


def test_every_part_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    said = capsys.readouterr().out
    for part in ("python", "torch", "reader", "model", "compiler", "browser", "memory"):
        assert f"  {part}" in said


def test_without_a_browser_it_names_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISION_CODE_BROWSER", "/no/such/browser")
    assert run(["doctor", "--json"]) == 0
    browser = next(each for each in json.loads(capsys.readouterr().out)["findings"] if each["part"] == "browser")
    assert browser["ok"] is False
    assert browser["mend"] == "unset VISION_CODE_BROWSER"
    assert run(["doctor", "--quiet-browser"]) == 9


@pytest.mark.parametrize("error", [AttributeError, ValueError], ids=["Windows", "macOS"])
def test_a_system_that_does_not_tell_its_memory_is_answered(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def sysconf(name: str) -> int:
        raise error

    monkeypatch.setattr(os, "sysconf", sysconf)
    assert run(["doctor"]) == 0
    assert "does not say" in capsys.readouterr().out
