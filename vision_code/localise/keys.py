"""
From a text on the screen to the code that shows it, by way of the key that a catalogue of messages gives it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vision_code.localise.catalogue import is_catalogue, messages
from vision_code.localise.index import Index
from vision_code.localise.query import Query

MAX_CATALOGUES = 40
MAX_KEYS = 40
MAX_USERS = 200
MAX_CATALOGUE_BYTES = 8 * 2**20
#: A longer message is no text of a screen, and nobody writes a longer key.
MAX_TEXT_CHARS, MAX_KEY_CHARS = 2000, 200
MIN_CHARS = 3
#: A line of so many letters may be a part of a longer text.
MIN_LONG_CHARS = 13
#: A text that only the issue's prose holds, and nobody quoted, is no text of the screen below these.
MIN_PROSE_WORDS, MIN_PROSE_CHARS = 2, 9
_HOLE = re.compile(r"\{\{.*?\}\}|\{[^{}]*\}|%\(\w+\)[sd]|%\d?\$?[sd@]|\$\w+|</?\w+/?>")
#: Before a key in quotes, where it is looked up.
_CALL = (
    r"(?:\b(?:\$?t[ce]?|_|tr|trans\w*|i18n\w*|n?gettext\w*|formatMessage|localize|msg|get(?:String|Message|Text)?)\s*\(\s*"
    r"(?:\{\s*id:\s*)?|\b(?:i18nKey|id|key|keypath|path)\s*[=:]\s*\{?\s*|\.t\s*\(\s*)"
)
#: Before a key that is a property: ``messages.login.title``, ``#{login.title}``, ``AppLocalizations.of(here)!.title``.
_OBJECT = r"(?:\b(?:t|m|L|messages?|strings?|i18n|l10n|locales?|translations?|lang|texts?|copy)[?!]?\.|\)!\.|#\{)"
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Key:
    """
    A key whose text was seen.

    Attributes:
        name: As it stands in the catalogue.
        text: That it gives.
        catalogue: Path of the file.
    """

    name: str
    text: str
    catalogue: str


def seen_keys(index: Index, query: Query, likely: Iterable[str]) -> tuple[Key, ...]:
    """
    The keys of the texts that stand on the pictures or in the issue; longer texts first, for they are surer.

    Args:
        likely: Files that the issue's words are found in; catalogues among them are looked into.
    """
    lines = frozenset(line for each in (*query.screen, *query.quoted) if len(line := _folded(each)) >= MIN_CHARS)
    long = tuple(sorted(line for line in lines if len(line) >= MIN_LONG_CHARS))
    prose = f" {_folded(query.issue)} "
    found: dict[tuple[str, str], Key] = {}
    left = MAX_CATALOGUE_BYTES
    for path in _catalogues(index, query, likely):
        content = index.sources.content(path) or b""
        left -= len(content)
        for key, text in messages(path, content) if left >= 0 else ():
            if len(key) <= MAX_KEY_CHARS and _is_seen(text, lines, long, prose):
                found.setdefault((key, PurePosixPath(path).stem), Key(key, text, path))
    return tuple(sorted(found.values(), key=lambda key: (-len(key.text), key.name, key.catalogue))[:MAX_KEYS])


def users(index: Index, keys: Sequence[Key]) -> Iterator[tuple[str, Key]]:
    """
    The files whose code uses any of ``keys``, each with every key that it uses.
    """
    forms = {key: _forms(key) for key in keys}
    for path in index.holding([_words(key.name) for key in keys], MAX_USERS):
        text = None if is_catalogue(path) else index.sources.text(path)
        if text is not None:
            yield from ((path, key) for key in keys if _last(key) in text and _uses(path, text, key, forms[key]))


def _last(key: Key) -> str:
    """
    What stands in every file that uses a key.
    """
    return key.name if " " in key.name else key.name.rpartition(".")[2]


def _words(name: str) -> list[str]:
    return [name] if " " in name else re.split(r"[.:]", name)


def _catalogues(index: Index, query: Query, likely: Iterable[str]) -> list[str]:
    lines = [[line] for line in (*query.screen, *query.quoted) if len(line) >= MIN_CHARS]
    paths = (*index.holding(lines, 4 * MAX_CATALOGUES), *likely)
    return [path for path in dict.fromkeys(paths) if is_catalogue(path)][:MAX_CATALOGUES]


def _is_seen(text: str, lines: Collection[str], long: Sequence[str], prose: str) -> bool:
    if len(text) > MAX_TEXT_CHARS or len(folded := _folded(text)) < MIN_CHARS:
        return False
    if folded in lines or any(line in folded for line in long):
        return True
    parts = [_folded(part) for part in _HOLE.split(text)]
    if len(parts) > 1:
        return sum(map(len, parts)) >= 2 * MIN_CHARS and any(_fits(parts, line) for line in lines)
    return len(folded) >= MIN_PROSE_CHARS and folded.count(" ") + 1 >= MIN_PROSE_WORDS and f" {folded} " in prose


def _fits(parts: Sequence[str], line: str) -> bool:
    """
    Whether a line is a text whose holes hold anything: its parts in their order, the first and last at the ends.
    """
    first, *middle, last = parts
    if len(line) < len(first) + len(last) or not (line.startswith(first) and line.endswith(last)):
        return False
    place, end = len(first), len(line) - len(last)
    for part in middle:
        found = line.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _folded(text: str) -> str:
    """
    How a text is compared: letters and figures, in lower case, one space between words.
    """
    return _SPACE.sub(" ", re.sub(r"[^\w\s]|_", " ", text.casefold())).strip()


def _uses(path: str, text: str, key: Key, forms: Sequence[Sequence[re.Pattern[str]]]) -> bool:
    if any(all(pattern.search(text) for pattern in form) for form in forms):
        return True
    # A view of Rails names .title; which one that is says the place of the view.
    *above, last = key.name.split(".")
    return (
        bool(above)
        and f"/{'/'.join(above)}" in f"/{path}"
        and re.search(_quoted(rf"\.{re.escape(last)}"), text) is not None
    )


def _forms(key: Key) -> list[list[re.Pattern[str]]]:
    """
    How code may write a key, each form as patterns that all have to be found: whole and in quotes, with the catalogue's
    name before it, as a property, or cut in two where a name space (a key above it, or the catalogue) was opened.
    """
    name, stem = re.escape(key.name), re.escape(PurePosixPath(key.catalogue).stem)
    parts = [re.escape(part) for part in key.name.split(".")]
    if " " in key.name:
        return _compiled([_quoted(name)], [rf">\s*{name}\s*<"])
    forms = [[_quoted(f"{stem}[:.]{name}")], [rf"{_OBJECT}{name}\b"]]
    if len(parts) > 1 or _is_made_for_a_message(key.name):
        forms.append([_quoted(name)])
    else:
        forms.append([rf"{_CALL}{_quoted(name)}"])
    for cut in range(1, len(parts)):
        above = r"\.".join(parts[:cut])
        rest = r"\.".join(parts[cut:])
        forms.append([_quoted(rf"(?:{stem}[:.])?{above}"), rf"{_CALL}{_quoted(rest)}"])
    return _compiled(*forms)


def _compiled(*forms: Sequence[str]) -> list[list[re.Pattern[str]]]:
    return [[re.compile(pattern) for pattern in form] for form in forms]


def _quoted(pattern: str) -> str:
    return rf"['\"`]{pattern}['\"`]"


def _is_made_for_a_message(name: str) -> bool:
    """
    Whether a name without dots is like ``loginTitle``: ``"title"`` in quotes may be anything.
    """
    return len(name) > 5 and re.search(r"[a-z0-9][A-Z]|[_-]", name) is not None
