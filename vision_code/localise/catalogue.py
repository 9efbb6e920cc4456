"""
Catalogues of messages: files that give the texts of an interface their keys, one a language.

Formats: JSON and ARB (nested objects or flat keys), YAML (Rails' language on top is no part of a key), objects of
JavaScript and TypeScript, Java's ``.properties``, gettext's ``.po`` (the key is the ``msgid``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_ENTRIES = 20_000
_MAX_DEPTH = 12
_SCRIPTS = (".ts", ".js", ".mjs", ".cjs")
_ENDINGS = (".json", ".arb", ".yaml", ".yml", ".properties", ".po", ".pot", *_SCRIPTS)
_ALWAYS = (".arb", ".po", ".pot", ".properties")
_FOLDERS = frozenset({
    "locale", "locales", "_locales", "i18n", "intl", "l10n", "lang", "langs", "language", "languages", "messages",
    "translation", "translations", "nls",
})  # fmt: skip
_LANGUAGE = r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2}"
_IS_LANGUAGE = re.compile(rf"(?:{_LANGUAGE})\Z")
_NAME = re.compile(rf"(?:messages|strings|translations?|locale|i18n)(?:[._-]{_LANGUAGE})?\Z", re.IGNORECASE)
_PO = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*"(.*)"\s*$')
_PROPERTY = re.compile(r"\s*((?:[^\\\s:=]|\\.)+)\s*[:=\s]\s*(.*)")


def is_catalogue(path: str) -> bool:
    """
    Whether a file's name and folders say that it holds messages.
    """
    *folders, name = path.split("/")
    stem, _, ending = name.rpartition(".")
    ending = f".{ending.lower()}"
    if ending not in _ENDINGS:
        return False
    if ending in _ALWAYS or _NAME.match(stem):
        return True
    return not _FOLDERS.isdisjoint(folder.lower() for folder in folders)


def language_in(path: str) -> str:
    """
    The language that a catalogue's name or folders say; empty if they say none.
    """
    *folders, name = path.split("/")
    parts = [*folders, *name.split(".")[:-1]]
    return next((each for each in reversed(parts) if _IS_LANGUAGE.match(each) and each not in _FOLDERS), "")


def messages(path: str, content: bytes) -> tuple[tuple[str, str], ...]:
    """
    Key and text of each message in a catalogue; keys of nested ones are joined by dots. What cannot be read has none.
    """
    ending = PurePosixPath(path).suffix.lower()
    text = content.decode("utf-8-sig", "replace")
    if ending in (".json", ".arb"):
        found = _json(text)
    elif ending in (".yaml", ".yml"):
        found = _yaml(text)
    elif ending == ".properties":
        found = _properties(text)
    elif ending in (".po", ".pot"):
        found = _po(text)
    else:
        found = _script(path, content)
    return tuple((_without_language(key), text) for key, text in islice(found, MAX_ENTRIES))


def _without_language(key: str) -> str:
    top, dot, rest = key.partition(".")
    return rest if dot and _IS_LANGUAGE.match(top) and len(top) in (2, 5) else key


def _json(text: str) -> Iterator[tuple[str, str]]:
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting: list[tuple[str, object]] = [("", held)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping) and key.count(".") < _MAX_DEPTH:
            # What ARB says of a message stands under its key with an @.
            named = [(name, inner) for name, inner in value.items() if not name.startswith("@")]
            waiting += [(f"{key}.{name}" if key else name, inner) for name, inner in reversed(named)]


def _yaml(text: str) -> Iterator[tuple[str, str]]:
    """
    From events, not values: nothing is constructed, and an alias stays a name.
    """
    import yaml

    keys: list[str | None] = []  # of the mappings around; None where a key comes next or a list is
    in_list: list[bool] = []
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                keys.append(None)
                in_list.append(isinstance(event, yaml.SequenceStartEvent))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                keys.pop()
                in_list.pop()
                if keys:
                    keys[-1] = None
            elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) and keys and not in_list[-1]:
                value = event.value if isinstance(event, yaml.ScalarEvent) else ""
                if keys[-1] is None:
                    keys[-1] = value
                    continue
                yield ".".join(key for key in keys if key), value
                keys[-1] = None
    except yaml.YAMLError:
        return


def _properties(text: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\\\r?\n\s*", "", text).splitlines():
        if not line.lstrip().startswith(("#", "!")) and (found := _PROPERTY.match(line)):
            yield re.sub(r"\\(.)", r"\1", found[1]), re.sub(r"\\u([0-9a-fA-F]{4})", _letter, found[2]).strip()


def _letter(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _po(text: str) -> Iterator[tuple[str, str]]:
    held: dict[str, str] = {}
    field = ""
    for line in (*text.splitlines(), ""):
        found = _PO.match(line)
        if found is None or (found[1] in ("msgid", "msgctxt") and "msgstr" in "".join(held)):
            key = held.get("msgid", "")
            for name, value in held.items():
                if key and name != "msgctxt":
                    yield key, value or key
            held = {}
        if found is not None:
            field = found[1] or field
            held[field] = held.get(field, "") + re.sub(
                r"\\(.)", lambda m: {"n": " ", "t": " "}.get(m[1], m[1]), found[2]
            )


def _script(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    from vision_code.syntax import parsed

    waiting: list[tuple[str, Node]] = [("", parsed(path, content))]
    while waiting:
        above, node = waiting.pop()
        key = above
        if node.type == "pair":
            name, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            if name is None or value is None:
                continue
            key = f"{above}.{_plain(name)}" if above else _plain(name)
            if value.type in ("string", "template_string"):
                yield key, _plain(value)
                continue
        if key.count(".") < _MAX_DEPTH:
            waiting += [(key, child) for child in reversed(node.named_children)]


def _plain(node: Node) -> str:
    """
    What a name or string says: without its quotes.
    """
    text = (node.text or b"").decode("utf-8", "replace")
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if node.type in ("string", "template_string") else text
