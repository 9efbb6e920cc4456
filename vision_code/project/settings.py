"""
The project's own settings: ``vision-code.toml``, or ``[tool.vision-code]`` in ``pyproject.toml``.

They come with the project, from people who are not trusted: what names a model, a server, a key or a program is never
taken from them. The user's own settings and the command line say those things.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from vision_code.errors import UsageError
from vision_code.project.files import Files
from vision_code.project.packages import folders_upward
from vision_code.project.span import Span
from vision_code.project.toml_places import Entry, entries, load_toml, table_at

FILE_NAME = "vision-code.toml"
PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "vision-code")
TARGETS = ("html", "html-css", "react", "vue", "svelte")
MAX_CANDIDATES = 8
MIN_SCALE, MAX_SCALE = 0.25, 8.0
_MAX_SEED = 2**31 - 1
#: Unknown keys that are told of: nobody reads more, and a file may hold a hundred thousand.
MAX_PROBLEMS = 100
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Key:
    """
    A setting.

    Attributes:
        about: One line for people, with the default.
        choices: Its values, as they are meant; empty where a number or truth value is wanted.
        bounds: Of a number.
        whole: Whether only whole numbers count.
    """

    about: str
    choices: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    whole: bool = True


KEYS: dict[str, Key] = {
    "engine": Key("what drafts: the embedded model (default) or the rules alone", choices=("embedded", "none")),
    "target": Key("what is written (default: as the project is written, else html)", choices=TARGETS),
    "candidates": Key("drafts to try; the best one wins (default: 1)", bounds=(1, MAX_CANDIDATES)),
    "seed": Key("seed of the further drafts (default: 0)", bounds=(0, _MAX_SEED)),
    "verify": Key("render the result and compare it with the picture (default: true)"),
    "scale": Key("device pixels per CSS pixel (default: measured)", bounds=(MIN_SCALE, MAX_SCALE), whole=False),
}
#: Only the user may say these, whatever word a project finds for them.
_USER_ONLY = frozenset({
    "engine-url", "base-url", "url", "api-key", "key", "token", "headers", "trust", "trusted", "model", "model-path",
    "checkpoint", "browser", "command", "python", "formatter", "proxy", "env",
})  # fmt: skip
_REFUSED = "a project cannot set this; say it in your own settings or on the command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What a project, or a person, asks for; None for what they leave open.
    """

    engine: str | None = None
    target: str | None = None
    candidates: int | None = None
    seed: int | None = None
    verify: bool | None = None
    scale: float | None = None

    def or_else(self, other: Settings) -> Settings:
        """
        These settings, with ``other`` for what they leave open.
        """
        open_ = {each.name: getattr(other, each.name) for each in fields(self) if getattr(self, each.name) is None}
        return replace(self, **open_)


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Something wrong with the settings.

    Attributes:
        kind: ``config.syntax``, ``config.key``, ``config.value`` or ``config.scope`` (only the user may say it).
        is_error: False for what is only passed over.
    """

    kind: str
    message: str
    span: Span
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Completion:
    """
    What may be typed.

    Attributes:
        text: What takes the place of ``span``.
        about: One line for people.
    """

    text: str
    span: Span
    about: str


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """
    The settings of a project and where they stand.
    """

    path: Path
    text: str
    settings: Settings
    problems: tuple[Problem, ...]

    def position(self, problem: Problem) -> str:
        """
        ``vision-code.toml:3:1``, lines and columns counted from 1.
        """
        before = self.text[: problem.span.start]
        return f"{self.path.name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def find_settings(root: Path, folder: Path) -> SettingsFile | None:
    """
    The settings that count in a folder: the nearest file upward that has any, never above the workspace.
    """
    files = Files.below(root)
    for place in folders_upward(files, files.real(folder)):
        for name in (FILE_NAME, PYPROJECT):
            text = files.text(place / name)
            if text is not None and (name == FILE_NAME or _has_table(text)):
                return SettingsFile(place / name, text, *parse_settings(text, pyproject=name == PYPROJECT))
    return None


def settings_for(root: Path, folder: Path) -> tuple[Settings, tuple[str, ...]]:
    """
    The same for a component that is to be made there, and a line for each thing in it that is passed over.

    Raises:
        UsageError: ``config.syntax``, ``config.key``, ``config.value``: the file is wrong.
    """
    found = find_settings(root, folder)
    if found is None:
        return Settings(), ()
    for problem in found.problems:
        if problem.is_error:
            raise UsageError(problem.kind, f"{found.position(problem)}: {problem.message}")
    return found.settings, tuple(f"{found.position(problem)}: {problem.message}" for problem in found.problems)


def parse_settings(text: str, *, pyproject: bool = False) -> tuple[Settings, tuple[Problem, ...]]:
    """
    The settings in a text, and what is wrong with it; what is wrong is not among the settings.

    Args:
        pyproject: The text is a ``pyproject.toml``: only its ``[tool.vision-code]`` is looked at.
    """
    top = _TABLE if pyproject else ()
    try:
        table: object = load_toml(text)
    except ValueError as error:
        if pyproject and not any(entry.path[: len(top)] == top for entry in entries(text)):
            return Settings(), ()  # another tool's file, and its problem
        if isinstance(error, tomllib.TOMLDecodeError):
            return Settings(), (_syntax(text, str(error)),)
        return Settings(), (Problem("config.syntax", "this nests too deep, or has too long a number", Span(0, 0)),)
    for name in top:
        table = table.get(name) if isinstance(table, dict) else None
    if table is None:
        return Settings(), ()
    places = list(entries(text))
    if not isinstance(table, dict):
        return Settings(), (Problem("config.value", "this must be a table", _place(places, top).value),)
    settings = Settings()
    problems: list[Problem] = []
    for name, value in table.items():
        if name not in KEYS and len(problems) >= MAX_PROBLEMS:
            continue
        place = _place(places, (*top, name))
        problem = _wrong(name, value, place)
        if problem is not None:
            problems.append(problem)
        else:
            settings = replace(settings, **{name: value})
    return settings, tuple(problems)


def complete(text: str, offset: int, *, pyproject: bool = False) -> tuple[Completion, ...]:
    """
    What may be typed at ``offset``: keys that are not there yet, or the values of the key of this line.
    """
    if table_at(text, offset) != (_TABLE if pyproject else ()):
        return ()
    start = text.rfind("\n", 0, offset) + 1
    before = text[start:offset]
    if word := re.fullmatch(r"[ \t]*([A-Za-z-]*)", before):
        there = {entry.path[-1] for entry in entries(text) if not entry.key.start <= offset <= entry.key.end}
        span = Span(offset - len(word[1]), offset)
        return tuple(Completion(f"{name} = ", span, key.about) for name, key in KEYS.items() if name not in there)
    if value := re.fullmatch(r"[ \t]*([a-z]+)[ \t]*=[ \t]*(\"[^\"]*|'[^']*|[A-Za-z-]*)", before):
        rest = re.compile(r"[\w:-]*[\"']?" if value[2] else r"").match(text, offset)
        span = Span(offset - len(value[2]), rest.end() if rest else offset)
        key = KEYS.get(value[1])
        return tuple(Completion(each, span, key.about) for each in _values(key)) if key else ()
    return ()


def _values(key: Key) -> Iterator[str]:
    yield from (f'"{choice}"' for choice in key.choices)
    if not key.choices and key.bounds is None:
        yield from ("true", "false")


def _has_table(text: str) -> bool:
    try:
        tool = load_toml(text).get("tool")
    except ValueError:
        return False  # another tool's file, and its problem
    return isinstance(tool, dict) and _TABLE[1] in tool


def _place(places: list[Entry], path: tuple[str, ...]) -> Entry:
    """
    Where ``path`` stands: as a key or head, inside one (an inline table), or as the head of a table within.
    """
    for entry in places:
        if entry.path == path:
            return entry
    around = [entry for entry in places if path[: len(entry.path)] == entry.path or entry.path[: len(path)] == path]
    return max(around, key=lambda entry: len(entry.path), default=Entry(path, Span(0, 0), Span(0, 0)))


def _syntax(text: str, message: str) -> Problem:
    found = _POSITION.search(message)
    at = len(text)
    if found and found[1]:
        lines = text.split("\n")[: int(found[1]) - 1]
        at = min(sum(len(line) + 1 for line in lines) + int(found[2]) - 1, len(text))
    said = message[: found.start()] if found else message
    return Problem("config.syntax", said[:1].lower() + said[1:], Span(at, min(at + 1, len(text))))


def _wrong(name: str, value: object, place: Entry) -> Problem | None:
    plain = name.lower().replace("_", "-")
    if plain in _USER_ONLY:
        return Problem("config.scope", f"{name}: {_REFUSED}", place.key, is_error=False)
    key = KEYS.get(name)
    if key is None:
        near = difflib.get_close_matches(plain, KEYS, n=1)
        advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
        return Problem("config.key", f"unknown key {name[:60]!r}; {advice}", place.key)
    if name == "engine" and isinstance(value, str) and value.startswith(("local:", "http://", "https://")):
        return Problem("config.scope", f"engine {value[:60]!r}: {_REFUSED}", place.value, is_error=False)
    wanted = refusal(key, value)
    return Problem("config.value", f"{name} must be {wanted}", place.value) if wanted else None


def refusal(key: Key, value: object) -> str:
    """
    What a value should be; empty when it is that.
    """
    if key.choices:
        return "" if value in key.choices else f"one of {', '.join(key.choices)}"
    if key.bounds is None:
        return "" if isinstance(value, bool) else "true or false"
    least, most = key.bounds
    is_number = isinstance(value, int if key.whole else int | float) and not isinstance(value, bool)
    if is_number and least <= value <= most:  # type: ignore[operator]  # NaN is outside of everything
        return ""
    return f"a whole number from {least} to {most}" if key.whole else f"a number from {least:g} to {most:g}"
