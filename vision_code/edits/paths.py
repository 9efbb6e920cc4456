"""
Which names a reply may give to files: one rule on every system, so that a patch made here is safe there.

A pure function of the name; what lies on the disk is looked at when files are read and written. Source of what names
mean the same: git's `verify_path`, `is_hfs_dotgit` and `is_ntfs_dotgit`.
"""

from __future__ import annotations

import re
import unicodedata

from vision_code.errors import Denied

_MAX_PART_BYTES = 255
_MAX_BYTES = 4000
_SHOWN = 120
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\s*\..*)?", re.IGNORECASE)
_SHORT_GIT = re.compile(r"git~\d+", re.IGNORECASE)
#: Control characters, format characters (which HFS+ ignores, and which turn text around), line separators, surrogates.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})

#: Something runs these, obeys them or trusts them: a person says yes to each.
_PROTECTED_FOLDERS = frozenset({
    ".circleci", ".claude", ".cursor", ".devcontainer", ".github", ".husky", ".idea", ".vscode", ".githooks",
})  # fmt: skip
_PROTECTED_NAMES = frozenset({
    ".envrc", ".gitlab-ci.yml", ".mcp.json", ".npmrc", ".pre-commit-config.yaml", "agents.md", "claude.md", "gemini.md",
    ".cursorrules", ".windsurfrules", "conftest.py", "sitecustomize.py", "usercustomize.py", "makefile", "gnumakefile",
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "poetry.lock",
    "uv.lock", "pdm.lock", "pipfile.lock", "cargo.lock", "go.sum", "gemfile.lock", "composer.lock", "deno.lock",
    "flake.lock", "azure-pipelines.yml", "jenkinsfile", ".travis.yml", "bitbucket-pipelines.yml", ".drone.yml",
})  # fmt: skip
_PROTECTED_STARTS = (".git", ".env", ".yarnrc", "gitmod~", "gi7eba~", "gi7d29~", "gi250a~")


def checked(path: str) -> str:
    """
    ``path`` in its one form: parts joined by slashes.

    Raises:
        Denied: ``path.outside``, ``path.git``, ``path.reserved``, ``path.control_char``, ``path.too_long``.
    """
    if any(unicodedata.category(letter) in _REFUSED_CATEGORIES for letter in path):
        raise _denied("path.control_char", path, "holds characters that no file of ours is named with")
    if len(path.encode()) > _MAX_BYTES:
        raise _denied("path.too_long", path, f"is longer than {_MAX_BYTES} bytes")
    parts = re.split(r"[/\\]", path)
    for part in parts:
        _check_part(part, path)
    return "/".join(parts)


def _check_part(part: str, path: str) -> None:
    if part in ("", ".", ".."):
        raise _denied("path.outside", path, "is not a plain path below the root")
    if ":" in part:
        raise _denied("path.outside" if re.fullmatch(r"[A-Za-z]:.*", part) else "path.reserved", path, "holds a colon")
    if len(part.encode()) > _MAX_PART_BYTES:
        raise _denied("path.too_long", path, f"has a part of more than {_MAX_PART_BYTES} bytes")
    if part[-1] in " ." or part[0] == " ":
        raise _denied("path.reserved", path, "has a part that ends with a dot or a space")
    key = folded(part)
    if key == ".git" or _SHORT_GIT.fullmatch(key):
        raise _denied("path.git", path, "lies in git's own folder")
    if _DEVICES.fullmatch(key):
        raise _denied("path.reserved", path, "is the name of a device on Windows")


def folded(path: str) -> str:
    """
    What file systems that ignore case and normal forms take a name for.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


def protected(path: str) -> bool:
    """
    Whether something runs or obeys this file, so that changing it needs a person's word.
    """
    *folders, name = folded(path).split("/")
    if any(folder in _PROTECTED_FOLDERS for folder in folders):
        return True
    return name in _PROTECTED_NAMES or name.startswith(_PROTECTED_STARTS) or name.endswith(".pth")


def shown(path: str) -> str:
    """
    A path for a message: short, and without anything that a terminal obeys.
    """
    text = path if len(path) <= _SHOWN else path[: _SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def _denied(kind: str, path: str, what: str) -> Denied:
    return Denied(kind, f"{shown(path) or 'an empty path'} {what}", detail={"path": shown(path)})
