"""
Real pages to train on: documentation and templates inside packages that the development set knows nothing of.

What a generator cannot invent: the habits of hundreds of authors. Only the list of packages is kept (``sites.toml``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.collect import FACTS, SITE, RawPage, png_of
from training.observe import words_of
from training.packages import PackageKind, download
from vision_code.errors import VerificationFailed
from vision_code.render import Browser

SITES_FILE = Path(__file__).with_name("sites.toml")
SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
# Redirects and frames are smaller, whole books on one page larger.
MIN_BYTES, MAX_BYTES = 1_500, 400_000
# The lower parts of long pages repeat the upper ones.
SHOWN_HEIGHT_PX = 2400
MIN_WORDS, MAX_WORDS = 12, 4_000
WIDTHS_PX = (1280, 1280, 1440, 1440, 1024, 1920, 768, 390)
# Seeds of the same pages at another width, and of the same pages in another style.
SECOND_LOOK, OTHER_STYLE = 1000, 5000
#: JavaScript that gives a page another style, drawn with the number that it is called with.
RESTYLE = Path(__file__).with_name("restyle.js").read_text()
# With more of its words on others than this share, a page is torn by the style that it was put into.
TORN_SHARE, TOUCH_PX = 0.04, 2.0
PAGE_DEADLINE_S = 25.0
# Words differ from their ground by so many grey levels at least, and so many of a page's must.
MIN_INK, SHOWN_SHARE = 24, 0.95
# What Chromium sets words in where no style sheet says anything.
DEFAULT_FACE = "Times New Roman"
# An address in the package itself; one on a content delivery network is out of reach.
_STYLED = re.compile(r"<style|<link[^>]*href=[\"']?(?!https?:|//)[^>\"']+\.css")
_TEMPLATE = re.compile(r"\{%|\{\{|<%")
# What pages of Debian's documentation packages link to outside their own package.
SHARED = (
    *("libjs-jquery", "libjs-underscore", "libjs-sphinxdoc", "sphinx-rtd-theme-common", "libjs-bootstrap"),
    *("libjs-bootstrap4", "fonts-font-awesome", "fonts-lato", "libjs-jquery-ui", "libjs-modernizr", "furo"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """
    One package.

    Attributes:
        kind: Where it comes from.
        package: Its name there.
        limit: At most so many of its pages.
        held_out: Its pages only measure.
    """

    kind: PackageKind
    package: str
    limit: int
    held_out: bool

    @property
    def family(self) -> str:
        """
        Name of the site in file names.
        """
        return SITE + re.sub(r"[^\w-]", "_", self.package.strip("@"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """
    One page of a site at one width.

    Attributes:
        style: Number of the style that it is put into (see ``restyle.js``); None for its own.
    """

    seed: int
    family: str
    path: Path
    root: Path
    width_px: int
    scripts: bool
    style: int | None = None


def load_sites() -> list[Site]:
    """
    The packages of ``sites.toml`` in the order of the file.
    """
    entries = tomllib.loads(SITES_FILE.read_text(encoding="utf-8"))
    held_out = frozenset(entries["held_out"])
    return [
        Site(kind=kind, package=package, limit=entries["limits"][kind], held_out=package in held_out)
        for kind in ("npm", "deb")
        for package in entries[kind]
    ]


def pages_of(site: Site, folder: Path) -> list[SitePage]:
    """
    A fixed choice of a site's pages, those of npm packages at two widths each, and each in another style; the package
    is fetched unless ``folder`` has it.
    """
    root = _unpacked(site, folder)
    if root is None:
        return []
    rng = Random(site.package)
    pages = root / "usr/share/doc" if site.kind == "deb" else root
    files = sorted(path for path in pages.rglob("*") if path.suffix in SUFFIXES and _is_page(path, site.kind))
    if site.kind == "deb":
        files = [path for path in files if path.relative_to(pages).parts[0] not in SHARED]
    chosen = rng.sample(files, min(site.limit, len(files)))
    looks: list[tuple[int, Path, int, int | None]]
    looks = [(number, path, rng.choice(WIDTHS_PX), None) for number, path in enumerate(chosen)]
    if site.kind == "npm":
        # Templates are rarer than documentation and look another way at another width.
        looks += [
            (SECOND_LOOK + number, path, rng.choice([other for other in WIDTHS_PX if other != width]), None)
            for number, path, width, _ in looks
        ]
    looks += [
        (OTHER_STYLE + number, path, rng.choice(WIDTHS_PX), rng.randrange(2**31)) for number, path in enumerate(chosen)
    ]
    return [
        SitePage(
            seed=seed,
            family=site.family,
            path=path,
            root=root,
            width_px=width,
            scripts=site.kind == "npm",
            style=style,
        )
        for seed, path, width, style in looks
    ]


def render_sites(pages: Sequence[SitePage]) -> Iterator[RawPage]:
    """
    Render pages with the product's browser: not those that do not load or hold hardly a word, or too many.
    """
    with Browser(deadline_s=PAGE_DEADLINE_S) as browser:
        for page in pages:
            try:
                (rendering,) = browser.render_widths(
                    page.path,
                    widths_px=(page.width_px,),
                    root=page.root,
                    javascript=page.scripts,
                    prepare="" if page.style is None else f"({RESTYLE})({page.style})",
                    probe=FACTS,
                    roles=False,
                )
            except VerificationFailed as error:
                print(f"{page.path}: {error}", file=sys.stderr)
                continue
            facts = rendering.probed
            assert isinstance(facts, dict)
            pixels = rendering.pixels[:SHOWN_HEIGHT_PX, : page.width_px]
            facts |= {"width": page.width_px, "height": pixels.shape[0]}
            if not MIN_WORDS <= len(facts["words"]) <= MAX_WORDS or not shows(pixels, facts):
                continue
            if (page.scripts and not styled(facts)) or (page.style is not None and torn(facts)):
                continue
            yield RawPage(seed=page.seed, family=page.family, width_px=page.width_px, png=png_of(pixels), facts=facts)


def shows(pixels: NDArray[np.uint8], facts: dict[str, Any]) -> bool:
    """
    Whether there is ink in the picture where the words are said to be.

    Scripts that answer to a resized window rearrange a page while its picture is taken.
    """
    boxes = [word.box for word in words_of(facts)]
    inked = [np.ptp(pixels[int(b.y) : int(b.bottom) + 1, int(b.x) : int(b.right) + 1]) >= MIN_INK for b in boxes]
    return sum(inked) >= SHOWN_SHARE * len(inked)


def styled(facts: dict[str, Any]) -> bool:
    """
    Whether a template's style sheets were there: most of its words are not in the browser's own face.
    """
    faces = [row[9] for row in facts["words"]]
    return sum(DEFAULT_FACE in face for face in faces) < len(faces) / 2


def torn(facts: dict[str, Any]) -> bool:
    """
    Whether many words of a page stand on other words.
    """
    boxes = [word.box for word in words_of(facts)]
    left, top, right, bottom = np.array([(b.x, b.y + 0.2 * b.h, b.right, b.bottom - 0.2 * b.h) for b in boxes]).T
    level = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    upright = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    touching = (level > TOUCH_PX) & (upright > TOUCH_PX)
    return bool((touching.sum(axis=1) > 1).mean() > TORN_SHARE)


def _unpacked(site: Site, folder: Path) -> Path | None:
    """
    Root of a site's files; None when the package cannot be had any more.
    """
    target = folder / site.family
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            fresh = Path(scratch) / "unpacked"
            download(site.kind, site.package, fresh)
            if site.kind == "deb":
                _add_shared(folder, fresh)
            fresh.rename(target)
    except (OSError, subprocess.CalledProcessError, tarfile.TarError) as error:
        print(f"{site.package}: {error}", file=sys.stderr)
        return None
    return target


def _add_shared(folder: Path, root: Path) -> None:
    """
    Themes and scripts that many documentation packages link to, and those links made relative.
    """
    shared = folder / "shared"
    if not shared.is_dir():
        for package in SHARED:
            download("deb", package, shared)
    shutil.copytree(shared, root, dirs_exist_ok=True, symlinks=True, copy_function=_linked)
    for path in root.rglob("*"):
        if path.is_symlink() and (goal := str(path.readlink())).startswith("/"):
            path.unlink()
            path.symlink_to(os.path.relpath(root / goal.lstrip("/"), path.parent))


def _linked(source: str, target: str) -> None:
    if not os.path.lexists(target):
        os.link(source, target, follow_symlinks=False)


def _is_page(path: Path, kind: PackageKind) -> bool:
    """
    Whether a file is a page with a look of its own: partials of templates and frames are not.
    """
    if not path.is_file() or path.is_symlink() or not MIN_BYTES <= path.stat().st_size <= MAX_BYTES:
        return False
    # Reports of test coverage all look the same.
    if "lcov-report" in path.parts:
        return False
    text = path.read_text(encoding="utf-8", errors="replace").lower()
    whole = "<body" in text and "<frameset" not in text and 'http-equiv="refresh"' not in text
    # What is still to be filled in was never looked at.
    return whole and not _TEMPLATE.search(text) and (kind != "npm" or _STYLED.search(text) is not None)
