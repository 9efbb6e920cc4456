"""
What CI gets: a summary in which no stranger's text means anything, outputs nobody can add to, a workflow without holes.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vision_code.edits import Change, Entry, Staged
from vision_code.patching.ci import MAX_SUMMARY_BYTES, keep, summary

ROOT = Path(__file__).resolve().parents[3]
STAGED = Staged(
    changes=(
        Change(path="a b.py", old=Entry(b"x\n"), new=Entry(b"y\n")),
        Change(path="evil|`![x](http://x)`.md", old=None, new=Entry(b"z\n")),
    )
)
FACTS = {"tests_passed": True, "model": "kimi`</td>", "candidates": [1, 2, 3], "seed": 7}


def test_everything_is_kept_and_outputs_cannot_be_added_to(tmp_path: Path) -> None:
    environment = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "step")}
    keep(tmp_path / "report", STAGED, b"diff\n", FACTS, environment)
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "patch.diff", "result.json", "results.sarif", "summary.md",
    }  # fmt: skip
    written = (tmp_path / "output").read_text()
    found = {m[1]: m[3] for m in re.finditer(r"^([a-z]+)<<(\S+)\n(.*?)\n\2$", written, re.MULTILINE | re.DOTALL)}
    assert (found["status"], found["candidates"], found["seed"]) == ("patched", "3", "7")
    assert found["files"].splitlines()[0] == "a b.py"
    log = json.loads((tmp_path / "report" / "results.sarif").read_text())
    results = log["runs"][0]["results"]
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.py"
    assert len({r["partialFingerprints"]["change/v1"] for r in results}) == 2
    assert (tmp_path / "step").read_text() == (tmp_path / "report" / "summary.md").read_text()


def test_the_summary_shows_strangers_texts_as_code_and_stays_below_the_limit() -> None:
    text = summary(STAGED, b"+````\n+# heading\n" + b"+x\n" * 1_000_000, FACTS)
    assert len(text.encode()) <= MAX_SUMMARY_BYTES
    assert "`evil![x](http://x).md`" in text
    fence = re.search(r"^(`+)diff$", text, re.MULTILINE)
    assert fence is not None
    assert len(fence[1]) == 5
    assert "all of it is in the artifact" in text


def test_event_text_never_stands_in_a_script_and_actions_are_pinned() -> None:
    text = (ROOT / "action.yml").read_text()
    for script in re.findall(r"run: \|\n((?:        .*\n|\n)+)", text):
        assert "${{" not in script
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    for used in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used)


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    if not zizmor.exists() and shutil.which("zizmor") is None:
        pytest.skip("zizmor is not installed")
    program = str(zizmor) if zizmor.exists() else "zizmor"
    workflow = re.search(r"```yaml\n(name: Patch.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    assert workflow is not None
    place = tmp_path / ".github" / "workflows" / "patch.yml"
    place.parent.mkdir(parents=True)
    place.write_text(workflow[1].replace("@COMMIT", f"@{'0' * 40}"))
    shutil.copy(ROOT / "action.yml", tmp_path / "action.yml")
    options = ["--offline", "--no-progress", "--min-severity", "low"]
    done = subprocess.run([program, *options, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
