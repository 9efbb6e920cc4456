"""
A VS Code with the extension in it, a browser to look at it, and a project of React and Tailwind with a picture.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.marked_processes import survivors
from tests.vscode.installed import ROOT, Tools, built_extension, tools
from tests.vscode.workbench import Host, Window
from vision_code.render import find_browser

#: From the end of a VS Code to the end of what its extensions started, at most.
LAST_S = 20
#: The program under test, of this very checkout.
PROGRAM = Path(sys.executable).parent / "vision-code"


@pytest.fixture(scope="session")
def installed() -> Tools:
    """
    VS Code's server and Node.
    """
    return tools()


@pytest.fixture(scope="session")
def extension_package(installed: Tools) -> Path:
    """
    The .vsix of the sources as they are.
    """
    return built_extension()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """
    The browser that shows the windows.
    """
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def start_host(
    installed: Tools, extension_package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Host]]:
    """
    Starts VS Code's servers, ends them after the module, and sees that nothing of theirs is left.
    """
    mark = secrets.token_hex(8)
    hosts: list[Host] = []

    def start(settings: dict[str, object] | None = None, **more: object) -> Host:
        home = tmp_path_factory.mktemp("host")
        own = {"vision-code.server.path": str(PROGRAM), **(settings or {})}
        its = f"{mark}-{len(hosts)}"
        hosts.append(Host(installed, extension_package, home, mark=its, settings=own, **more))  # type: ignore[arg-type]
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()
    deadline = time.monotonic() + LAST_S
    while survivors(mark) and time.monotonic() < deadline:
        time.sleep(0.2)
    left = survivors(mark)
    for host in hosts:
        host.forget()
    assert left == []


@pytest.fixture(scope="module")
def host(start_host: Callable[..., Host]) -> Host:
    """
    The VS Code that most tests share.
    """
    return start_host()


@pytest.fixture(scope="module")
def quick(start_host: Callable[..., Host]) -> Host:
    """
    A VS Code whose user wants the rules alone, not verified: the ways in are tested here, not what is made.
    """
    return start_host({"vision-code.engine": "none", "vision-code.verify": False})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """
    A project of React and Tailwind, as its tools make one, with a picture to turn into a component.
    """
    folder = tmp_path / "shop"
    (folder / "src" / "components").mkdir(parents=True)
    (folder / "design").mkdir()
    packages = {"react": "19.0.0", "react-dom": "19.0.0"}
    made = {"name": "shop", "private": True, "dependencies": packages, "devDependencies": {"tailwindcss": "4.0.0"}}
    (folder / "package.json").write_text(json.dumps(made, indent=2))
    (folder / "tsconfig.json").write_text('{ "compilerOptions": { "jsx": "react-jsx" } }\n')
    (folder / "src" / "components" / "Footer.tsx").write_text(
        'export default function Footer() {\n  return <footer className="p-4">Shop</footer>;\n}\n'
    )
    (folder / "notes.md").write_text("# Notes\n\n![The design](design/login.png)\n")
    shutil.copy(ROOT / "examples" / "login-card.png", folder / "design" / "login.png")
    return folder


@pytest.fixture
def open_window(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Window]]:
    """
    Opens windows, closes them after the test, and keeps a picture of each where the test failed.
    """
    windows: list[Window] = []

    def open_one(host: Host, folder: Path) -> Window:
        windows.append(Window(host, chromium, folder))
        return windows[-1]

    yield open_one
    for number, window in enumerate(windows):
        window.page.screenshot(path=ROOT / "out" / "vscode" / f"{tmp_path.name}-{number}.png")
        window.close()
