"""
A real VS Code in a real browser: its server in a process of its own, its window in Chromium, driven as a user would.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.marked_processes import MARK, survivors
from tests.vscode.installed import ROOT, Tools

#: Pictures of every step, kept for whoever wants to see what the tests saw.
PICTURES = ROOT / "out" / "vscode"
START_S = 60
#: Of everything that a user waits for, on a busy machine.
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)
_QUIET = {
    "workbench.startupEditor": "none",
    "git.enabled": False,
    "workbench.tips.enabled": False,
}


class Host:
    """
    VS Code's server with the extension installed; one for many windows.

    Args:
        home: An empty folder for its data.
        mark: Value of `MARK` in the environment of everything that it starts.
        settings: The user's, beside `_QUIET`.
        trusting: Whether every folder is trusted without a question.
        testing: Whether a suite of tests may run in its extension host.
        environment: Added to the server's; extensions inherit it.
    """

    def __init__(
        self,
        tools: Tools,
        package: Path,
        home: Path,
        *,
        mark: str,
        settings: dict[str, object],
        trusting: bool = True,
        testing: bool = False,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.home = home
        # Where the windows meet that share an engine: short, as a socket's path must be, and nobody else's.
        self._meeting = Path(tempfile.mkdtemp(prefix="vct-", dir="/tmp"))
        own = {MARK: mark, "HOME": str(home), "XDG_RUNTIME_DIR": str(self._meeting)}
        self.environment = {**tools.environment, **own, **(environment or {})}
        self._node = [str(tools.node / "bin" / "node"), str(tools.vscode / "out" / "server-main.js")]
        self._folders = [f"--server-data-dir={home / 'data'}", f"--extensions-dir={home / 'extensions'}"]
        # The machine's settings: those of a user who sits at a browser are kept in that browser.
        machine = home / "data" / "data" / "Machine"
        machine.mkdir(parents=True)
        (machine / "settings.json").write_text(json.dumps({**_QUIET, **settings}))
        command = [*self._node, *self._folders, f"--install-extension={package}", "--force"]
        subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=120)
        self.port = _free_port()
        self.log = (home / "server.log").open("wb")
        listen = ["--host=127.0.0.1", f"--port={self.port}", "--without-connection-token"]
        more = ["--accept-server-license-terms", "--telemetry-level=off"]
        more += ["--disable-workspace-trust"] if trusting else []
        more += ["--enable-smoke-test-driver"] if testing else []
        self.process = subprocess.Popen(
            [*self._node, *self._folders, *listen, *more],
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/version", timeout=5):
                return
            time.sleep(0.2)
        raise AssertionError(f"VS Code does not start: {(self.home / 'server.log').read_text()[-2000:]}")

    def servers(self) -> list[int]:
        """
        Ids of the language servers.
        """
        return self._running(b"vision-code\0lsp\0")

    def engines(self) -> list[int]:
        """
        Ids of the processes that windows share an engine in, and that the road runs in.
        """
        return self._running(b"lsp_server.road.")

    def _running(self, words: bytes) -> list[int]:
        """
        Ids of what runs for this VS Code with these words in its command line.
        """
        found = []
        for process in survivors(self.environment[MARK]):
            with suppress(OSError):  # it ended meanwhile
                if words in Path(f"/proc/{process}/cmdline").read_bytes():
                    found.append(process)
        return found

    @contextmanager
    def held(self) -> Iterator[Callable[[], bool]]:
        """
        An engine that is started in here stands still at once, so that whatever is asked of it is under way until the
        end. Yields whether it was started.
        """
        assert self.engines() == [], "an engine runs already"
        stopped: list[int] = []
        leaving = threading.Event()

        def watch() -> None:
            while not stopped and not leaving.wait(0.02):
                engines = self.engines()
                if len(engines) > 1:  # the windows' meeting place, and the road below it
                    for process in engines:
                        os.kill(process, signal.SIGSTOP)
                    stopped.extend(engines)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield lambda: bool(stopped)
        finally:
            leaving.set()
            watching.join()
            for process in stopped:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def close(self) -> None:
        """
        End it with everything in its process group.
        """
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.log.close()

    def forget(self) -> None:
        """
        Remove what its windows met in, when nothing of it runs any more.
        """
        shutil.rmtree(self._meeting, ignore_errors=True)


class Window:
    """
    One window of the workbench.

    Args:
        folder: The workspace.
    """

    def __init__(self, host: Host, browser: Browser, folder: Path) -> None:
        self.folder = folder
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800})
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.goto(f"http://127.0.0.1:{host.port}/?folder={quote(str(folder))}")
        self.page.locator(".monaco-workbench .part.statusbar").wait_for()

    def status(self) -> Locator:
        """
        The extension's item in the status bar.
        """
        return self.page.locator("[id='vision-code.vision-code.state'] a")

    def wait_until_ready(self) -> None:
        """
        Until the language server runs.
        """
        expect(self.status()).to_have_attribute("aria-label", re.compile(": ready"), timeout=PATIENCE_MS)

    def command(self, title: str) -> None:
        """
        Run a command from the palette, by its exact title.
        """
        self.page.keyboard.press("F1")
        box = self.page.locator(".quick-input-widget input[type=text]")
        box.fill(f">{title}")
        self.page.locator(f".quick-input-list .monaco-list-row[aria-label^='{title}']").first.click()

    def pick(self, label: str) -> None:
        """
        Choose a row of a quick pick.
        """
        self.page.locator(".quick-input-list .monaco-list-row", has_text=label).first.click()

    def enter(self, question: str, text: str, *, listed: str = "") -> None:
        """
        Type something into the box that asks a question, and confirm it once a row is ``listed`` below it.
        """
        self.page.locator(".quick-input-title", has_text=question).wait_for()
        box = self.page.locator(".quick-input-widget input[type=text]").first
        row = self.page.locator(".quick-input-list .monaco-list-row", has_text=listed).first

        def stands() -> bool:
            if box.input_value() != text:  # a dialog for files writes its own proposal there once it has looked
                box.fill(text)
                return False
            return not listed or row.is_visible()

        self.until(stands)
        self.page.keyboard.press("Enter")

    def tick(self, label: str) -> None:
        """
        Tick the one row that is wanted of a quick pick of many.
        """
        self.pick(label)
        expect(self.page.locator(".quick-input-count")).to_have_text("1 Selected")

    def open(self, folder: str, name: str) -> None:
        """
        Open a file of a folder in the workspace, by the Explorer.
        """
        self._row(folder, name).dblclick()
        self.page.locator(f".tab[data-resource-name='{name}'].active").wait_for()

    def theme(self, name: str) -> None:
        """
        Choose a colour theme.
        """
        self.command("Preferences: Color Theme")
        self.page.locator(".quick-input-widget input[type=text]").fill(name)
        self.page.locator(f".quick-input-list .monaco-list-row[aria-label^='{name}']").first.click()
        kind = {"Light Modern": "vs", "Dark Modern": "vs-dark", "Dark High Contrast": "hc-black"}[name]
        self.page.locator(f".monaco-workbench.{kind}").wait_for()

    def _row(self, folder: str, name: str) -> Locator:
        """
        A file's row in the Explorer; its folder is opened.
        """
        rows = self.page.locator(".explorer-folders-view .monaco-list-row")
        rows.first.wait_for()
        row = self.page.locator(f".explorer-folders-view .monaco-list-row[aria-label='{name}']")
        if folder and not row.is_visible():
            self.page.locator(f".explorer-folders-view .monaco-list-row[aria-label='{folder}']").click()
        return row

    def show_menu(self, folder: str, name: str) -> None:
        """
        Open a file's menu in the Explorer.
        """
        self._row(folder, name).click(button="right")
        self.page.locator(".monaco-menu .action-label").first.wait_for()

    def in_explorer(self, folder: str, name: str, entry: str) -> float:
        """
        Choose an entry of a file's menu in the Explorer.

        Returns:
            When the click was made that was taken, on the clock of `time.monotonic`.
        """
        self.show_menu(folder, name)
        chosen = self.page.locator(".monaco-menu .action-label", has_text=entry)
        chosen.wait_for()
        clicked_s = time.monotonic()
        while chosen.is_visible():  # a menu takes no click in its first moments
            clicked_s = time.monotonic()
            with suppress(PlaywrightTimeout):  # it went before the click came
                chosen.click(timeout=2_000)
            with suppress(PlaywrightTimeout):
                chosen.wait_for(state="hidden", timeout=1_000)
        return clicked_s

    def drag(self, folder: str, name: str) -> None:
        """
        Drag a file of a folder into the active editor, as into a text: with Shift, once it is on its way.
        """
        row = self._row(folder, name)
        row.wait_for()
        editor = self.page.locator(".editor-instance .view-lines").first.bounding_box()
        assert editor is not None
        row.hover()
        self.page.mouse.down()
        self.page.mouse.move(editor["x"] + 20, editor["y"] + 40)
        self.page.keyboard.down("Shift")
        overlay = self.page.locator("#monaco-workbench-editor-drop-overlay")
        for step in itertools.count():  # what offers to open it goes when it sees Shift in a move
            self.page.mouse.move(editor["x"] + 40 + step, editor["y"] + 8)
            if not overlay.is_visible():
                break
        self.page.mouse.move(editor["x"] + 30, editor["y"] + 8)
        self.page.mouse.up()
        self.page.keyboard.up("Shift")

    def preview(self) -> FrameLocator:
        """
        The page in the extension's panel.
        """
        return self.page.frame_locator("iframe.webview.ready").last.frame_locator("#active-frame")

    def notice(self, text: str | re.Pattern[str]) -> Locator:
        """
        A notification that holds a text.
        """
        return self.page.locator(".notifications-toasts .notification-list-item", has_text=text).first

    def editor_text(self) -> str:
        """
        What the active text editor shows.
        """
        lines = self.page.locator(".editor-instance .view-line").all_inner_texts()
        return "\n".join(lines).replace("\xa0", " ")

    def selected_text(self) -> str:
        """
        What is selected in the first column; it gets the focus.
        """
        self.page.keyboard.press("Control+1")
        # A copy without a selection would take the line.
        expect(self.page.locator("[id='status.editor.selection']")).to_contain_text("selected")
        self.page.evaluate("navigator.clipboard.writeText('')")
        copied = ""
        while not copied:
            self.page.keyboard.press("Control+C")
            copied = self.page.evaluate("navigator.clipboard.readText()")
        return copied.replace("\r\n", "\n")

    def until(self, holds: Callable[[], bool]) -> None:
        """
        Wait for something outside of the window.
        """
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not holds():
            assert time.monotonic() < deadline, "it never came true"
            self.page.wait_for_timeout(100)

    def picture(self, name: str) -> None:
        """
        Keep a picture of the window in `out/vscode`.
        """
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def portrait(self, name: str) -> None:
        """
        Keep a picture for a page that shows it at 800 px: of a smaller window, without the side bar.
        """
        before = self.page.viewport_size
        assert before is not None
        side_bar = self.page.locator(".part.sidebar")
        for size, is_shown in (({"width": 1120, "height": 840}, False), (before, True)):
            self.command("View: Toggle Primary Side Bar Visibility")
            expect(side_bar).to_be_visible(visible=is_shown)
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.mouse.move(500, size["height"] - 5)  # over what has no hint: one would cover what is below it
            self.page.wait_for_timeout(2_000)  # both sides of a diff, and a page's frame, are laid out anew
            if not is_shown:
                self.picture(name)

    def close(self) -> None:
        """
        Close the window.
        """
        self.context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
