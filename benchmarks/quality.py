"""
Quality on real pages: ``python -m benchmarks.quality``; fetches the set when it is not there.

Examples:
    python -m benchmarks.quality --split tuning --limit 12 --engine none --cache-ocr
    python -m benchmarks.quality --resume rows.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.items import Item, load_items
from benchmarks.machine import describe
from benchmarks.report import markdown, summarise
from benchmarks.rows import append_row, read_rows
from benchmarks.scoring import PARTS, score_item
from benchmarks.systems import open_system
from vision_code.cli.signals import ending_signals
from vision_code.render import Browser, Pixels

RESULTS = Path(__file__).with_name("results")

#: Rules alone beside the model: what the model is worth.
DEFAULT_ENGINES = ("none", "embedded")

#: What a worker may take to clean up after the parent's death; its browser closes within 4 s.
_END_DEADLINE_S = 6.0

#: Wide sheets are halved for the eye.
_SHEET_MAX_WIDTH_PX = 2000


def main() -> int:
    args = _parser().parse_args()
    with ending_signals() as came:
        try:
            code = _run(args)
        except KeyboardInterrupt:  # before there was anything to report, or once more
            code = 1
    return 128 + came[0] if came else code


def _run(args: argparse.Namespace) -> int:
    items = _chosen(args)
    if not items:
        fetched = subprocess.run([sys.executable, "-m", "benchmarks.fetch"], check=False).returncode == 0
        items = _chosen(args)
        if not fetched or not items:
            print("nothing to measure", file=sys.stderr)
            return 2
    done = _done(args.resume)
    rows: list[dict[str, Any]] = list(done.values())
    engines = args.engine or DEFAULT_ENGINES
    work = [(name, item) for item in items for name in engines if (name, item.id) not in done]
    whole = True
    try:
        for number, row in enumerate(_score_all(args, work), 1):
            rows.append(row)
            print(f"[{number}/{len(work)}] {_line(row)}", flush=True)
            if args.resume:
                append_row(args.resume, row)
    except KeyboardInterrupt:
        whole = False
        print("stopped; what is done is reported", file=sys.stderr)
    if not rows:
        return 1
    machine = {**describe(), "jobs": args.jobs, "readings": "shared by the engines" if args.cache_ocr else "each anew"}
    text = markdown(summarise(rows), machine)
    print(text)
    if args.save or (whole and _is_everything(args)):
        _save(rows, text, machine)
    return 1 if any("error" in row for row in rows) else 0


def _chosen(args: argparse.Namespace) -> list[Item]:
    items = load_items(args.split, args.kind, args.limit)
    return [item for item in items if not args.pages or any(text in item.id for text in args.pages)]


def _is_everything(args: argparse.Namespace) -> bool:
    """
    Whether this is the run of record: the whole set, the product as it ships, honest times.
    """
    narrowed = args.engine or args.kind or args.limit or args.pages or args.no_verify or args.cache_ocr
    return args.split == "all" and not narrowed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add(
        "--engine",
        action="append",
        help="none, embedded, local:PATH or module:function; repeatable (default: both of ours)",
    )
    add("--split", choices=("tuning", "held_out", "all"), default="all")
    add("--kind", action="append", default=[], help="page, element, or card, form, table …; repeatable (default: all)")
    add("--limit", type=int, metavar="N", help="N pages and N elements, spread over the packages")
    add("--pages", action="append", metavar="TEXT", help="only items with TEXT in their name; repeatable")
    add("--jobs", type=int, default=1, help="processes (default: 1)")
    add("--no-verify", action="store_true", help="our pipeline without its own rendering and repair")
    add("--cache-ocr", action="store_true", help="keep what was read between runs; do not quote times then")
    add("--resume", type=Path, metavar="FILE", help="append each row to FILE (JSON lines), skip what it holds")
    add("--sheet", type=Path, metavar="DIR", help="write picture | rendering | difference of each item")
    add(
        "--save",
        action="store_true",
        help="write results/quality-<date>.json and .md; a run of the whole set does so itself",
    )
    return parser


def _score_all(args: argparse.Namespace, work: list[tuple[str, Item]]) -> Iterator[dict[str, Any]]:
    options = {"verify": not args.no_verify, "cached_reading": args.cache_ocr, "sheet": args.sheet}
    if args.jobs <= 1:
        with _Scorer(**options) as scorer:
            for name, item in work:
                yield scorer.score(name, item)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(args.jobs, context, initializer=_start_worker, initargs=(options,)) as pool:
        try:
            yield from pool.map(_score_in_worker, work)
        except KeyboardInterrupt:
            for worker in active_children():
                worker.terminate()
            pool.shutdown(cancel_futures=True)
            raise


class _Scorer:
    """
    The systems and the browser of one process.
    """

    def __init__(self, *, verify: bool, cached_reading: bool, sheet: Path | None) -> None:
        self._verify, self._cached_reading, self._sheet = verify, cached_reading, sheet
        self._stack = ExitStack()
        self._browser = self._stack.enter_context(Browser(deadline_s=30))

    def __enter__(self) -> _Scorer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def score(self, name: str, item: Item) -> dict[str, Any]:
        system = open_system(name, verify=self._verify, cached_reading=self._cached_reading)
        return score_item(name, system, item, self._browser, self._show(name) if self._sheet else None)

    def _show(self, name: str) -> Any:
        from PIL import Image

        assert self._sheet is not None
        folder = self._sheet / name.replace(":", "-").replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)

        def show(title: str, pixels: Pixels) -> None:
            image = Image.fromarray(pixels)
            while image.width > _SHEET_MAX_WIDTH_PX:
                image = image.reduce(2)
            image.save(folder / f"{title}.png")

        return show


_worker: list[_Scorer] = []


def _start_worker(options: dict[str, Any]) -> None:
    import atexit

    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    scorer = _Scorer(**options)
    atexit.register(scorer.__exit__)
    _worker.append(scorer)


def _score_in_worker(work: tuple[str, Item]) -> dict[str, Any]:
    try:
        return _worker[0].score(*work)
    except SystemExit:  # the pool would take it for the row and wait for more work
        _worker[0].__exit__()
        os._exit(128 + signal.SIGTERM)


def _leave(signum: int, _frame: FrameType | None) -> None:
    signal.signal(signum, signal.SIG_IGN)  # the pool sends it once more, into the clean-up
    raise SystemExit(128 + signum)


def _end_with_parent() -> None:
    """
    A pool that is killed tells its workers nothing, and they wait for work for ever.
    """
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_DEADLINE_S)
    os._exit(128 + signal.SIGTERM)


def _line(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{row['system']} {row['item']}: {row['error']}"
    full, narrow = row["full"], row["narrow"]
    parts = " ".join(f"{part} {full[part]:.2f}" for part in PARTS)
    reflow = f"{narrow['mean']:.3f}" if narrow else "–"
    return f"{row['system']} {row['item']}: {full['mean']:.3f} ({parts}) 2/3: {reflow}, {row['seconds']:.1f} s"


def _done(path: Path | None) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["system"], row["item"]): row for row in read_rows(path)}


def _save(rows: list[dict[str, Any]], text: str, machine: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    stem = RESULTS / f"quality-{time.strftime('%Y-%m-%d')}"
    payload = {"machine": machine, "summary": summarise(rows), "rows": rows}
    stem.with_suffix(".json").write_text(json.dumps(payload, indent=1), encoding="utf-8")
    stem.with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
