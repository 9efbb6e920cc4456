"""
How much memory is free on this machine; torch-free.
"""

from __future__ import annotations

from pathlib import Path

from runtime.errors import MemoryLimit

GIB = 1 << 30


def free_host_bytes() -> int:
    """
    What this process may still take: the system's available memory, bounded by a control group's limit.

    Returns:
        Bytes; 2^62 where the system does not say (not Linux).
    """
    available = 1 << 62
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                available = int(line.split()[1]) << 10
    group = Path("/sys/fs/cgroup")
    limit, current = group / "memory.max", group / "memory.current"
    if limit.exists() and current.exists() and (text := limit.read_text().strip()).isdigit():
        available = min(available, max(0, int(text) - int(current.read_text())))
    return available


def require_host_bytes(need: int) -> None:
    """
    Refuse before allocating what cannot fit.

    Raises:
        MemoryLimit: ``memory.host``.
    """
    free = free_host_bytes()
    if need > free:
        message = f"need {need / GIB:.1f} GiB, free {free / GIB:.1f} GiB"
        raise MemoryLimit("memory.host", message, detail={"need_bytes": need, "free_bytes": free})
