"""
Makes shards of samples: generate, render, measure, align. Resumable: whole shards are kept, missing ones made.

python -m training.prepare --shards 0:40
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from training.collect import RawPage, load, render, save
from training.crops import crops
from training.pages.held_out import HELD_OUT
from training.pages.layouts import GeneratedPage, generate
from training.samples import Sample, samples_of, write_shard
from training.sites import SitePage, load_sites, pages_of, render_sites

PAGES_PER_SHARD = 100
SITES_PER_SHARD = 8
# Seeds from here on belong to the held-out families and are never trained on.
HELD_OUT_SEED = 10_000_000


def data_folder() -> Path:
    """
    Where generated data lives: ``VISION_CODE_DATA`` or the user's cache; never the repository.
    """
    return Path(os.environ.get("VISION_CODE_DATA", "") or Path.home() / ".cache" / "vision-code" / "data")


def prepare(folder: Path, shards: range, *, held_out: bool = False, remake: bool = False, variant: int = 0) -> None:
    """
    Make the shards that are missing.

    Args:
        remake: Make samples again from the kept renderings (after a change of reader, divider or features).
        variant: Which reading of the same pages: each has other faults.
    """
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for number in shards:
        path = folder / f"{'heldout' if held_out else 'train'}-{number:05d}-{variant}.jsonl.gz"
        if path.exists() and not remake:
            continue
        started = time.monotonic()
        pages = _rendered(_plan(number, held_out=held_out), raw)
        count = write_shard(_all_samples(pages, variant), path)
        print(f"{path.name}: {count} samples in {time.monotonic() - started:.0f} s", flush=True)


def prepare_sites(folder: Path, shards: range, *, held_out: bool = False, remake: bool = False) -> None:
    """
    Make the missing shards of real pages (see ``sites``).
    """
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    sites = [site for site in load_sites() if site.held_out == held_out]
    for number in shards:
        path = folder / f"{'heldout' if held_out else 'train'}-site-{number:05d}.jsonl.gz"
        group = sites[number * SITES_PER_SHARD : (number + 1) * SITES_PER_SHARD]
        if not group or (path.exists() and not remake):
            continue
        started = time.monotonic()
        pages = [page for site in group for page in pages_of(site, folder / "sites")]
        for rendered in render_sites([page for page in pages if not _kept(raw, page).exists()]):
            save(rendered, raw)
        kept = (load(_kept(raw, page)) for page in pages if _kept(raw, page).exists())
        shown = (shown for page in kept for shown in (page, *crops(page)))
        count = write_shard(_all_samples(shown, 0), path)
        print(f"{path.name}: {count} samples of {len(pages)} pages in {time.monotonic() - started:.0f} s", flush=True)


def _plan(number: int, *, held_out: bool) -> list[GeneratedPage]:
    first = number * PAGES_PER_SHARD
    if not held_out:
        return [generate(seed) for seed in range(first, first + PAGES_PER_SHARD)]
    families = list(HELD_OUT)
    return [generate(HELD_OUT_SEED + first + n, families[n % len(families)]) for n in range(PAGES_PER_SHARD)]


def _rendered(pages: list[GeneratedPage], raw: Path) -> Iterator[RawPage]:
    missing = [page for page in pages if not _kept(raw, page).exists()]
    if missing:
        for rendered in render(missing):
            save(rendered, raw)
    for page in pages:
        yield load(_kept(raw, page))


def _kept(raw: Path, page: GeneratedPage | SitePage) -> Path:
    return raw / f"{page.family}-{page.seed:08d}.json.gz"


def _all_samples(pages: Iterator[RawPage], variant: int) -> Iterator[Sample]:
    for page in pages:
        try:
            yield from samples_of(page, variant)
        except (ValueError, IndexError, AssertionError):
            # One odd page of thousands must not cost a night's work, but it is worth a look.
            print(f"{page.family}-{page.seed:08d} cannot be measured", file=sys.stderr)
            traceback.print_exc()


def main() -> None:
    """
    Command line of this step.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--shards", default="0:10", help="first:last+1")
    parser.add_argument("--sites", action="store_true", help="shards of real pages instead of generated ones")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--remake", action="store_true", help="samples again from kept renderings")
    parser.add_argument("--variant", type=int, default=0, help="another reading of the same pages")
    arguments = parser.parse_args()
    first, last = (int(part) for part in arguments.shards.split(":"))
    if arguments.sites:
        prepare_sites(arguments.data, range(first, last), held_out=arguments.held_out, remake=arguments.remake)
        return
    prepare(
        arguments.data,
        range(first, last),
        held_out=arguments.held_out,
        remake=arguments.remake,
        variant=arguments.variant,
    )


if __name__ == "__main__":
    main()
