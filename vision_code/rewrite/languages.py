"""
The languages whose files can be rewritten, by the ending of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from vision_code.rewrite.page import read_page, rewrite_page
from vision_code.rewrite.react import rewrite_react
from vision_code.rewrite.renew import Rewritten
from vision_code.rewrite.source import read_source
from vision_code.rewrite.svelte import is_typed as is_typed_svelte
from vision_code.rewrite.svelte import read_svelte, rewrite_svelte
from vision_code.rewrite.tokens import NO_MESSAGES, Messages
from vision_code.rewrite.vue import is_typed as is_typed_vue
from vision_code.rewrite.vue import read_vue, rewrite_vue, takes_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """
    Attributes:
        target: What its files are drawn for; ``html`` for pages of either kind.
        check: Raises `InputRejected` where a file (its text, its path) cannot be rewritten.
        rewrite: From the old file, the generated one, the path of the old one and the messages of its project.
        is_typed: Whether a file's scripts are TypeScript; None where nothing in it tells.
        takes_data: Whether data of loops can stand in a file.
    """

    target: str
    check: Callable[[str, str], None]
    rewrite: Callable[[str, str, str, Messages], Rewritten]
    is_typed: Callable[[str, str], bool | None]
    takes_data: Callable[[str, str], bool]


def _nothing_tells(old: str, path: str) -> None:
    return None


def _always(old: str, path: str) -> bool:
    return True


def _check_react(old: str, path: str) -> None:
    read_source(old.encode(), path, NO_MESSAGES)


def _check_vue(old: str, path: str) -> None:
    read_vue(old.encode(), path)


def _check_svelte(old: str, path: str) -> None:
    read_svelte(old.encode(), path)


def _check_page(old: str, path: str) -> None:
    read_page(old.encode(), path)


_REACT = Language(
    target="react", check=_check_react, rewrite=rewrite_react, is_typed=_nothing_tells, takes_data=_always
)
_VUE = Language(target="vue", check=_check_vue, rewrite=rewrite_vue, is_typed=is_typed_vue, takes_data=takes_data)
_SVELTE = Language(
    target="svelte", check=_check_svelte, rewrite=rewrite_svelte, is_typed=is_typed_svelte, takes_data=_always
)
_PAGE = Language(target="html", check=_check_page, rewrite=rewrite_page, is_typed=_nothing_tells, takes_data=_always)
LANGUAGES = {
    ".tsx": _REACT,
    ".jsx": _REACT,
    ".js": _REACT,
    ".vue": _VUE,
    ".svelte": _SVELTE,
    ".html": _PAGE,
    ".htm": _PAGE,
}


def language_of(path: str) -> Language | None:
    """
    The language of a file of that name; None where none is rewritten.
    """
    return LANGUAGES.get(PurePosixPath(path).suffix.lower())


def indentation_of(text: str) -> str | None:
    """
    What one level is indented by in a text: a tab, or the smallest number of spaces from two on that lines begin with;
    None where nothing tells.
    """
    begins = re.findall(r"(?m)^([ \t]+)\S", text)
    if not begins:
        return None
    if sum("\t" in each for each in begins) * 2 > len(begins):
        return "\t"
    widths = [len(each) for each in begins if "\t" not in each and len(each) > 1]
    return " " * min(widths) if widths and min(widths) in (2, 4, 8) else None
