"""
``vision-code doctor``: every part of the road tried for real, with the command that mends what is missing.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from runtime.api import Choice, GenerateRequest, user
from vision_code import engine_names
from vision_code.cli.report import out, out_json
from vision_code.engine import EMBEDDED, open_engine
from vision_code.errors import VisionCodeError

#: What every part is tried with.
WORD = "Hello"
REINSTALL = "pip install --force-reinstall vision-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One line of the report; ``mend`` is the command to type, empty when nothing is wrong.
    """

    part: str
    ok: bool
    required: bool
    detail: str
    mend: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``doctor``.
    """
    parser.add_argument("--quiet-browser", action="store_true", help="only exit 0 if a browser is found, else 9")


def run(args: argparse.Namespace) -> int:
    """
    Print the findings; exit 0 unless a required part is missing (then 1).
    """
    if args.quiet_browser:
        return 0 if _browser().ok else 9
    checks = (_python, _torch, _reader, _model, _compiler, _working_browser, _screen, _memory)
    findings = [check() for check in checks]
    if args.json:
        out_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else ("MISS" if finding.required else "warn")
            out(f"{mark}  {finding.part:<9} {finding.detail}")
            if finding.mend:
                out(f"      mend it with: {finding.mend}")
    return 1 if any(f.required and not f.ok for f in findings) else 0


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding(part="python", ok=ok, required=True, detail=f"{platform.python_version()} on {platform.machine()}")


def _installed(part: str, names: tuple[str, ...], required: bool, mend: str) -> Finding:
    found, missing = [], []
    for name in names:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    detail = ", ".join(found) if not missing else "missing: " + ", ".join(missing)
    return Finding(part=part, ok=not missing, required=required, detail=detail, mend=mend if missing else "")


def _torch() -> Finding:
    return _installed("torch", ("torch", "safetensors", "tiktoken"), True, "pip install torch safetensors tiktoken")


def _reader() -> Finding:
    names = ("rapidocr", "onnxruntime", "opencv-python-headless", "pillow")
    found = _installed("reader", names, True, "pip install " + " ".join(names))
    return _tried(found, _read_a_word, "pip install --force-reinstall " + " ".join(names)) if found.ok else found


def _read_a_word() -> str:
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    from vision_code.read.ocr import read_text

    picture = Image.new("RGB", (320, 80), "white")
    ImageDraw.Draw(picture).text((24, 24), WORD, "black", ImageFont.load_default(28))
    words = " ".join(line.text for line in read_text(np.asarray(picture)))
    if words != WORD:
        raise ValueError(f"read {words!r} where {WORD!r} stands")
    return "reads"


def _model() -> Finding:
    if not (EMBEDDED / "config.json").is_file():
        return Finding(part="model", ok=False, required=False, detail="no embedded model", mend=REINSTALL)
    size = sum(file.stat().st_size for file in EMBEDDED.iterdir())
    found = Finding(part="model", ok=True, required=False, detail=f"embedded, {size / 2**20:.1f} MiB")
    return _tried(found, _ask_the_model, REINSTALL)


def _ask_the_model() -> str:
    engine = open_engine(engine_names.EMBEDDED)
    assert engine is not None
    with engine:
        engine.generate([GenerateRequest(messages=(user(WORD),), template=("role:", Choice((" text", " link"))))])
    return "answers"


def _compiler() -> Finding:
    found = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    if found is None:
        detail = "no C compiler: the model runs in plain PyTorch, several times slower"
        return Finding(
            part="compiler", ok=False, required=False, detail=detail, mend="sudo apt-get install gcc libc6-dev"
        )
    return Finding(part="compiler", ok=True, required=False, detail=found)


def _browser() -> Finding:
    from vision_code.render import BrowserMissing, browser_or_reason

    found = browser_or_reason()
    if isinstance(found, BrowserMissing):
        detail = f"{found.reason}: results are not verified"
        return Finding(part="browser", ok=False, required=False, detail=detail, mend=found.command)
    return Finding(part="browser", ok=True, required=False, detail=found.name)


def _working_browser() -> Finding:
    from vision_code.render import mending_command

    found = _browser()
    return _tried(found, _render_a_word, mending_command()) if found.ok else found


def _render_a_word() -> str:
    from vision_code.render import Browser

    with Browser() as browser:
        (rendering,) = browser.render_widths(f"<p>{WORD}</p>", widths_px=(320,))
    words = " ".join(word.text for word in rendering.facts.words)
    if words != WORD:
        raise ValueError(f"shows {words!r} where {WORD!r} stands")
    return "renders"


def _screen() -> Finding:
    """
    Only `capture` needs it: a machine without one is as good for all else.
    """
    from vision_code.capture import monitors

    try:
        found = monitors()
    except VisionCodeError as error:
        return Finding(part="screen", ok=False, required=False, detail=f"cannot be captured: {error.message}")
    many = f"{len(found)} monitors" if len(found) > 1 else "1 monitor"
    return Finding(part="screen", ok=True, required=False, detail=f"{many}: {', '.join(str(m.area) for m in found)}")


def _tried(found: Finding, trial: Callable[[], str], mend: str) -> Finding:
    """
    What is there, once it has done a small piece of its work.
    """
    started = time.monotonic()
    try:
        did = trial()
    except (VisionCodeError, ImportError, OSError, ValueError) as error:
        return replace(found, ok=False, detail=f"{found.detail}: does not work: {error}", mend=mend)
    return replace(found, detail=f"{found.detail}; {did} ({time.monotonic() - started:.1f} s)")


def _memory() -> Finding:
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (AttributeError, ValueError):  # Windows, macOS
        detail = f"{os.cpu_count()} cores; this system does not say how much is free"
        return Finding(part="memory", ok=True, required=False, detail=detail)
    ok = free >= 1.5
    detail = f"{free:.1f} GiB free, {os.cpu_count()} cores"
    return Finding(part="memory", ok=ok, required=False, detail=detail, mend="" if ok else "close other programs")
