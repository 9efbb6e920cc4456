"""
Builds the C library with the machine's compiler into the user's cache; knows files, not tensors.

The cache is ``$XDG_CACHE_HOME/vision-code/kernels`` (default ``~/.cache``), owned by the user and closed to others.
A library's name holds what it was built from and the hash of its content, so a file that was cut short, exchanged or
left by another version is never loaded. Nothing is written outside that folder.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("source")
# Brought along by a wheel; used where it loads, else one is built.
PREBUILT = Path(__file__).with_name("prebuilt") / f"{sys.platform}-{platform.machine()}.so"
# Instruction sets are chosen while running, function by function, so one library serves every CPU of an architecture.
FLAGS = ("-std=gnu11", "-O3", "-fPIC", "-shared", "-pthread", "-fvisibility=hidden", "-fno-math-errno")
COMPILERS = ("cc", "gcc", "clang")
COMPILE_LIMIT_S = 120.0
HASH_DIGITS = 16


class BuildFailed(Exception):
    """
    There is no library; the message says why in a few words.
    """


def source_hash() -> str:
    """
    Hex digest of the library's source; the library carries it too.
    """
    digest = hashlib.sha256(" ".join(FLAGS).encode())
    for path in sorted(SOURCE.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:HASH_DIGITS]


def library_path() -> Path:
    """
    The library for this source: from the cache, or built now (about 3 s).

    Raises:
        BuildFailed: No compiler, no safe place for the result, or the compiler refused.
    """
    compiler = find_compiler()
    folder = cache_folder()
    key = _key(compiler)
    for found in sorted(folder.glob(f"{key}-*.so")):
        if _is_whole(found):
            return found
        found.unlink(missing_ok=True)
    return _build(compiler, folder, key)


def find_compiler() -> Path:
    """
    The machine's C compiler.

    Raises:
        BuildFailed: There is none.
    """
    if sys.platform == "win32":
        raise BuildFailed("not available on Windows")
    for name in COMPILERS:
        found = shutil.which(name)
        if found:
            return Path(found).resolve()
    raise BuildFailed("no C compiler (cc)")


def compile_to(path: Path, compiler: Path, scratch: Path, *flags: str) -> None:
    """
    Compile the library.

    Args:
        path: Of the result.
        compiler: Which one.
        scratch: Folder for the compiler's own files.
        flags: Added to the usual ones.

    Raises:
        BuildFailed: The compiler refused, or took longer than two minutes.
    """
    defines = f'-DSOURCE_HASH="{source_hash()}"'
    command = [str(compiler), *FLAGS, defines, *flags, "-o", str(path), str(SOURCE / "int4.c")]
    environment = os.environ | {"TMPDIR": str(scratch), "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=scratch, env=environment, capture_output=True, text=True, timeout=COMPILE_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildFailed(f"{compiler.name} did not run: {error}") from error
    if done.returncode:
        lines = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()
        raise BuildFailed(f"{compiler.name} failed: {lines[0]}")


def cache_folder(name: str = "kernels") -> Path:
    """
    A folder of the user's cache that is closed to others; made when missing.

    Args:
        name: What it is for.

    Raises:
        BuildFailed: It cannot be made, is a link, or belongs to someone else.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        root = base if base.is_absolute() else Path.home() / ".cache"
        folder = root / "vision-code" / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
            raise BuildFailed(f"{folder} is not a folder of this user")
        if facts.st_mode & 0o077:
            folder.chmod(0o700)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        raise BuildFailed(f"no cache folder: {error}") from error
    return folder


def _key(compiler: Path) -> str:
    # The file's own facts instead of its version: asking starts a process at every start of ours.
    facts = compiler.stat()
    made_by = f"{compiler} {facts.st_size} {facts.st_mtime_ns} {platform.machine()}"
    return f"{source_hash()}-{hashlib.sha256(made_by.encode()).hexdigest()[:HASH_DIGITS]}"


def _content_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS]


def _is_whole(path: Path) -> bool:
    """
    Whether a cached library is a plain file with the content its name promises.

    Raises:
        BuildFailed: It belongs to another user, or others may write it.
    """
    facts = path.lstat()
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise BuildFailed(f"{path} is not this user's alone")
    return stat.S_ISREG(facts.st_mode) and path.stem.endswith(_content_hash(path))


def _build(compiler: Path, folder: Path, key: str) -> Path:
    try:
        with tempfile.TemporaryDirectory(prefix="build-", dir=folder) as scratch:
            made = Path(scratch) / "library.so"
            compile_to(made, compiler, Path(scratch))
            made.chmod(0o700)
            # Whoever else builds the same meanwhile writes the same name: the last one stands, each is whole.
            return made.replace(folder / f"{key}-{_content_hash(made)}.so")
    except OSError as error:
        raise BuildFailed(f"{folder}: {error}") from error


def build_into_package() -> None:
    """
    Compile the library into the package, for a wheel that brings it along (``make package``).

    Raises:
        BuildFailed: As :func:`compile_to`; the wheel then builds its library where it runs.
    """
    with tempfile.TemporaryDirectory(prefix="build-") as scratch:
        PREBUILT.parent.mkdir(exist_ok=True)
        compile_to(PREBUILT, find_compiler(), Path(scratch))
