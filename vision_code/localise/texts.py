"""
What a project's catalogues say for each key: one set of texts a language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from vision_code.localise.catalogue import is_catalogue, language_in, messages
from vision_code.project.files import Files
from vision_code.project.walk import files_of

MAX_CATALOGUES = 100
#: A place that something is filled into.
_FILLED_IN = re.compile(r"[{%]|\$\w")


def texts_by_language(root: Path) -> tuple[Mapping[str, str], ...]:
    """
    Keys and texts below a folder, a mapping for each language. A key is there as it is, and with the name of its file
    before a colon, as namespaces are written; one that has two texts in a language, or one that something is filled
    into, is not there.
    """
    files = Files.below(root)

    def is_wanted(path: Path) -> bool:
        return is_catalogue(path.relative_to(files.root).as_posix())

    languages: dict[str, dict[str, set[str]]] = {}
    for path in files_of(files, files.root, is_wanted)[:MAX_CATALOGUES]:
        text = files.text(path)
        if text is None:
            continue
        name = path.relative_to(files.root).as_posix()
        seen: dict[str, int] = {}
        for key, said in messages(name, text.encode()):
            # A file that holds all languages has each key once for every one of them.
            seen[key] = seen.get(key, 0) + 1
            group = languages.setdefault(f"{language_in(name)} {seen[key]}", {})
            for each in (key, f"{PurePosixPath(name).stem}:{key}"):
                group.setdefault(each, set()).add(said)
    found = ({key: min(said) for key, said in group.items() if _is_certain(said)} for group in languages.values())
    return tuple(each for each in found if each)


def _is_certain(texts: set[str]) -> bool:
    return len(texts) == 1 and not _FILLED_IN.search(next(iter(texts)))
