"""
What the compiler made of the inner loops: everything in registers, and not more instructions than planned.
"""

from __future__ import annotations

import platform
import re
import subprocess
from pathlib import Path

import pytest

from kernels.cpu import build
from kernels.cpu.library import library

pytestmark = [
    pytest.mark.skipif(library() is None, reason="no C compiler"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the loops are for x86"),
]

#: Multiply instructions of one group, and all instructions of its loop at most: a third more than gcc 12 makes.
LOOPS = {
    "dot_1_1_avx2": ("vpmaddubsw", 32, 250),
    "dot_1_2_avx2": ("vpmaddubsw", 64, 370),
    "dot_2_1_avx2": ("vpmaddubsw", 32, 220),
    "dot_2_2_avx2": ("vpmaddubsw", 64, 340),
    "dot_3_2_avx2": ("vpmaddubsw", 48, 290),
    "dot_4_1_avx2": ("vpmaddubsw", 32, 220),
    "dot_4_2_avx2": ("vpmaddubsw", 64, 340),
    "dot_1_2_avx512": ("vpdpbusd", 32, 130),
    "dot_4_2_avx512": ("vpdpbusd", 128, 400),
    "stream_2_2_avx512": ("vpdpbusd", 64, 260),
    "stream_4_2_avx512": ("vpdpbusd", 128, 500),
}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("assembly")
    build.compile_to(folder / "int4.s", build.find_compiler(), folder, "-S", "-fno-asynchronous-unwind-tables")
    return (folder / "int4.s").read_text()


def _loops(assembly: str, name: str, multiply: str) -> list[list[str]]:
    """
    The instructions of a function from the target of each jump back to that jump, where they hold multiplications.
    """
    start = re.search(rf"^{name}:$", assembly, re.MULTILINE)
    assert start is not None, f"{name} is not there"
    lines = assembly[start.end() :].split(".size", 1)[0].splitlines()
    labels = {line[:-1]: place for place, line in enumerate(lines) if re.match(r"\.L\w+:$", line)}
    loops = []
    for place, line in enumerate(lines):
        jump = re.match(r"\tj\w+\t(\.L\w+)$", line)
        if jump and labels.get(jump[1], place) < place:
            body = [text.strip() for text in lines[labels[jump[1]] : place + 1] if text.startswith("\t")]
            if any(multiply in text for text in body):
                loops.append([text for text in body if not text.startswith((".", "#"))])
    return loops


def _inner_loop(assembly: str, name: str) -> list[str]:
    return min(_loops(assembly, name, LOOPS[name][0]), key=len)


@pytest.mark.parametrize("name", LOOPS)
def test_the_inner_loop_stays_in_registers(assembly: str, name: str) -> None:
    loop = _inner_loop(assembly, name)
    multiply, expected, most = LOOPS[name]
    assert sum(multiply in line for line in loop) == expected
    stack = [line for line in loop if "(%rsp" in line or "(%rbp" in line]
    assert [line for line in stack if "mm" in line] == []
    # The loop's own end may be compared there.
    assert len(stack) <= 1
    assert len(loop) <= most


@pytest.mark.parametrize("instructions", ["avx2", "avx512"])
@pytest.mark.parametrize("name", ["rows_32", "rows_16", "mix_32", "mix_16"])
def test_loops_over_float_rows_stay_in_registers(assembly: str, name: str, instructions: str) -> None:
    found = _loops(assembly, f"{name}_{instructions}", "vfmadd")
    # The innermost: loops around them hold a jump back of their own.
    inner = [loop for loop in found if sum(bool(re.match(r"j\w+\t\.L", line)) for line in loop) == 1]
    widest = {"avx2": 8, "avx512": 16}[instructions]
    assert max(sum("vfmadd" in line and "ps\t" in line for line in loop) for loop in inner) >= widest
    for loop in inner:
        assert [line for line in loop if "mm" in line and ("(%rsp" in line or "(%rbp" in line)] == []


def test_a_loop_that_spills_is_seen() -> None:
    body = ("vpmaddubsw\t%ymm0, %ymm1, %ymm2", "vmovaps\t%ymm2, -32(%rsp)", "jne\t.L1")
    loop = _inner_loop("dot_4_2_avx2:\n.L1:\n\t" + "\n\t".join(body) + "\n\t.size", "dot_4_2_avx2")
    assert [line for line in loop if "(%rsp" in line] == [body[1]]


def test_the_compiler_warns_about_nothing(tmp_path: Path) -> None:
    flags = [*build.FLAGS, "-Wall", "-Wextra", "-Werror", '-DSOURCE_HASH=""', "-fsyntax-only"]
    command = [str(build.find_compiler()), *flags, str(build.SOURCE / "int4.c")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
