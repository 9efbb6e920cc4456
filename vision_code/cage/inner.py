"""
Runs inside the new namespaces: builds the walls, makes the copy, gives away every privilege, becomes the tests.

Standard library only: it is handed to a bare interpreter as text (``python -I -S -c``). Sources: mount_namespaces(7),
pivot_root(2), capabilities(7), netdevice(7).
"""

import base64
import ctypes
import fcntl
import json
import os
import pathlib
import resource
import shutil
import socket
import struct
import sys

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
#: nosuid, nodev, noexec, noatime, nodiratime; statvfs(3) and mount(2) number these alike.
LOCKED_FLAGS = 2 | 4 | 8 | 1024 | 2048
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
LAST_CAPABILITY = 63
DEVICES = ("null", "zero", "full", "random", "urandom")
libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    if libc.mount(source.encode(), target.encode(), kind.encode() or None, flags, data.encode() or None):
        raise OSError(ctypes.get_errno(), f"mount {target}")


def bind(source: str, target: str, *, writable: bool = False) -> None:
    if os.path.isdir(source):  # noqa: PTH112  a few lines that read alike
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    else:
        pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(target).touch()
    mount(source, target, flags=MS_BIND | MS_REC)
    if not writable:
        # What the system has forbidden there must stay forbidden, else it refuses.
        kept = os.statvfs(target).f_flag & LOCKED_FLAGS
        mount("", target, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | kept)


def build_walls(spec: dict) -> None:  # type: ignore[type-arg]
    """
    A new root of nothing but what the tests need; the old one is let go.
    """
    mount("", "/", flags=MS_REC | MS_PRIVATE)
    root = spec["root"]
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, f"size={spec['disk_bytes']},mode=755")
    for path in spec["visible"]:
        if os.path.islink(path):  # noqa: PTH114  /bin on merged systems
            pathlib.Path(root + path).symlink_to(os.readlink(path))  # noqa: PTH115
        elif os.path.exists(path):  # noqa: PTH110
            bind(path, root + path)
    for name in DEVICES:
        bind(f"/dev/{name}", f"{root}/dev/{name}", writable=True)
    for name in ("proc", "tmp", "home", "cage/old"):
        os.makedirs(f"{root}/{name}", exist_ok=True)  # noqa: PTH103
    mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV)
    bind(spec["source"], f"{root}/cage/source")
    bind(spec["out"], f"{root}/cage/out", writable=True)
    os.makedirs(root + spec["work"], exist_ok=True)  # noqa: PTH103
    for name in spec["dependencies"]:
        bind(f"{spec['installed']}/{name}", f"{root}{spec['work']}/{name}")
    os.chdir(root)
    if libc.pivot_root(b".", b"cage/old"):
        raise OSError(ctypes.get_errno(), "pivot_root")
    os.chdir("/")
    if libc.umount2(b"/cage/old", MNT_DETACH):
        raise OSError(ctypes.get_errno(), "umount")


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def make_copy(spec: dict) -> None:  # type: ignore[type-arg]
    work, skipped = spec["work"], {*spec["dependencies"], ".git"}

    def ignore(folder: str, names: list[str]) -> set[str]:
        top = skipped.intersection(names) if folder == spec["copied_from"] else set()
        return top | {n for n in names if os.path.islink(f"{folder}/{n}")}  # noqa: PTH114

    shutil.copytree(spec["copied_from"], work, dirs_exist_ok=True, ignore=ignore, copy_function=shutil.copy)
    for path, content in spec["changes"].items():
        place = pathlib.Path(work, path)
        if content is None:
            place.unlink(missing_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(base64.b64decode(content))


def give_up_privileges(spec: dict) -> None:  # type: ignore[type-arg]
    if spec["user"] is not None:
        for folder, folders, files in os.walk(spec["work"]):
            if folder == spec["work"]:
                folders[:] = [name for name in folders if name not in spec["dependencies"]]
            for path in (folder, *(f"{folder}/{name}" for name in files)):
                os.chown(path, spec["user"], spec["user"])
        for path in ("/tmp", "/home"):  # noqa: S108  of the cage
            os.chown(path, spec["user"], spec["user"])
        os.setgroups([])
        os.setresgid(*[spec["user"]] * 3)
    for capability in range(LAST_CAPABILITY):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if spec["user"] is not None:
        os.setresuid(*[spec["user"]] * 3)
        libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)  # another user's processes lose it
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def limit(spec: dict) -> None:  # type: ignore[type-arg]
    for what, most in (
        (resource.RLIMIT_DATA, spec["memory_bytes"]),
        (resource.RLIMIT_NPROC, spec["processes"]),
        (resource.RLIMIT_FSIZE, spec["disk_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def main() -> None:
    spec = json.loads(pathlib.Path(sys.argv[1]).read_text())
    libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
    if spec["walls"] == "namespaces":
        build_walls(spec)
        raise_loopback()
    make_copy(spec)
    if spec["walls"]:
        give_up_privileges(spec)
    limit(spec)
    os.chdir(spec["work"])
    os.execve(spec["argv"][0], spec["argv"], spec["environment"])  # noqa: S606


if __name__ == "__main__":
    main()
