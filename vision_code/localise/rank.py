"""
The files an issue most likely is about: BM25 as the seed, corrected by what is named, and by what stands on a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vision_code.localise.index import Index
from vision_code.localise.keys import Key, seen_keys, users
from vision_code.localise.query import Query

# Of the best BM25 score: what is named outweighs what merely sounds alike.
NAMED_PATH = 1.0
NAMED_FILE = 0.6
DEFINED_NAME = 0.3
ON_SCREEN = 0.5
SHOWS_TEXT, SHOWS_MORE = 1.0, 0.25
#: How many of the seed are looked into.
LOOKED_INTO = 60
MIN_SCREEN_CHARS = 4
MAX_SCREEN_LINES = 60
_QUIET = (
    (re.compile(r"(?:^|/)(?:tests?|__tests__|spec|e2e|testing|fixtures?|mocks?|__mocks__)/"), 0.45),
    (re.compile(r"[._-](?:test|spec)\.|(?:^|/)test_"), 0.45),
    (re.compile(r"(?:^|/)(?:docs?|examples?|benchmarks?|changelog[^/]*|history[^/]*|news[^/]*)(?:/|$|\.)", re.I), 0.4),
    (re.compile(r"\.(?:md|mdx|rst|txt|lock|svg|csv|po|snap|cfg|toml|ya?ml)$|-lock\.json$|\.min\.\w+$", re.I), 0.4),
    (re.compile(r"(?:^|/)(?:dist|build|out|vendor|third_party|generated|_vendor|\.github)/|\.d\.[cm]?ts$", re.I), 0.35),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """
    A file, how likely it is (1 for the likeliest), and why in words.
    """

    path: str
    score: float
    because: str


def rank(index: Index, query: Query, limit: int = 50) -> tuple[Found, ...]:
    """
    The likeliest files, best first.
    """
    scores = {path: score * _loudness(path, query) for path, score in index.scores(query).items()}
    top = max(scores.values(), default=1.0) or 1.0
    scores = {path: score / top for path, score in scores.items()}
    because = dict.fromkeys(scores, "its words are those of the issue")
    for path, gain, why in _named(index.sources.paths, query):
        scores[path] = scores.get(path, 0.0) + gain
        because[path] = why
    for path, gain, why in _showing(index, query, scores):
        scores[path] = scores.get(path, 0.0) + gain
        because[path] = why
    for path in sorted(scores, key=lambda path: -scores[path])[:LOOKED_INTO]:
        for gain, why in _inside(index, path, query):
            scores[path] += gain
            because[path] = why
    best = sorted(scores, key=lambda path: (-scores[path], path))[:limit]
    high = (scores[best[0]] if best else 0.0) or 1.0
    return tuple(Found(path, scores[path] / high, because[path]) for path in best)


def _loudness(path: str, query: Query) -> float:
    """
    Tests, documentation and generated files hold the words of every issue and are seldom what has to change.
    """
    if any(path.endswith(named) for named in query.paths):
        return 1.0
    loud = 1.0
    for pattern, factor in _QUIET:
        loud *= factor if pattern.search(path) else 1.0
    return loud


def _named(paths: Sequence[str], query: Query) -> Iterable[tuple[str, float, str]]:
    whole = {path for path in query.paths if "/" in path}
    files = {PurePosixPath(path).name for path in query.paths} - {""}
    stems = {name.lower() for name in query.names}
    for path in paths:
        name = path.rpartition("/")[2]
        if name in files and any(
            f"/{path}".endswith(f"/{named}") or f"/{named}".endswith(f"/{path}") for named in whole
        ):
            yield path, NAMED_PATH, "the issue names this file"
        elif name in files:
            yield path, NAMED_FILE, "the issue names a file so called"
        elif stems and name.partition(".")[0].lower() in stems:
            yield path, NAMED_FILE * _loudness(path, query), "it is called like a name in the issue"


def _showing(index: Index, query: Query, scores: Mapping[str, float]) -> Iterable[tuple[str, float, str]]:
    """
    The files that show a text of the screen by its key in a catalogue of messages.
    """
    likely = sorted(scores, key=lambda path: (-scores[path], path))
    used: dict[str, list[Key]] = {}
    for path, key in users(index, seen_keys(index, query, likely)):
        used.setdefault(path, []).append(key)
    for path, keys in used.items():
        gain = SHOWS_TEXT + SHOWS_MORE * min(2, len({key.name for key in keys}) - 1)
        why = f"it shows {keys[0].text[:40]!r} by its key {keys[0].name}"
        yield path, gain * _loudness(path, query), why


def _inside(index: Index, path: str, query: Query) -> Iterable[tuple[float, str]]:
    text = index.sources.text(path)
    if text is None:
        return
    loud = _loudness(path, query)
    if query.names:
        outline = "\n".join(index.outline(path))
        defined = [name for name in query.names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", outline)]
        if defined:
            yield DEFINED_NAME * loud * min(2, len(defined)), f"it defines {defined[0]}"
    shown = [line for line in query.screen[:MAX_SCREEN_LINES] if len(line) >= MIN_SCREEN_CHARS and line in text]
    if shown:
        yield ON_SCREEN * loud * min(3, len(shown)), f"the picture shows words that stand in it: {shown[0][:40]!r}"
