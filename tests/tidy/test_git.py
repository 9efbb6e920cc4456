"""
Only one module runs git; GitPython's ways to run it are used nowhere.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("lsp_server", "vision_code", "runtime", "kernels")
#: Of GitPython: each of these runs git with the settings of the repository.
RUNS_GIT = {
    "is_dirty", "untracked_files", "index", "diff", "iter_commits", "blame", "create_head", "delete_head",
    "create_remote", "create_tag", "clone", "clone_from", "archive", "submodules", "remotes", "remote", "merge_base",
}  # fmt: skip


def _trees() -> list[tuple[Path, ast.Module]]:
    paths = [path for package in PRODUCT for path in sorted((ROOT / package).rglob("*.py"))]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return [(path.relative_to(ROOT), ast.parse(text)) for path, text in texts.items() if "git" in text]


def test_git_is_started_in_one_place() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        if path != Path("vision_code/repository/git.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ("git", "git.exe")
    ]
    assert wrong == []


def test_gitpython_never_runs_git() -> None:
    users = [(path, tree) for path, tree in _trees() if _imports_gitpython(tree)]
    assert [str(path) for path, _ in users] == ["vision_code/repository/commit.py"]
    wrong = [
        f"{path}:{node.lineno} {node.attr}"
        for path, tree in users
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in RUNS_GIT and _base(node) in ("repo", "Repo", "commit")
    ]
    wrong += [f"{path}:{line} git.{called}" for path, tree in users for line, called in _of_git(tree)]
    assert wrong == []


def _of_git(tree: ast.Module) -> list[tuple[int, str]]:
    """
    What is done with ``repo.git`` besides giving it our settings: every other name there is a command of git.
    """
    return [
        (node.lineno, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
        if node.value.attr == "git" and _base(node.value) == "repo" and node.attr != "update_environment"
    ]


def _imports_gitpython(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("git", "gitdb"))
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] in ("git", "gitdb") for alias in node.names))
        for node in ast.walk(tree)
    )


def _base(node: ast.Attribute) -> str:
    return node.value.id if isinstance(node.value, ast.Name) else ""
