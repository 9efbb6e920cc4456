"""
An index of every file of a repository in SQLite's full-text engine, kept between runs, brought up to date by content.

FTS5 brings BM25 (Robertson and Zaragoza, 2009, k1 = 1.2, b = 0.75) in C: tokenising in Python took four times as long.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from vision_code.localise.query import Query, words_of
from vision_code.localise.sources import Sources

#: Of a file: what stands further down is found by looking, not by counting words.
INDEXED_BYTES = 32 * 1024
#: Another number when tables or their meaning change: the old index is made anew.
_FORMAT = 2
_SCHEMA = f"""
PRAGMA user_version = {_FORMAT};
CREATE TABLE file(path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, inode INTEGER, hash BLOB, row INTEGER);
CREATE TABLE outline(hash BLOB PRIMARY KEY, lines TEXT);
CREATE VIRTUAL TABLE words USING fts5(path, body, content='', tokenize='unicode61');
INSERT INTO words(words, rank) VALUES('hashsize', {64 * 2**20});
"""
#: Rows of files that changed or went stay in the word table; when they are this many times the files, it is made anew.
_MAX_STALE = 2
#: A word in a file's name counts this many times one in its text.
PATH_WEIGHT = 6.0
MAX_HITS = 400


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
        by_row = dict(self._database.execute("SELECT row, path FROM file WHERE row IS NOT NULL"))
        for term, weight in query.terms:
            # Names begin with their first word: login* finds loginform.
            wanted = f'"{term}"' + (" *" if len(term) > 4 else "")
            rows = self._database.execute(
                f"SELECT rowid, bm25(words, {PATH_WEIGHT}, 1.0) FROM words WHERE words MATCH ? ORDER BY 2 LIMIT ?",  # noqa: S608
                (wanted, MAX_HITS),
            )
            for row, score in rows:
                if (path := by_row.get(row)) is not None:
                    found[path] = found.get(path, 0.0) - weight * score
        return found

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
        known = {
            path: status for path, *status in self._database.execute("SELECT path, size, changed, inode FROM file")
        }
        here = _statuses(self.sources)
        new = [path for path, status in here.items() if path not in known or known[path] != status]
        gone = known.keys() - here.keys()
        if not new and not gone:
            return
        with self._database:
            self._database.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in gone])
            if self._last_row() > _MAX_STALE * len(here) + len(new):
                self._database.execute("INSERT INTO words(words) VALUES('delete-all')")
                self._database.execute("DELETE FROM file")
                new, known = list(here), {}
            row = self._last_row()
            for path in new:
                row = self._take(path, here[path], path in known, row)

    def _last_row(self) -> int:
        (row,) = self._database.execute("SELECT coalesce(max(id), 0) FROM words_docsize").fetchone()
        return int(row)

    def _take(self, path: str, status: list[int], is_known: bool, last_row: int) -> int:
        """
        Returns:
            The last row that is in use now.
        """
        content = self.sources.content(path)
        digest = None if content is None else hashlib.blake2b(content, digest_size=16).digest()
        if is_known:
            (before,) = self._database.execute("SELECT hash FROM file WHERE path = ?", (path,)).fetchone()
            if digest == before:  # touched, not changed
                held = (*status, path)
                self._database.execute("UPDATE file SET size = ?, changed = ?, inode = ? WHERE path = ?", held)
                return last_row
        row = None
        if content is not None:
            row = last_row = last_row + 1
            named = f"{path} {' '.join(words_of(path))}"
            body = content[:INDEXED_BYTES].decode("utf-8", "replace")
            self._database.execute("INSERT INTO words(rowid, path, body) VALUES(?, ?, ?)", (row, named, body))
        self._database.execute("INSERT OR REPLACE INTO file VALUES(?, ?, ?, ?, ?, ?)", (path, *status, digest, row))
        return last_row


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """
    Where indexes are kept: the user's cache (XDG Base Directory Specification), None when there is no home.
    """
    base = environment.get("XDG_CACHE_HOME", "")
    try:
        return Path(base) / "vision-code" / "index" if base else Path.home() / ".cache" / "vision-code" / "index"
    except RuntimeError:
        return None


def _statuses(sources: Sources) -> dict[str, list[int]]:
    return dict(_status_pairs(sources))


def _status_pairs(sources: Sources) -> Iterator[tuple[str, list[int]]]:
    root = str(sources.root)
    for path in sources.paths:
        try:
            status = os.lstat(f"{root}/{path}")
        except OSError:
            continue
        yield path, [status.st_size, status.st_mtime_ns, status.st_ino]


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
    database = sqlite3.connect(file, timeout=5)
    try:
        # It can be made anew at any time: nothing is lost when the machine goes down.
        database.execute("PRAGMA synchronous = OFF")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version == _FORMAT:
            database.execute("SELECT count(*) FROM outline").fetchone()
            return database
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
