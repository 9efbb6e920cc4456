from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import kernels
from kernels.cpu import build
from kernels.cpu.library import library, load

ROOT = Path(__file__).resolve().parents[2]
needs_compiler = pytest.mark.skipif(library() is None, reason="no C compiler")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    An empty cache with a compiler that copies the library instead of compiling it, and counts.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    real = library()
    assert real is not None
    fake = tmp_path / "cc"
    fake.write_text(
        f'#!/bin/sh\necho x >> {tmp_path}/calls\nwhile [ "$1" != -o ]; do shift; done\ncp {real._name} "$2"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setattr(build, "find_compiler", lambda: fake)
    return tmp_path / "cache" / "vision-code" / "kernels"


@pytest.fixture
def forgotten() -> Iterator[None]:
    """
    The library is looked for anew, and again afterwards.
    """
    library.cache_clear()
    yield
    library.cache_clear()


def _calls(cache: Path) -> int:
    return len((cache.parents[2] / "calls").read_text().split())


@needs_compiler
def test_it_is_built_once_into_a_private_folder(cache: Path) -> None:
    path = build.library_path()
    assert build.library_path() == path
    assert _calls(cache) == 1
    assert [found.name for found in cache.iterdir()] == [path.name]
    assert cache.stat().st_mode & 0o777 == 0o700
    assert load(str(path)).int4_instructions()


@needs_compiler
def test_a_library_in_the_package_is_taken_where_it_loads(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: None
) -> None:
    brought = tmp_path / "brought.so"
    monkeypatch.setattr(build, "PREBUILT", brought)
    brought.write_bytes(build.library_path().read_bytes())
    found = library()
    assert found is not None
    assert found._name == str(brought)
    library.cache_clear()
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"no library")
    monkeypatch.setattr(build, "PREBUILT", broken)
    found = library()
    assert found is not None
    assert Path(found._name).parent == cache


@needs_compiler
def test_a_damaged_library_is_built_again(cache: Path) -> None:
    path = build.library_path()
    path.write_bytes(path.read_bytes()[:2000])
    assert build.library_path() == path
    assert _calls(cache) == 2
    assert load(str(path)).int4_instructions()


@needs_compiler
def test_starts_at_the_same_time_are_safe(cache: Path) -> None:
    paths: list[Path] = []
    threads = [threading.Thread(target=lambda: paths.append(build.library_path())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 4
    assert len(set(paths)) == 1
    assert [found.name for found in cache.iterdir()] == [paths[0].name]


@needs_compiler
def test_another_source_is_not_loaded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = build.library_path()
    monkeypatch.setattr(build, "source_hash", lambda: "0" * 16)
    with pytest.raises(build.BuildFailed, match="another source"):
        load(str(path))
    assert build.library_path() != path


@needs_compiler
def test_a_folder_open_to_others_is_closed(cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    build.library_path()
    assert cache.stat().st_mode & 0o777 == 0o700


@needs_compiler
def test_a_library_of_another_user_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build.library_path()
    nobody = os.geteuid() + 1
    real = build.cache_folder()
    monkeypatch.setattr(build, "cache_folder", lambda: real)
    monkeypatch.setattr(os, "geteuid", lambda: nobody)
    with pytest.raises(build.BuildFailed, match="not this user's alone"):
        build.library_path()


@needs_compiler
def test_a_library_that_others_may_write_is_refused(cache: Path) -> None:
    build.library_path().chmod(0o722)
    with pytest.raises(build.BuildFailed, match="not this user's alone"):
        build.library_path()


@needs_compiler
def test_a_folder_of_another_user_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build.library_path()
    nobody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: nobody)
    with pytest.raises(build.BuildFailed, match="not a folder of this user"):
        build.library_path()


@needs_compiler
def test_a_linked_folder_is_refused(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    cache.parent.mkdir(parents=True)
    cache.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(build.BuildFailed, match="not a folder of this user"):
        build.library_path()


def _weight() -> tuple[torch.Tensor, torch.Tensor]:
    return kernels.quantise(torch.randn(32, 64, generator=torch.Generator().manual_seed(0)))


@pytest.mark.parametrize("missing", ["compiler", "good compiler", "cache"])
def test_without_a_library_torch_computes_and_says_so_once(
    missing: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    forgotten: None,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(build, "PREBUILT", tmp_path / "none")
    if missing == "compiler":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif missing == "good compiler":
        (tmp_path / "cc").write_text("#!/bin/sh\necho 'no such header' >&2; exit 1\n")
        (tmp_path / "cc").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    else:
        (tmp_path / "vision-code").write_text("a file where the folder should be")
    packed, scale = _weight()
    x = torch.ones(2, 64)
    with caplog.at_level(logging.WARNING):
        found = [kernels.tiled_linear(x, kernels.tile_int4(packed, scale)) for _ in range(2)]
    assert torch.equal(found[0], kernels.int4_linear(x, packed, scale))
    assert kernels.cpu_instructions() is None
    assert len(caplog.records) == 1
    reason = {"compiler": "no C compiler", "good compiler": "no such header", "cache": "no cache folder"}[missing]
    assert reason in caplog.text
    assert "several times slower" in caplog.text


def test_the_reference_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    packed, scale = _weight()
    monkeypatch.setenv("VISION_CODE_KERNELS", "reference")
    assert kernels.cpu_instructions() is None
    x = torch.ones(2, 64)
    assert torch.equal(kernels.tiled_linear(x, kernels.tile_int4(packed, scale)), kernels.int4_linear(x, packed, scale))
    monkeypatch.setenv("VISION_CODE_KERNELS", "fast")
    with pytest.raises(kernels.KernelError, match="VISION_CODE_KERNELS=fast"):
        kernels.cpu_instructions()


def test_the_reference_experts_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(0)
    gate_up = kernels.quantise(torch.randn(3, 128, 32, generator=generator))
    down = kernels.quantise(torch.randn(3, 32, 64, generator=generator))
    experts = kernels.tile_experts(*gate_up, *down)
    x, weights = torch.randn(5, 32, generator=generator), torch.rand(5, 2, generator=generator)
    ids = torch.tensor([[0, 1], [1, 0], [0, 0], [1, 1], [0, 1]])
    monkeypatch.setenv("VISION_CODE_KERNELS", "reference")
    plain = [kernels.dequantise(*packed).float() for packed in (gate_up, down)]
    expected = kernels.expert_mlp(x, ids, weights, *plain)
    assert torch.allclose(kernels.tiled_expert_mlp(x, ids, weights, experts), expected, rtol=1e-4, atol=1e-3)


def test_gradients_flow_through_the_reference() -> None:
    packed, scale = _weight()
    x = torch.ones(2, 64, requires_grad=True)
    kernels.tiled_linear(x, kernels.tile_int4(packed, scale)).sum().backward()
    assert x.grad is not None


PRELUDE = """
import os, sys, threading, time, torch, kernels
torch.set_num_threads(2)
packed, scale = kernels.quantise(torch.randn(4096, 1024))
weight = kernels.tile_int4(packed, scale)
x = torch.randn(8, 1024)
first = kernels.tiled_linear(x, weight)
"""


def _python(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{PRELUDE}{code}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@needs_compiler
def test_a_forked_child_computes_with_threads_of_its_own() -> None:
    # Forked while another thread is inside the library, several times.
    code = """
busy = threading.Thread(target=lambda: [kernels.tiled_linear(x, weight) for _ in range(200)])
busy.start()
for _ in range(5):
    child = os.fork()
    if child == 0:
        os._exit(0 if torch.equal(kernels.tiled_linear(x, weight), first) else 3)
    if os.waitpid(child, 0)[1]:
        sys.exit(4)
busy.join()
sys.exit(0 if torch.equal(kernels.tiled_linear(x, weight), first) else 5)
"""
    child = _python(code)
    _, err = child.communicate(timeout=120)
    assert child.returncode == 0, err


@needs_compiler
def test_callers_at_the_same_time_get_the_same_bits() -> None:
    code = """
wrong = []
def call():
    for _ in range(50):
        if not torch.equal(kernels.tiled_linear(x, weight), first):
            wrong.append(1)
threads = [threading.Thread(target=call) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
sys.exit(len(wrong))
"""
    child = _python(code)
    _, err = child.communicate(timeout=120)
    assert child.returncode == 0, err


@needs_compiler
def test_ctrl_c_ends_a_busy_program() -> None:
    code = """
print("ready", flush=True)
try:
    while True:
        kernels.tiled_linear(x, weight)
except KeyboardInterrupt:
    assert torch.equal(kernels.tiled_linear(x, weight), first)
    sys.exit(7)
"""
    child = _python(code)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 7, err
