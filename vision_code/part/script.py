"""
What a part that is replaced means for the script of a single-file component of Vue or Svelte.
"""

from __future__ import annotations

import re

_IMPORT = re.compile(r"^[ \t]*import [^\n]*\n", re.MULTILINE)
_CONSTANT = re.compile(r"^[ \t]*const (\w+)\b", re.MULTILINE)
_SCRIPT = re.compile(r"<script\b[^>]*>\n")


def with_imports(text: str, part: str) -> str:
    """
    ``text`` with the imports of ``part`` that it lacks: behind its own, in its script, or in one of its own before all.
    """
    missing = "".join(line for line in _IMPORT.findall(part) if line not in text)
    if not missing:
        return text
    script = _SCRIPT.search(text)
    if script is None:
        opening = _SCRIPT.search(part)
        assert opening is not None
        return f"{opening[0]}{missing}</script>\n\n{text}"
    stop = text.index("</script>", script.end())
    behind = [found.end() for found in _IMPORT.finditer(text, script.end(), stop)]
    at = behind[-1] if behind else script.end()
    return text[:at] + missing + text[at:]


def unused_constants(before: str, after: str) -> list[str]:
    """
    Constants that only the part used that is gone. They stay: a linter says where they are.
    """
    return [name for name in _CONSTANT.findall(after) if _num_uses(after, name) == 1 < _num_uses(before, name)]


def _num_uses(text: str, name: str) -> int:
    return len(re.findall(rf"\b{name}\b", text))
