"""
What an engine may do in a repository while it looks around: list, grep and view. It reads, inside, and no secrets.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from vision_code.localise.sources import Sources

MAX_RESULT_CHARS = 8000
MAX_LISTED = 200
MAX_HITS = 60
MAX_LINE_CHARS = 240
MAX_VIEWED_LINES = 400
#: Calls with longer arguments are no questions.
MAX_ARGUMENT_CHARS = 4000


@dataclass(frozen=True, slots=True)
class Tools:
    """
    The tools over one repository. Every answer is text, also that a call was wrong: the engine may try another.
    """

    sources: Sources

    def call(self, name: str, arguments: str) -> str:
        """
        Args:
            name: ``list``, ``grep`` or ``view``.
            arguments: JSON as the engine wrote it.
        """
        try:
            given = json.loads(arguments) if len(arguments) <= MAX_ARGUMENT_CHARS else None
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            return "error: the arguments are no JSON object"
        path = given.get("path", "")
        if not isinstance(path, str):
            return "error: path must be a string"
        path = path.strip().removeprefix("./").rstrip("/")
        path = "" if path == "." else path
        if name == "list":
            return self._list(path)[:MAX_RESULT_CHARS]
        if name == "grep":
            return self._grep(given.get("text"), path)[:MAX_RESULT_CHARS]
        if name == "view":
            return self._view(path, given.get("first"), given.get("last"))[:MAX_RESULT_CHARS]
        return f"error: there is no tool {name[:40]!r}; use list, grep, view or choose"

    def _list(self, folder: str) -> str:
        prefix = f"{folder}/" if folder else ""
        names: dict[str, None] = {}
        for path in self.sources.paths:
            if path.startswith(prefix):
                first, slash, _ = path[len(prefix) :].partition("/")
                names[first + slash] = None
        if not names:
            return f"error: there is no folder {folder[:120]!r}"
        shown = list(names)[:MAX_LISTED]
        more = f"\n… and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
        return "\n".join(shown) + more

    def _grep(self, text: object, folder: str) -> str:
        """
        Letters, no pattern: a pattern from an engine could run for ever.
        """
        if not isinstance(text, str) or not text.strip():
            return "error: text must be a string that is not blank"
        wanted, found = text.lower(), []
        for path in self.sources.paths:
            if folder and path != folder and not path.startswith(f"{folder}/"):
                continue
            held = self.sources.text(path)
            if held is None or wanted not in held.lower():
                continue
            for number, line in enumerate(held.splitlines(), 1):
                if wanted in line.lower():
                    found.append(f"{path}:{number}: {line.strip()[:MAX_LINE_CHARS]}")
                    if len(found) >= MAX_HITS:
                        return "\n".join([*found, "… more; name a folder"])
        return "\n".join(found) or "no line holds this"

    def _view(self, path: str, first: object, last: object) -> str:
        text = self.sources.text(path) if path in self.sources.paths else None
        if text is None:
            return f"error: there is no file {path[:120]!r} that can be viewed"
        lines = text.splitlines()
        start = first if isinstance(first, int) and first > 0 else 1
        end = last if isinstance(last, int) and last >= start else start + MAX_VIEWED_LINES - 1
        end = min(end, start + MAX_VIEWED_LINES - 1, len(lines))
        body = "\n".join(f"{n}: {lines[n - 1][:MAX_LINE_CHARS]}" for n in range(start, end + 1))
        return f"{path}, lines {start} to {end} of {len(lines)}\n{body}"
