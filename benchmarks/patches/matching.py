"""
How much of damaged replies is recovered, and whether anything is ever applied wrongly.

    python -m benchmarks.patches.matching [--per-package 40] [--seed 0] [--show]

The changes are those between two released versions of open-source packages, downloaded when this runs and kept outside
the repository.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

from benchmarks.patches.damage import Case, Hunk, cases, hunks
from benchmarks.patches.result import save
from benchmarks.releases import release
from training.packages import PackageKind
from vision_code.edits import Entry, MemoryTree, Staged, parse_reply, stage
from vision_code.edits.paths import protected
from vision_code.errors import VisionCodeError

#: Kind, package, the two versions. Changed by their own authors; some with a few small edits, some with many.
PAIRS: tuple[tuple[PackageKind, str, str, str], ...] = (
    ("wheel", "flask", "3.0.0", "3.1.0"),
    ("wheel", "requests", "2.31.0", "2.32.3"),
    ("wheel", "jinja2", "3.1.3", "3.1.6"),
    ("wheel", "click", "8.1.3", "8.1.8"),
    ("wheel", "werkzeug", "3.0.0", "3.1.0"),
    ("npm", "preact", "10.19.0", "10.25.0"),
    ("npm", "bootstrap", "5.3.1", "5.3.5"),
    ("npm", "svelte", "4.2.0", "4.2.19"),
)
_ENDINGS = (".py", ".js", ".ts", ".scss", ".css", ".html", ".rst", ".toml", ".jsx", ".tsx")
_MAX_FILE_CHARS = 60_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-package", type=int, default=24, help="changes of each package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--show", action="store_true", help="print every reply that was applied wrongly or not recovered"
    )
    args = parser.parse_args()
    tally: dict[str, Counter[str]] = {}
    for pair in PAIRS:
        trees = [versions(pair[0], pair[1], version) for version in pair[2:]]
        for case, files in sampled(trees[0], trees[1], args.per_package, random.Random(args.seed)):
            outcome, why = judge(case, files)
            tally.setdefault(case.kind, Counter())[outcome] += 1
            if args.show and outcome in ("wrong", "not recovered", "accepted"):
                print(f"--- {outcome}: {case.kind}: {case.path}: {why}\n{case.reply}", file=sys.stderr)
        print(pair[1], {o: sum(c[o] for c in tally.values()) for o in ("right", "not recovered", "wrong")}, flush=True)
    rows = [{"damage": kind, **{o: tally[kind][o] for o in OUTCOMES}} for kind in tally]
    save("patch-matching", rows, {"seed": args.seed, "pairs": [" ".join(pair) for pair in PAIRS]})
    return 1 if any(row["wrong"] for row in rows) else 0


#: `right`: the expected content, or a refusal where only that is right; `wrong`: other content.
OUTCOMES = ("right", "not recovered", "wrong")


def judge(case: Case, files: Mapping[str, str]) -> tuple[str, str]:
    """
    Stage a case in its project; returns one of `OUTCOMES`, and why.
    """
    content = {path: Entry(text.encode()) for path, text in files.items()}
    content[case.path] = Entry(case.old.encode())
    try:
        staged = stage(
            MemoryTree(content), parse_reply(case.reply), approved=[case.path] if protected(case.path) else []
        )
    except VisionCodeError as error:
        return ("right" if case.expected is None else "not recovered"), str(error)
    if not isinstance(staged, Staged):
        return ("right" if case.expected is None else "not recovered"), str(staged.error)
    after = {path: entry.content for path, entry in content.items()}
    for change in staged.changes:
        if change.new is None:
            return "wrong", f"{change.path} was deleted"
        after[change.path] = change.new.content
    if case.expected is None:
        return "wrong", f"accepted: {staged.notes}"
    wanted = {path: entry.content for path, entry in content.items()} | {case.path: case.expected.encode()}
    return ("right", "") if after == wanted else ("wrong", f"other content: {staged.notes}")


def sampled(
    old: Mapping[str, str], new: Mapping[str, str], count: int, rng: random.Random
) -> Iterator[tuple[Case, Mapping[str, str]]]:
    """
    The cases of ``count`` changes, spread over the files that changed.
    """
    changed = [path for path in sorted(old) if path in new and old[path] != new[path]]
    found: list[Hunk] = [hunk for path in changed for hunk in hunks(path, old[path], new[path])]
    for hunk in rng.sample(found, min(count, len(found))):
        for case in cases(hunk, rng, tuple(old)):
            yield case, old


def versions(kind: PackageKind, package: str, version: str) -> dict[str, str]:
    """
    The text files of a released package, by their path.
    """
    folder = release(kind, package, version)
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _ENDINGS and path.is_file() and ".min." not in path.name and "dist" not in path.parts:
            text = path.read_bytes().decode("utf-8", "replace")
            if len(text) <= _MAX_FILE_CHARS and text.endswith("\n") and "\r" not in text and "\ufffd" not in text:
                files[path.relative_to(folder).as_posix()] = text
    return files


if __name__ == "__main__":
    sys.exit(main())
