"""
How often the file that has to change is found from the words of an issue alone, and how long the index takes.

Cases: two consecutive releases of a package on PyPI, as source archives. Each entry that the changelog gained is an
issue; the source files that differ are what had to change. Only releases with few entries and few changed files count,
because an entry cannot be told from its neighbours' files otherwise: the figure is a lower bound.

    python -m benchmarks.localise [--save] [--tree FILES]
"""

from __future__ import annotations

import argparse
import difflib
import filecmp
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import describe
from benchmarks.releases import release
from vision_code.localise import Index, Sources, query_from, rank, repo_map

RESULTS = Path(__file__).parent / "results"
#: Package → how many of its newest releases are looked at. Each keeps a changelog in its source archive.
PACKAGES = ("click", "flask", "jinja2", "werkzeug", "wtforms", "urllib3", "structlog", "starlette")
RELEASES = 12
MAX_ENTRIES = 8
MAX_CHANGED = 8
CHANGELOG = re.compile(r"(?:^|/)(?:changes|changelog|history|news|release[-_]notes)[^/]*\.(?:rst|md|txt)$", re.I)
KS = (1, 5, 10)
WARM_RUNS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """
    One issue with the files that its release changed, and where they were found (None: not at all).
    """

    package: str
    version: str
    issue: str
    gold: tuple[str, ...]
    ranks: tuple[int | None, ...]
    files: int


def _versions(package: str) -> list[str]:
    said = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", package], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"Available versions: (.*)", said)
    return found[1].split(", ")[:RELEASES] if found else []


def _source(package: str, version: str) -> Path | None:
    try:
        folder = release("sdist", package, version)
    except (subprocess.CalledProcessError, ValueError):  # there is none of this version, or in another form
        return None
    return next((path for path in folder.iterdir() if path.is_dir()), None)


def _entries(old: Path, new: Path) -> list[str]:
    """
    The entries that the changelog gained.
    """
    for path in sorted(new.rglob("*")):
        name = path.relative_to(new).as_posix()
        if not CHANGELOG.search(name) or not (old / name).is_file():
            continue
        before, after = ((each / name).read_text("utf-8", "replace").splitlines() for each in (old, new))
        added = [line[2:] for line in difflib.ndiff(before[:400], after[:400]) if line.startswith("+ ")]
        found: list[str] = []
        for line in added:
            if re.match(r"\s*[-*] ", line):
                found.append(line.strip(" -*"))
            elif found and line.startswith((" ", "\t")):
                found[-1] += f" {line.strip()}"
        return [entry for entry in found if len(entry) > 30]
    return []


def _changed(old: Path, new: Path) -> tuple[str, ...]:
    """
    Source files that both releases have and that differ, but for those that only hold the version.
    """
    changed = []
    for path in sorted(old.rglob("*.py")):
        name = path.relative_to(old).as_posix()
        other = new / name
        if re.search(r"(?:^|/)(?:tests?|docs?|examples?)/|setup\.py$", name) or not other.is_file():
            continue
        if not filecmp.cmp(path, other, shallow=False):
            lines = list(difflib.unified_diff(path.read_text().splitlines(), other.read_text().splitlines(), n=0))[2:]
            real = [line for line in lines if not line.startswith("@@") and "version" not in line.lower()]
            changed += [name] if real else []
    return tuple(changed)


def cases() -> Iterator[Case]:
    """
    All cases of all packages, each ranked in the older release.
    """
    for package in PACKAGES:
        found = [(version, _source(package, version)) for version in _versions(package)]
        for (version, new), (_, old) in itertools.pairwise(found):
            if new is None or old is None:
                continue
            entries, gold = _entries(old, new), _changed(old, new)
            if not (0 < len(entries) <= MAX_ENTRIES and 0 < len(gold) <= MAX_CHANGED):
                continue
            sources = Sources.below(old)
            with Index(sources, None) as index:
                for entry in entries:
                    order = [each.path for each in rank(index, query_from(entry))]
                    ranks = tuple(order.index(path) + 1 if path in order else None for path in gold)
                    yield Case(package, version, entry, gold, ranks, len(sources.paths))


def summary(found: list[Case]) -> dict[str, float]:
    """
    hit@k: any of the release's files among the first k; recall@k: the mean share of them.
    """
    said: dict[str, float] = {"cases": len(found), "files": sum(case.files for case in found) / max(1, len(found))}
    for k in KS:
        shares = [sum(r is not None and r <= k for r in case.ranks) / len(case.gold) for case in found]
        said[f"hit@{k}"] = round(sum(share > 0 for share in shares) / max(1, len(found)), 3)
        said[f"recall@{k}"] = round(sum(shares) / max(1, len(found)), 3)
    return said


def big_tree(count: int, folder: Path) -> dict[str, float]:
    """
    Seconds for a repo map of a repository of ``count`` files: at first, and again (the best of a few runs).
    """
    seeds = [path.read_bytes()[:4000] for path in sorted(Path(__file__).parents[1].rglob("vision_code/**/*.py"))]
    for number in range(count):
        place = folder / "tree" / f"package{number // 1000:02}" / f"part{number // 50 % 20:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"module_{number}.py").write_bytes(f"# file {number}\n".encode() + seeds[number % len(seeds)])
    subprocess.run(["git", "init", "-q", folder / "tree"], check=True)
    subprocess.run(["git", "-C", folder / "tree", "add", "-A"], check=True)
    seconds = {}
    query = query_from("The colour of a button is wrong when `palette_of` meets a dark page\n\nSee module_4711.py")
    for name in ("cold", *("warm",) * WARM_RUNS):
        start, busy = time.perf_counter(), time.process_time()
        with Index(Sources.below(folder / "tree"), folder / "cache") as index:
            repo_map(index, rank(index, query), 20_000)
        for what, now in (
            (name, time.perf_counter() - start),
            (f"{name} on the processor", time.process_time() - busy),
        ):
            seconds[what] = round(min(now, seconds.get(what, now)), 2)
    return {"files": count, "load": round(os.getloadavg()[0], 1), **seconds}


def main() -> None:
    """
    Measure, print, and with ``--save`` keep the result.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--tree", type=int, default=50_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tree = big_tree(args.tree, Path(name))
        print(tree, flush=True)
        found = list(cases())
    result = {"summary": summary(found), "tree": tree, "machine": describe()}
    print(json.dumps(result, indent=1))
    if args.save:
        day = datetime.now(UTC).date().isoformat()
        held = json.dumps(result | {"cases": [asdict(case) for case in found]}, indent=1, ensure_ascii=False)
        (RESULTS / f"localise-{day}.json").write_text(held + "\n")


if __name__ == "__main__":
    main()
