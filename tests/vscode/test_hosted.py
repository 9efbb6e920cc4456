"""
The extension as the editor's own interface sees it: a suite of Mocha inside the extension host of a real VS Code.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.vscode.installed import EXTENSION, Tools
from tests.vscode.workbench import PATIENCE_MS, Host

pytestmark = pytest.mark.e2e


def test_the_suite_in_the_extension_host(
    installed: Tools, start_host: Callable[..., Host], chromium: Browser, project: Path, tmp_path: Path
) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    build = ["node", "esbuild.mjs", "--hosted", str(suite)]
    subprocess.run(build, cwd=EXTENSION, env=installed.environment, check=True)
    own = {"name": "suite", "publisher": "tests", "version": "0.0.1", "engines": {"vscode": "^1.100.0"}}
    (suite / "package.json").write_text(json.dumps(own))
    host = start_host({"vision-code.engine": "none", "vision-code.verify": False}, testing=True)

    remote = f"vscode-remote://127.0.0.1:{host.port}"
    payload = [["extensionDevelopmentPath", f"{remote}{suite}"], ["extensionTestsPath", f"{remote}{suite}/suite"]]
    said: list[str] = []
    ended: list[int] = []
    context = chromium.new_context()
    page = context.new_page()
    page.expose_function("codeAutomationLog", lambda kind, words: said.append(f"{kind}: {words}"))
    page.expose_function("codeAutomationExit", lambda code, *_: ended.append(code))
    page.goto(f"http://127.0.0.1:{host.port}/?folder={quote(str(project))}&payload={quote(json.dumps(payload))}")
    waited_ms = 0
    while not ended and waited_ms < PATIENCE_MS:
        page.wait_for_timeout(100)
        waited_ms += 100
    context.close()
    assert ended == [0], "\n".join(said[-60:])
    written = (EXTENSION / "test" / "hosted" / "suite.ts").read_text().count("\n  test(")
    assert any(f"passed: {written}" in line for line in said)
