"""
Fetches the development set and renders it: ``python -m benchmarks.fetch``. Repeating it does only what is missing.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import quote

from benchmarks.candidates import CANDIDATES_SCRIPT, OPEN_MODAL_SCRIPT
from benchmarks.sources import PageSpec, Source, cache_folder, load_sources
from benchmarks.store import is_stored, store_page
from training.packages import download
from vision_code.render import Browser

#: Scripts of big dashboards draw for a while on one busy core.
_PAGE_DEADLINE_S = 40.0

_PLACEHOLDER = re.compile(
    r"https?://(?:dummyimage\.com|via\.placeholder\.com|placehold\.it)/(?P<width>\d+)x(?P<height>\d+)[^\"'\s)]*"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="SOURCE", action="append", help="fetch this source only (repeatable)")
    parser.add_argument("--again", action="store_true", help="render again what is stored")
    args = parser.parse_args()
    failed = []
    with Browser(deadline_s=_PAGE_DEADLINE_S) as browser:
        for source in load_sources():
            if args.only and source.id not in args.only:
                continue
            try:
                root = unpack(source)
                for page in source.pages:
                    if args.again or not is_stored(page):
                        render_page(browser, source, page, root)
            except (OSError, subprocess.CalledProcessError, tarfile.TarError) as error:
                failed.append(source.id)
                print(f"{source.id}: {error}", file=sys.stderr)
    print(f"cache: {cache_folder()}", f"failed: {', '.join(failed)}" if failed else "complete", sep="\n")
    return 1 if failed else 0


def unpack(source: Source) -> Path:
    """
    Download and unpack a source unless it is there; returns its root folder.
    """
    folder = cache_folder() / "raw" / source.id
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            fresh = Path(scratch) / "unpacked"
            download(source.kind, source.package, fresh)
            for package, target in source.vendor:
                _vendor(package, fresh / source.root / target)
            _rewrite(source, fresh / source.root)
            fresh.rename(folder)
    return (folder / source.root).resolve()


def render_page(browser: Browser, source: Source, page: PageSpec, root: Path) -> None:
    """
    Render a page at its width and at two thirds of it and store both with the boxes of its parts.
    """
    renderings = [
        browser.render_widths(
            root / page.path,
            widths_px=(width,),
            height_px=page.viewport_px,
            root=root,
            javascript=source.scripts,
            prepare=OPEN_MODAL_SCRIPT if page.modal else "",
            probe=CANDIDATES_SCRIPT,
        )[0]
        for width in (page.width_px, page.narrow_px)
    ]
    store_page(page, renderings)
    full = renderings[0]
    print(
        f"{page.id}: {full.pixels.shape[1]}x{full.pixels.shape[0]}, {len(full.facts.words)} words, "
        f"{len(full.facts.roles)} roles, {len(full.facts.elements)} elements, {full.seconds:.1f} s",
        flush=True,
    )


def _vendor(package: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        download("npm", package, Path(scratch) / "unpacked")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(Path(scratch) / "unpacked" / "package", target, dirs_exist_ok=True)


def _rewrite(source: Source, root: Path) -> None:
    for path in {root / page.path for page in source.pages}:
        text = path.read_text(encoding="utf-8")
        for old, new in source.rewrite:
            text = text.replace(old, new)
        path.write_text(_PLACEHOLDER.sub(_grey_picture, text), encoding="utf-8")


def _grey_picture(match: re.Match[str]) -> str:
    """
    The grey picture that the placeholder service would have sent, without its words.
    """
    width, height = match["width"], match["height"]
    fill = "<rect width='100%' height='100%' fill='#adb5bd'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>{fill}</svg>"
    return "data:image/svg+xml," + quote(svg)


if __name__ == "__main__":
    sys.exit(main())
