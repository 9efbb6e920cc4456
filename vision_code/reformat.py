"""
Runs a project's own formatter over generated files: only for people who trust the project, because it is its code.

The formatter is the one in the project's ``node_modules``, started with Node.js without a shell, under limits of time
and output. What it answers is taken only when nothing but the layout differs; else the file stays as it was generated.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vision_code.emit import OutputFile
from vision_code.project.files import Files
from vision_code.project.literals import member, read_json
from vision_code.project.packages import folders_upward
from vision_code.project.sense import Project

DEADLINE_S = 15.0
MAX_GROWTH = 4
_ROOM_BYTES = 64 << 10
_LOOK_S = 0.02
#: Package, program and arguments before the file's path. Sources: Prettier, "CLI"; Biome, "CLI"; dprint, "CLI".
_PROGRAMS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "prettier": ("prettier", "prettier", ("--stdin-filepath=",)),
    "biome": ("@biomejs/biome", "biome", ("format", "--stdin-file-path=")),
    "dprint": ("dprint", "dprint", ("fmt", "--stdin=")),
}
_ENDINGS = frozenset({".html", ".css", ".tsx", ".jsx", ".ts", ".js", ".vue", ".svelte"})
_INHERITED = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
_LETTERS = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"</?([A-Za-z][\w.-]*)")


class Unformatted(Exception):
    """
    Why a file was not formatted, in words that follow "because".
    """


def reformat(
    project: Project, files: tuple[OutputFile, ...], folder: Path
) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
    """
    The files as the project's formatter lays them out.

    Args:
        folder: Of the component; the formatter looks there for its configuration.

    Returns:
        The files, and a note for people about each that was not formatted.
    """
    if project.formatter is None:
        return files, ("not formatted, because the project has no Prettier, Biome or dprint",)
    try:
        command = _command(project, project.formatter.name)
    except Unformatted as error:
        return files, (f"not formatted with {project.formatter.name}, because {error}",)
    formatted, notes = [], []
    for file in files:
        try:
            formatted.append(_formatted(command, project, file, folder))
        except Unformatted as error:
            formatted.append(file)
            notes.append(f"{file.path.name} is not formatted with {project.formatter.name}, because {error}")
    return tuple(formatted), tuple(notes)


def _command(project: Project, name: str) -> list[str]:
    package, program, arguments = _PROGRAMS[name]
    files = Files.below(project.root)
    script = _script(files, project, package, program)
    if script is None:
        raise Unformatted(f"{package} is not in the project's node_modules")
    node = shutil.which("node")
    # One that lies in the project would be code of the project under another name.
    if node is None or not Path(node).is_absolute() or files.inside(Path(node)):
        raise Unformatted("Node.js is not installed")
    return [node, str(script), *arguments]


def _script(files: Files, project: Project, package: str, program: str) -> Path | None:
    for place in folders_upward(files, project.package):
        home = place / "node_modules" / package
        told = member(read_json(files.text(home / "package.json") or ""), "bin")
        path = told if isinstance(told, str) else member(told, program)
        if isinstance(path, str) and files.is_file(home / path):
            return files.real(home / path)
    return None


def _formatted(command: list[str], project: Project, file: OutputFile, folder: Path) -> OutputFile:
    if file.path.suffix not in _ENDINGS:
        return file
    *program, option = command
    answer = _run([*program, f"{option}{folder / file.path}"], project.package, file.content)
    try:
        similar = _is_similar(file.content.decode(), answer.decode())
    except UnicodeDecodeError:
        similar = False
    if not similar:
        raise Unformatted("it changed more than the layout")
    return replace(file, content=answer)


def _is_similar(before: str, after: str) -> bool:
    """
    Whether the same words are there, and the same tags in the same order. A formatter may move blanks, quotes,
    brackets, commas and semicolons, sort classes and spell numbers and colours its own way.
    """
    words = [Counter(word.casefold() for word in _LETTERS.findall(text)) for text in (before, after)]
    tags = [[tag.casefold() for tag in _TAG.findall(text)] for text in (before, after)]
    return words[0] == words[1] and tags[0] == tags[1]


def _run(command: list[str], folder: Path, content: bytes) -> bytes:
    """
    What a program prints that is given ``content``.

    It stays in this process's group, so that it ends with it when that is killed.
    """
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    limit_bytes, deadline = MAX_GROWTH * len(content) + _ROOM_BYTES, time.monotonic() + DEADLINE_S
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as printed:
        given.write(content)
        given.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the user trusts the project, and its program gets no shell
                command, cwd=folder, env=environment, stdin=given, stdout=printed, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise Unformatted(f"it cannot be started: {error.strerror}") from error
        try:
            while process.poll() is None:
                if time.monotonic() > deadline:
                    raise Unformatted(f"it took longer than {DEADLINE_S:g} s")
                if os.fstat(printed.fileno()).st_size > limit_bytes:
                    break
                time.sleep(_LOOK_S)
        finally:
            process.kill()
            process.wait()
        if os.fstat(printed.fileno()).st_size > limit_bytes:
            raise Unformatted(f"it printed more than {limit_bytes >> 10} KiB")
        if process.returncode:
            raise Unformatted(f"it ended with exit code {process.returncode}")
        printed.seek(0)
        return printed.read()
