"""
`vision-code doctor` answers on any machine.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from vision_code.cli import run


def test_every_part_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    said = capsys.readouterr().out
    for part in ("python", "torch", "reader", "model", "compiler", "browser", "screen", "memory"):
        assert f"  {part}" in said


@pytest.mark.browser
def test_every_part_has_done_a_piece_of_its_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    said = {each["part"]: each["detail"] for each in json.loads(capsys.readouterr().out)["findings"]}
    assert "; reads (" in said["reader"]
    assert "; answers (" in said["model"]
    assert "; renders (" in said["browser"]


def test_a_browser_that_does_not_start_is_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("VISION_CODE_BROWSER", str(broken))
    assert run(["doctor", "--json"]) == 0
    browser = next(each for each in json.loads(capsys.readouterr().out)["findings"] if each["part"] == "browser")
    assert browser["ok"] is False
    assert "does not work: render.unavailable" in browser["detail"]
    assert browser["mend"] == "unset VISION_CODE_BROWSER"


def test_a_model_that_does_not_load_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from vision_code import engine
    from vision_code.cli import doctor

    damaged = tmp_path / "embedded"
    shutil.copytree(engine.EMBEDDED, damaged)
    weights = damaged / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    for module in (engine, doctor):
        monkeypatch.setattr(module, "EMBEDDED", damaged)
    assert run(["doctor"]) == 0
    assert "warn  model     embedded, " in (said := capsys.readouterr().out)
    assert "does not work: checkpoint." in said


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
