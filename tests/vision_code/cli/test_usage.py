"""
The command line itself: help at once, wrong calls refused in one line, a stdout that fails.
"""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from vision_code.cli import COMMANDS, run

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = [sys.executable, "-m", "vision_code"]


def _processor_s() -> float:
    """
    Of the processes that have ended so far: what others do at the same time does not count.
    """
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_is_there_at_once() -> None:
    seconds = []
    for _ in range(5):
        before = _processor_s()
        done = subprocess.run([*PROGRAM, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
        seconds.append(_processor_s() - before)
    assert all(command in done.stdout for command in COMMANDS)
    assert min(seconds) <= 0.3


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run([command, "--help"])
    assert caught.value.code == 0
    assert f"vision-code {command}" in capsys.readouterr().out


WRONG = {
    "no command": ([], "COMMAND"),
    "unknown command": (["draw"], "'draw'"),
    "no picture": (["component"], "IMAGE"),
    "unknown target": (["component", "a.png", "--target", "flutter"], "'flutter'"),
    "unknown option": (["component", "a.png", "--fast"], "--fast"),
    "abbreviated option": (["component", "a.png", "--no-ver"], "--no-ver"),
    "number expected": (["component", "a.png", "--candidates", "many"], "'many'"),
    "no checkpoint": (["inspect"], "CHECKPOINT"),
}


@pytest.mark.parametrize(("arguments", "named"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_a_usage_error(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error[usage.arguments]: ")
    assert named in said.err
    assert "--help" in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    ("option", "value", "kind"), [("--candidates", "9", "usage.candidates"), ("--scale", "0", "usage.scale")]
)
def test_a_number_out_of_range_is_a_usage_error(
    option: str, value: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["component", "a.png", option, value]) == 2
    assert capsys.readouterr().err.startswith(f"error[{kind}]: ")


def test_a_wrong_call_is_answered_in_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["component", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "usage.arguments"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_full_stdout_is_told(form: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [*PROGRAM, "inspect", "embedded", *form]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 7
    assert done.stderr == "error[output.stdout]: stdout cannot be written: No space left on device\n"


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", ">&- 2>&-"])
@pytest.mark.parametrize("option", ["", "--json", "--debug"])
def test_the_exit_code_stands_where_stderr_cannot_be_written(redirection: str, option: str) -> None:
    line = f"{shlex.join(PROGRAM)} inspect no-such-folder {option} {redirection}"
    assert subprocess.run(["sh", "-c", line], cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 4


@pytest.mark.parametrize(("form", "shown"), [([], "b\\xe9\\udcffd.png"), (["--json"], "b\\u00e9\\udcffd.png")])
def test_a_name_that_stdout_has_no_letters_for_is_shown_by_number(form: list[str], shown: str, tmp_path: Path) -> None:
    command = [*PROGRAM, "component", "--engine", "none", "--no-verify", "shot.png", "-o", "b\u00e9\udcffd.png", *form]
    Image.new("RGB", (40, 30)).save(tmp_path / "shot.png")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout.decode("ascii")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_that_went_away_is_told(form: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*PROGRAM, "inspect", "no-such-folder", *form]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 4
    assert done.stderr == "error[checkpoint.missing]: no checkpoint folder at no-such-folder\n"
