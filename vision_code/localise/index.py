"""
An index of every file of a repository in SQLite's full-text engine, kept between runs, brought up to date by content.

FTS5 brings BM25 (Robertson and Zaragoza, 2009, k1 = 1.2, b = 0.75) in C: tokenising in Python took four times as long.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from vision_code.localise.catalogue import is_catalogue
from vision_code.localise.query import Query, words_of
from vision_code.localise.sources import Sources

#: Of a file: what stands further down is found by looking, not by counting words. All messages may be looked for.
INDEXED_BYTES, INDEXED_MESSAGES_BYTES = 32 * 1024, 256 * 1024
#: Another number when tables or their meaning change: the old index is made anew.
_FORMAT = 4
_SCHEMA = f"""
PRAGMA user_version = {_FORMAT};
CREATE TABLE listing(digest BLOB);
CREATE TABLE file(path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, inode INTEGER, hash BLOB, row INTEGER UNIQUE);
CREATE TABLE outline(hash BLOB PRIMARY KEY, lines TEXT);
CREATE VIRTUAL TABLE words USING fts5(path, body, content='', tokenize='unicode61');
INSERT INTO words(words, rank) VALUES('hashsize', {64 * 2**20});
"""
#: Rows of files that changed or went stay in the word table; when they are this many times the files, it is made anew.
_MAX_STALE = 2
_TOKEN = re.compile(r"[^\W_]+")
#: More phrases at once are no question.
MAX_GROUPS = 100
#: For another run that writes the same index; after it this one makes its own in memory.
WAIT_S = 5.0
#: Files that are read before the database hears of them.
_AT_ONCE = 500
#: A word in a file's name counts this many times one in its text.
PATH_WEIGHT = 6.0
MAX_HITS = 400
_BEST = f"""
SELECT path, score FROM (
    SELECT rowid AS found, bm25(words, {PATH_WEIGHT}, 1.0) AS score FROM words WHERE words MATCH ? ORDER BY 2 LIMIT ?
) JOIN file ON file.row = found
"""  # noqa: S608
#: What half of all files hold weighs nothing in BM25 and takes longest to rank; in a small repository it is kept.
_HOW_MANY = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
_FEW_FILES = 2000
_KNOWN = "SELECT path, size, changed, inode FROM file"
#: Size in bytes, time of the last change in nanoseconds, number of the file.
_Status = tuple[int, int, int]


class Index:
    """
    The words of a repository.

    Args:
        sources: What may be read.
        folder: Where the index is kept; None keeps it in memory.
    """

    def __init__(self, sources: Sources, folder: Path | None) -> None:
        self.sources = sources
        self._database = _opened(sources.root, folder)
        try:
            self._update()
        except sqlite3.OperationalError:  # another run writes it, or there is no space left
            self._database.close()
            self._database = _made(sqlite3.connect(":memory:"))
            self._update()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        """
        The index itself.
        """
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        Close it.
        """
        self._database.close()

    def scores(self, query: Query) -> dict[str, float]:
        """
        BM25 of the files that hold any term, each term times its weight; higher is better.
        """
        found: dict[str, float] = {}
        (files,) = self._database.execute("SELECT count(*) FROM file").fetchone()
        many = max(_FEW_FILES, files // 2)
        for term, weight in query.terms:
            # Names begin with their first word: login* finds loginform.
            wanted = f'"{term}"' + (" *" if len(term) > 4 else "")
            (held,) = self._database.execute(_HOW_MANY, (wanted, many + 1)).fetchone()
            if held > many:
                continue
            for path, score in self._database.execute(_BEST, (wanted, MAX_HITS)):
                found[path] = found.get(path, 0.0) - weight * score
        return found

    def holding(self, groups: Sequence[Sequence[str]], limit: int) -> list[str]:
        """
        Files that hold every phrase of any group, likeliest first; letters count, neither case nor what is between.
        """
        phrases = [[" ".join(_TOKEN.findall(phrase)) for phrase in group] for group in groups[:MAX_GROUPS]]
        wanted = [" AND ".join(f'"{phrase}"' for phrase in group if phrase) for group in phrases]
        expression = " OR ".join(f"({group})" for group in wanted if group)
        return [path for path, _ in self._database.execute(_BEST, (expression, limit))] if expression else []

    def outline(self, path: str) -> tuple[str, ...]:
        """
        The definitions in a file, made once for each content; see :mod:`vision_code.localise.outline`.
        """
        from vision_code.localise.outline import outline

        content = self.sources.content(path)
        if content is None:
            return ()
        suffix = path.rpartition(".")[2]
        key = hashlib.sha256(suffix.encode() + b"\0" + content).digest()
        kept = self._database.execute("SELECT lines FROM outline WHERE hash = ?", (key,)).fetchone()
        if kept is not None:
            return tuple(kept[0].split("\n")) if kept[0] else ()
        made = outline(path, content)
        with contextlib.suppress(sqlite3.OperationalError):  # another run writes
            self._database.execute("INSERT OR REPLACE INTO outline VALUES(?, ?)", (key, "\n".join(made)))
            self._database.commit()
        return made

    def _update(self) -> None:
        """
        Bring the index to what the files are now: whose size, time and number are the same is not read again.
        """
        paths, numbers = _statuses(self.sources)
        digest = _digest(paths, numbers)
        if self._database.execute("SELECT digest FROM listing").fetchone() == (digest,):
            return
        here: dict[str, _Status] = dict(zip(paths, zip(*[iter(numbers)] * 3, strict=True), strict=True))
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            known = {path: (*status,) for path, *status in self._database.execute(_KNOWN)}
            new = [path for path, status in here.items() if known.get(path) != status]
            gone = known.keys() - here.keys()
            self._database.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in gone])
            row = self._last_row()
            if row > _MAX_STALE * len(here) + len(new):
                self._database.execute("INSERT INTO words(words) VALUES('delete-all')")
                self._database.execute("DELETE FROM file")
                new, row = list(here), 0
            for start in range(0, len(new), _AT_ONCE):
                row = self._take(new[start : start + _AT_ONCE], here, row)
            self._database.execute("DELETE FROM listing")
            self._database.execute("INSERT INTO listing VALUES(?)", (digest,))

    def _last_row(self) -> int:
        (row,) = self._database.execute("SELECT coalesce(max(id), 0) FROM words_docsize").fetchone()
        return int(row)

    def _take(self, paths: Sequence[str], here: Mapping[str, _Status], row: int) -> int:
        """
        Enter files that are new or changed.

        Args:
            row: The last one in use.

        Returns:
            The last row that is in use now.
        """
        files, words = [], []
        for path in paths:
            content = self.sources.content(path)
            digest = None if content is None else hashlib.blake2b(content, digest_size=16).digest()
            before = self._database.execute("SELECT hash, row FROM file WHERE path = ?", (path,)).fetchone()
            if before is not None and before[0] == digest:  # touched, not changed
                files.append((path, *here[path], *before))
            elif content is None:
                files.append((path, *here[path], None, None))
            else:
                row += 1
                most = INDEXED_MESSAGES_BYTES if is_catalogue(path) else INDEXED_BYTES
                named = f"{path} {' '.join(words_of(path))}"
                words.append((row, named, content[:most].decode("utf-8", "replace")))
                files.append((path, *here[path], digest, row))
        self._database.executemany("INSERT INTO words(rowid, path, body) VALUES(?, ?, ?)", words)
        self._database.executemany("INSERT OR REPLACE INTO file VALUES(?, ?, ?, ?, ?, ?)", files)
        return row


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """
    Where indexes are kept: the user's cache (XDG Base Directory Specification), None when there is no home.
    """
    base = environment.get("XDG_CACHE_HOME", "")
    try:
        return Path(base) / "vision-code" / "index" if base else Path.home() / ".cache" / "vision-code" / "index"
    except RuntimeError:
        return None


def _statuses(sources: Sources) -> tuple[list[str], array[int]]:
    """
    The files that are there, and the three numbers of each `_Status`, one after the other: tuples that are kept would
    cost a third more, and most often only their digest is wanted.
    """
    # From an open folder a path is found a sixth sooner, where the system has that.
    root = os.open(sources.root, os.O_RDONLY) if os.stat in os.supports_dir_fd else None
    before = "" if root is not None else f"{sources.root}/"
    paths: list[str] = []
    numbers: list[int] = []
    try:
        for path in sources.paths:
            try:
                status = os.lstat(before + path, dir_fd=root)
            except OSError:
                continue
            paths.append(path)
            # Numbers of files may need all 64 bits, those of the database have a sign.
            numbers += status.st_size, status.st_mtime_ns, status.st_ino & sys.maxsize
    finally:
        if root is not None:
            os.close(root)
    return paths, array("q", numbers)


def _digest(paths: Sequence[str], numbers: array[int]) -> bytes:
    held = hashlib.blake2b("\0".join(paths).encode(), digest_size=16)
    held.update(numbers.tobytes())
    return held.digest()


def _opened(root: Path, folder: Path | None) -> sqlite3.Connection:
    """
    The kept index of ``root``, a new one when there is none or it cannot be used; in memory when none can be kept.
    """
    if folder is not None:
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
        with contextlib.suppress(OSError, sqlite3.DatabaseError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _usable(folder / f"{name}.sqlite")
    return _made(sqlite3.connect(":memory:"))


def _usable(file: Path) -> sqlite3.Connection:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    os.close(handle)
    database = sqlite3.connect(file, timeout=WAIT_S)
    try:
        # It can be made anew at any time: nothing is lost when the machine goes down.
        database.execute("PRAGMA synchronous = OFF")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version == _FORMAT:
            database.execute("SELECT count(*) FROM outline").fetchone()
            return database
    except sqlite3.OperationalError:  # locked, not damaged
        database.close()
        raise
    except sqlite3.DatabaseError:
        version = -1
    if version == 0 and file.stat().st_size == 0:
        return _made(database)
    database.close()
    file.unlink()
    return _usable(file)


def _made(database: sqlite3.Connection) -> sqlite3.Connection:
    database.executescript(_SCHEMA)
    return database
