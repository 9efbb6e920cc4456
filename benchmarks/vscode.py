"""
What the VS Code extension costs a user, in a real VS Code: ``python -m benchmarks.vscode [--save]``.

Activation as the editor itself counts it (*Show Running Extensions*: loading and running `activate`), the size of the
package, and for a picture in the Explorer the time from the click to its first pixels in the preview, to a first draft
and to the proposal. Uses the workbench of the tests.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.machine import describe
from tests.vscode.installed import ROOT, built_extension, tools
from tests.vscode.workbench import PATIENCE_MS, Host, Window
from vision_code.render import find_browser

RESULTS = ROOT / "benchmarks" / "results"
#: Goals: the project's own.
ACTIVATION_MS, PACKAGE_BYTES, PIXELS_MS = 50, 3 << 19, 300


def activation_ms(window: Window) -> int:
    """
    Of the extension, as the editor counts it.
    """
    window.command("Developer: Show Running Extensions")
    row = window.page.locator(".runtime-extensions-editor .monaco-list-row", has_text="Vision Code").first
    told = row.locator(".activation-time").inner_text()
    return int(re.search(r"(\d+)ms", told).group(1))  # type: ignore[union-attr]


def picture_ms(window: Window) -> dict[str, float]:
    """
    From the click in the menu to what a user sees, ms.
    """
    start = window.in_explorer("design", "login.png", "Turn Picture into Component…")
    page = window.preview()
    seen = {}
    for name, selector in (
        ("first pixels", "#comparison:not([hidden]) #picture[src^='data:image']"),
        ("first draft", "#page[srcdoc*='Welcome']"),
        ("proposal", "#apply:enabled"),
    ):
        page.locator(selector).wait_for(timeout=PATIENCE_MS)
        seen[name] = (time.monotonic() - start) * 1000
    page.locator("#discard").click()
    return seen


def measure(browser: Browser, runs: int) -> list[str]:
    """
    Lines of the report.
    """
    package = built_extension()
    program = Path(sys.executable).parent / "vision-code"
    rows: list[dict[str, float]] = []
    activations = []
    with tempfile.TemporaryDirectory(prefix="vision-code-bench-") as scratch:
        folder = Path(scratch) / "shop"
        (folder / "design").mkdir(parents=True)
        shutil.copy(ROOT / "examples" / "login-card.png", folder / "design" / "login.png")
        host = Host(
            tools(), package, Path(scratch) / "home", mark="bench", settings={"vision-code.server.path": str(program)}
        )
        try:
            for _ in range(runs):
                window = Window(host, browser, folder)
                window.wait_until_ready()
                activations.append(activation_ms(window))
                picture_ms(window)  # the first one loads the model
                rows.append(picture_ms(window))
                window.close()
        finally:
            host.close()
            host.forget()
    size = package.stat().st_size
    lines = [
        f"| activation, ms | {statistics.median(activations)} | {ACTIVATION_MS} |",
        f"| package, KiB | {size / 1024:.0f} | {PACKAGE_BYTES // 1024} |",
    ]
    goals = {"first pixels": f"{PIXELS_MS}"}
    for name in rows[0]:
        middle = statistics.median(row[name] for row in rows)
        lines.append(f"| warm picture to {name}, ms | {middle:.0f} | {goals.get(name, '-')} |")
    return lines


def main() -> None:
    """
    Print the report, and with ``--save`` keep it.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--save", action="store_true")
    args = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        load = os.getloadavg()[0]
        lines = measure(browser, args.runs)
        browser.close()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    machine = ", ".join(f"{name} {value}" for name, value in describe().items())
    how = f"Medians of {args.runs} windows; the machine's load was {load:.1f} at the start."
    head = f"# The VS Code extension, {today}\n\n{machine}.\n{how}\n"
    report = "\n".join([head, "| | measured | goal |", "|---|---|---|", *lines, ""])
    print(report)
    if args.save:
        (RESULTS / f"vscode-{today}.md").write_text(report)


if __name__ == "__main__":
    main()
