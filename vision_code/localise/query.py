"""
What to look for: words, names and paths out of an issue, and the words that stand on its pictures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_TERMS = 60
MAX_ISSUE_CHARS = 100_000
_WORD = re.compile(r"[^\W\d_][^\W_]*", re.UNICODE)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:[.#:]{1,2}[A-Za-z_$][\w$]*)*")
_PATH = re.compile(r"(?:[\w.@+-]+/)*[\w.@+-]+\.[A-Za-z][A-Za-z0-9]{0,7}\b")
_HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_QUOTED = re.compile(r"`([^`\n]{2,120})`")
#: What people mark as standing on the screen. An apostrophe is no quote inside a word.
_MARKED = re.compile(
    r"(?P<mark>`|\*\*|\"|(?<!\w)')(?P<text>[^\n`\"*]{2,120}?)(?P=mark)(?!\w)|[“„«‘](?P<text_>[^\n”“»’]{2,120})[”“»’]"
)
MAX_MARKED = 60
#: Of English prose and of issue forms: they stand in every file or say nothing about it.
_PROSE = """
a about above after again all also always am an and any are as at be because been before being below between
both bug but by can could describe did do does doing done down during each else even every example expected
few first for from further get got had has have having he her here hers him his how i if in instead into is
issue it its itself just like made make me more most my need new no nor not now of off on once one only or
other our out over own please problem reproduce same see she should so some still steps such than that the
their them then there these they this those through to too under up use used using version very want was way
we were what when where which while who why will with without work works would you your actual behavior
behaviour current following happens add added adds change changed changes fix fixed fixes improve improved now
support supported
"""
_STOP = frozenset(_PROSE.split())


@dataclass(frozen=True, slots=True)
class Query:
    """
    Attributes:
        terms: Lower-case words with their weight, the weightiest first; at most `MAX_TERMS`.
        names: Identifiers as they are spelled.
        paths: What looks like a file's name.
        screen: Lines of text read out of pictures, as they stand there.
        quoted: What the issue puts in quotes, bold or code.
        issue: Its text, cut to `MAX_ISSUE_CHARS`.
    """

    terms: tuple[tuple[str, float], ...]
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    screen: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    issue: str = ""


def query_from(issue: str, screen: Sequence[str] = ()) -> Query:
    """
    The query of an issue and of what was read out of its pictures.
    """
    issue = issue[:MAX_ISSUE_CHARS]
    quoted = " ".join(_QUOTED.findall(issue))
    names = _names(issue, quoted)
    weights: Counter[str] = Counter()
    for text, weight in ((issue, 1.0), (quoted, 1.0), (" ".join(screen), 0.3)):
        for term in _terms(text):
            weights[term] = min(4.0, weights[term] + weight)  # type: ignore[assignment]
    for name in names:
        for term in sorted({name.lower(), *name.lower().split("_")}):
            if len(term) > 2 and term.isalnum() and term not in _STOP:
                weights[term] += 1.0  # type: ignore[assignment]
    first = _terms(issue.strip().partition("\n")[0])  # the title says most
    for term in set(first):
        weights[term] += 1.0  # type: ignore[assignment]
    paths = tuple(dict.fromkeys(path.strip(".") for path in _PATH.findall(issue)))
    marked = tuple(dict.fromkeys((found["text"] or found["text_"]).strip() for found in _MARKED.finditer(issue)))[
        :MAX_MARKED
    ]
    return Query(tuple(weights.most_common(MAX_TERMS)), names, paths[:20], tuple(screen)[:200], marked, issue)


def words_of(name: str) -> list[str]:
    """
    The words inside an identifier or path: ``LoginForm`` gives login and form.
    """
    return [word.lower() for word in _HUMP.findall(name)]


def _names(issue: str, quoted: str) -> tuple[str, ...]:
    """
    What is spelled like code: humps, underscores, dots; and everything between backquotes.
    """
    spelled = [
        part
        for name in _NAME.findall(issue)
        for part in re.split(r"[.#:]+", name)
        if "_" in part.strip("_") or re.search(r"[a-z0-9][A-Z]", part)
    ]
    marked = [part for name in _NAME.findall(quoted) for part in re.split(r"[.#:]+", name)]
    counted = dict.fromkeys(name for name in (*marked, *spelled) if len(name) > 2 and name.lower() not in _STOP)
    return tuple(counted)[:40]


def _terms(text: str) -> list[str]:
    """
    Words, the parts of humped ones, and neighbours run together: code spells "login form" as LoginForm.
    """
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    plain = [word.lower() for word in words]
    found = [word for word in plain if len(word) > 2 and word not in _STOP]
    for word in words:
        parts = words_of(word)
        if len(parts) > 1:
            found += [part for part in parts if len(part) > 2 and part not in _STOP]
    found += [a + b for a, b in pairwise(plain) if not {a, b} & _STOP and min(len(a), len(b)) > 2]
    return found
