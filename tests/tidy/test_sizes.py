"""
The hard limits of the house: a file holds one idea, a function fits on a screen.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("lsp_server", "vision_code", "runtime", "kernels", "training", "benchmarks")
MODULE_LINES = 500
FUNCTION_LINES = 60
#: A GPU kernel is one function; cutting it would only hide what it holds in registers.
DEVICE_FUNCTION_LINES = 100
REFUSED_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def _modules() -> list[Path]:
    return [path for top in CODE for path in sorted((ROOT / top).rglob("*.py"))]


def test_no_module_is_longer_than_the_limit() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in _modules()}
    assert {name: n for name, n in sizes.items() if n > MODULE_LINES} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = []
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = ast.get_docstring(node, clean=False)
                lines = (node.end_lineno or 0) - node.lineno + 1 - (len(doc.splitlines()) + 1 if doc else 0)
                if lines > (DEVICE_FUNCTION_LINES if path.stem == "kernel" else FUNCTION_LINES):
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {lines}")
    assert long == []


def test_modules_are_named_for_an_idea() -> None:
    assert [str(path.relative_to(ROOT)) for path in _modules() if path.stem in REFUSED_NAMES] == []


def test_no_package_marker_under_tests() -> None:
    """
    A lone tests/kernels/__init__.py makes `import kernels` load the tests folder.
    """
    assert [str(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
