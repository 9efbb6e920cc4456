"""
Imports point downwards only: lsp_server > vision_code > runtime > kernels, and inside vision_code along the road.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("lsp_server", "vision_code", "runtime", "kernels")
#: Who may import whom among the packages (besides itself).
PACKAGES_BELOW = {
    "kernels": set(),
    "runtime": {"kernels"},
    "vision_code": {"runtime"},
    "lsp_server": {"vision_code"},
}
#: The torch-free doors of runtime that vision_code may use.
RUNTIME_DOORS = (
    "runtime.api",
    "runtime.checkpoint.inspect",
    "runtime.client",
    "runtime.errors",
    "runtime.remote",
    "runtime.worker",
)
#: Stations of the road, in order: a station imports only from those before it.
STATIONS = [
    "_bootstrap",
    "errors",
    "engine_names",
    "geometry",
    "source_map",
    "observation",
    "paint_order",
    "region",
    "uitree",
    "design_scale",
    "input",
    "output",
    "syntax",
    "edits",
    "repository",
    "project",
    "engine",
    "picture_header",
    "intake",
    "read",
    "divide",
    "draft",
    "assemble",
    "emit",
    "anchor",
    "conform",
    "reformat",
    "render",
    "capture",
    "compare",
    "repair",
    "relax",
    "explain",
    "pipeline",
    "rewrite",
    "part",
    "localise",
    "prompts",
    "cage",
    "patching",
    "cli",
    "__main__",
]
FORBIDDEN = {"transformers", "accelerate", "compressed_tensors", "tests", "training", "benchmarks", "examples"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", [p for p in PACKAGES_BELOW if (ROOT / p).is_dir()])
def test_packages_import_only_downwards(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _files(package)
        for name in _imports(path)
        if (top := name.split(".")[0]) in PACKAGES_BELOW and top != package and top not in PACKAGES_BELOW[package]
    ]
    assert wrong == []


def test_the_product_imports_no_tests_oracles_or_tools() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for package in PRODUCT
        for path in _files(package)
        for name in _imports(path)
        if name.split(".")[0] in FORBIDDEN
    ]
    assert wrong == []


def test_vision_code_knows_only_the_torch_free_doors_of_runtime() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _files("vision_code")
        for name in _imports(path)
        if name.split(".")[0] in ("torch", "triton")
        or (name.split(".")[0] == "runtime" and not any(f"{name}.".startswith(f"{door}.") for door in RUNTIME_DOORS))
    ]
    assert wrong == []


def test_stations_import_only_earlier_stations() -> None:
    wrong = []
    for path in _files("vision_code"):
        parts = path.relative_to(ROOT / "vision_code").with_suffix("").parts
        if parts[0] in ("__init__", "models"):
            continue
        here = STATIONS.index(parts[0])
        for name in _imports(path):
            words = name.split(".")
            if (
                words[0] == "vision_code"
                and len(words) > 1
                and words[1] in STATIONS
                and STATIONS.index(words[1]) > here
            ):
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == []


def test_only_the_child_of_the_language_server_walks_the_road() -> None:
    """
    The server itself never decodes, generates or renders.
    """
    doors = (
        "_bootstrap",
        "__version__",
        "capture.obstacles",
        "engine_names",
        "errors",
        "geometry",
        "input",
        "output",
        "picture_header",
        "project",
        "source_map",
    )
    light = tuple(f"vision_code.{door}" for door in doors)
    children = ("road/worker.py", "road/patch.py", "program/worker.py")
    inside = {ROOT / "lsp_server" / name for name in children}
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _files("lsp_server")
        if path not in inside
        for name in _imports(path)
        if name.startswith("vision_code.") and not name.startswith(light)
    ]
    assert wrong == []


def test_starting_imports_nothing_heavy() -> None:
    code = (
        "import sys; from vision_code import _bootstrap; _bootstrap.activate(); import vision_code, vision_code.cli;"
        "import runtime, runtime.api, runtime.client, runtime.remote, lsp_server.stdio, lsp_server.command;"
        "import vision_code.project.made, vision_code.project.references, vision_code.project.sense;"
        "import vision_code.project.settings;"
        "heavy = {'torch', 'triton', 'cv2', 'numpy', 'playwright', 'onnxruntime', 'scipy', 'PIL', 'httpx2'};"
        "heavy &= set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_only_the_language_server_itself_loads_the_protocols_types() -> None:
    """
    They take 30 MiB and a third of a second; its children, `vision-code mcp` and all other commands do without.
    """
    code = (
        "import sys, lsp_server.command, lsp_server.start, lsp_server.mcp_command, lsp_server.mcp_tools;"
        "import lsp_server.road.host, lsp_server.road.worker, lsp_server.road.patch, lsp_server.program.worker;"
        "sys.exit(', '.join(sorted({'pygls', 'lsprotocol', 'cattrs'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
