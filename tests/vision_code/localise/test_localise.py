"""
Localising: the file an issue is about comes first, secrets and strangers never come, the kept index follows the files.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from vision_code.localise import Index, Sources, query_from, rank, repo_map
from vision_code.localise.outline import outline
from vision_code.localise.sources import is_secret
from vision_code.localise.tools import Tools

FILES = {
    "src/components/LoginForm.tsx": "export const LoginForm = () => {\n  return <b>{t('auth.enter')}</b>\n}\n",
    "src/components/Navbar.tsx": "export function Navbar() {\n  return <nav>Home</nav>\n}\n",
    "src/i18n/en.json": '{"auth": {"enter": "Come on in"}}\n',
    "src/price.py": "class PriceTable:\n    def total_of(self, rows):\n        return sum(rows)\n",
    "tests/test_price.py": "def test_total_of():\n    assert PriceTable().total_of([1]) == 1  # total total total\n",
    "docs/price.md": "The price table adds the total of all rows. Total, price, table, rows.\n",
    ".env": "TOKEN=sk-planted total price\n",
    "deploy/id_rsa": "PRIVATE total\n",
    "assets/logo.png": "\0\1 total\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (tmp_path / "outside.py").write_text("total = 'outside'\n")
    (root / "src" / "link.py").symlink_to(tmp_path / "outside.py")
    return root


@pytest.mark.parametrize(
    ("issue", "screen", "first"),
    [
        ("The login form does not submit", (), "src/components/LoginForm.tsx"),
        ("`total_of` is wrong for an empty list of rows", (), "src/price.py"),
        ("Crash\n\n  File src/components/Navbar.tsx, line 2", (), "src/components/Navbar.tsx"),
        ("This label is wrong", ("Come on in",), "src/i18n/en.json"),
    ],
)
def test_the_file_an_issue_is_about_comes_first(
    repository: Path, issue: str, screen: tuple[str, ...], first: str
) -> None:
    with Index(Sources.below(repository), None) as index:
        found = rank(index, query_from(issue, screen))
    assert found[0].path == first
    assert found[0].score == 1


def test_secrets_links_and_pictures_are_no_sources(repository: Path) -> None:
    sources = Sources.below(repository)
    assert set(sources.paths) == {name for name in FILES if name.startswith(("src/", "tests/", "docs/"))}
    for path in (".env", "deploy/id_rsa", "src/link.py", "../outside.py", "/etc/passwd", "assets/logo.png"):
        assert sources.content(path) is None


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        (".env", True), ("a/.env.local", True), ("a/.env.example", False), ("x/server.PEM", True),
        (".ssh/config", True), ("src/secrets.py", True), ("src/secretary.py", False), ("id_ed25519.pub", True),
        ("terraform/prod.tfvars", True),
        ("src/keys.ts", False), ("a/credentials.json", True), (".git/config", True),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret(path: str, secret: bool) -> None:
    assert is_secret(path) is secret


def test_a_folder_that_is_a_link_leads_nowhere(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.py").write_text("x\n")
    (repository / "src" / "away").symlink_to(tmp_path / "elsewhere")
    assert Sources.below(repository, ("src/away/a.py", "src/price.py")).content("src/away/a.py") is None


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_in_a_repository_git_says_what_belongs_to_it(repository: Path) -> None:
    for name in ("out/bundle.js", "coverage/kept.py", "new.py", "vendored/inner.py", "sub/a.py"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text("x = 1\n")
    (repository / ".gitignore").write_text("out/\n")
    _git(repository, "init", "-q")
    _git(repository, "add", "coverage", "docs", "src/price.py")
    _git(repository / "vendored", "init", "-q")
    paths = Sources.below(repository).paths
    assert {"coverage/kept.py", "new.py", "src/price.py", "sub/a.py"} <= set(paths)
    assert {"out/bundle.js", "vendored/inner.py", "vendored/", ".env"}.isdisjoint(paths)
    assert set(Sources.below(repository / "src").paths) >= {"price.py", "i18n/en.json"}
    # A folder that the repository around it ignores is a project of its own.
    assert Sources.below(repository / "out").paths == ("bundle.js",)


def test_without_git_generated_folders_are_left_out(repository: Path) -> None:
    for name in ("venv/lib.py", ".next/page.js", "app/node_modules/x.js"):
        (repository / name).parent.mkdir(parents=True)
        (repository / name).write_text("x\n")
    assert {"venv", ".next", "app"}.isdisjoint(path.split("/")[0] for path in Sources.below(repository).paths)


def test_a_name_that_is_no_text_is_no_source(repository: Path, tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(repository) + b"/src/caf\xe9.py")).write_text("total = 1\n")
    with Index(Sources.below(repository), tmp_path / "cache") as index:
        assert index.scores(query_from("total"))


def test_an_index_that_another_run_writes_is_not_waited_for_in_vain(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vision_code.localise.index.WAIT_S", 0.1)
    cache = tmp_path / "cache"
    with Index(Sources.below(repository), cache) as index:
        before = index.scores(query_from("total rows"))
    (kept,) = cache.iterdir()
    (repository / "src" / "new.py").write_text("quokka\n")
    other = sqlite3.connect(kept)
    other.execute("BEGIN EXCLUSIVE")
    with Index(Sources.below(repository), cache) as index:
        assert index.scores(query_from("total rows")).keys() == before.keys()
    other.close()
    assert list(cache.iterdir()) == [kept]
    with Index(Sources.below(repository), cache) as index:
        assert index.scores(query_from("quokka"))


def test_the_kept_index_follows_the_files(repository: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    query = query_from("where is the quokka")
    with Index(Sources.below(repository), cache) as index:
        assert index.scores(query) == {}
    (repository / "src" / "price.py").write_text("quokka = 1\n")
    with Index(Sources.below(repository), cache) as index:
        assert list(index.scores(query)) == ["src/price.py"]
    (repository / "src" / "price.py").unlink()
    with Index(Sources.below(repository), cache) as index:
        assert index.scores(query) == {}
    (kept,) = cache.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(b"no database at all" * 100)
    with Index(Sources.below(repository), cache) as index:
        assert next(iter(index.scores(query_from("login form")))) == "src/components/LoginForm.tsx"


def test_touched_files_are_not_read_anew(repository: Path, tmp_path: Path) -> None:
    with Index(Sources.below(repository), tmp_path / "cache") as index:
        before = index.scores(query_from("total rows"))
    os.utime(repository / "src" / "price.py", (1, 1))
    with Index(Sources.below(repository), tmp_path / "cache") as index:
        assert index.scores(query_from("total rows")) == before


def test_the_map_shows_definitions_within_its_budget(repository: Path) -> None:
    with Index(Sources.below(repository), None) as index:
        found = rank(index, query_from("total of the price table"))
        text = repo_map(index, found, 4000)
        assert "1: class PriceTable:" in text
        assert "  2: def total_of(self, rows):" in text
        assert "src/components/ (2 files)" in text
        assert len(repo_map(index, found, 200)) <= 200


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("a.ts", "export interface A { b: number }\nexport const use = () => 1\nconst c = 2\n", ["1", "2"]),
        ("a.go", "package a\n\ntype T struct{}\n\nfunc (t T) Do() {}\n", ["3", "5"]),
        ("a.rs", "struct S;\nimpl S {\n  fn go(&self) {}\n}\n", ["1", "2", "3"]),
        ("a.py", "def broken(:\n", None),
        ("a.unknown", "class A", []),
    ],
)
def test_outlines(path: str, text: str, wanted: list[str] | None) -> None:
    lines = [line.strip().partition(":")[0] for line in outline(path, text.encode())]
    assert wanted is None or lines == wanted


def test_tools_read_inside_and_answer_every_mistake(repository: Path) -> None:
    tools = Tools(Sources.below(repository))

    def call(name: str, **arguments: object) -> str:
        return tools.call(name, json.dumps(arguments))

    assert call("list", path=".").splitlines() == ["docs/", "src/", "tests/"]
    assert call("list", path="src/i18n/") == "en.json"
    assert call("grep", text="COME ON") == 'src/i18n/en.json:1: {"auth": {"enter": "Come on in"}}'
    assert call("grep", text="sk-planted") == "no line holds this"
    assert call("view", path="src/price.py", first=2, last=2).endswith("\n2:     def total_of(self, rows):")
    for name, arguments in (
        ("view", '{"path": "../outside.py"}'),
        ("view", '{"path": ".env"}'),
        ("view", '{"path": "/etc/passwd"}'),
        ("view", '{"path": 7}'),
        ("list", '{"path": "../"}'),
        ("grep", '{"text": ""}'),
        ("shell", "{}"),
        ("view", "[" * 100_000),
        ("view", "not json"),
    ):
        assert tools.call(name, arguments).startswith("error:")
