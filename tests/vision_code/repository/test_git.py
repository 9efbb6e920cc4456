"""
Repositories are read without running what they name, and without touching what is their user's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.patches.hostile_git import measure
from vision_code.edits import Change, Entry, Staged, parse_reply, stage, unified_diff
from vision_code.edits.tree import EXECUTABLE, LINK, PLAIN
from vision_code.errors import InputRejected, VerificationFailed
from vision_code.repository import check_applies, listed, open_commit, repository_top

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def _git(folder: Path, *arguments: str) -> str:
    who = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), **who}
    return subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = tmp_path / "repo"
    (repo / "src").mkdir(parents=True)
    (repo / "src/a.py").write_text("a = 1\n")
    (repo / "run.sh").write_text("echo\n")
    (repo / "run.sh").chmod(0o755)
    (repo / "link").symlink_to("src/a.py")
    _git(repo, "init", "-q")
    _git(repo, "add", "-A")
    _git(repo, "commit", "-q", "-m", "first line\n\nmore")
    return repo


def test_a_commit_is_a_tree(repo: Path) -> None:
    (repo / "src/a.py").write_text("changed, not committed\n")
    commit = open_commit(repo)
    assert commit.sha == _git(repo, "rev-parse", "HEAD").strip()
    assert (commit.subject, commit.author) == ("first line", "a@b")
    assert commit.entry("src/a.py") == Entry(b"a = 1\n", PLAIN)
    assert commit.entry("run.sh") == Entry(b"echo\n", EXECUTABLE)
    assert getattr(commit.entry("link"), "mode", None) == LINK
    assert commit.entry("nothing") is None
    assert sorted(commit.paths()) == ["link", "run.sh", "src/a.py"]
    assert set(commit.names("")) == {"link", "run.sh", "src"}


def test_index_stash_branches_and_files_stay_as_they_are(repo: Path) -> None:
    (repo / "src/a.py").write_text("dirty\n")
    (repo / "staged.py").write_text("x\n")
    _git(repo, "add", "staged.py")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in repo.rglob("*") if path.is_file()}
    edits = parse_reply("src/a.py\n<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n")
    staged = stage(open_commit(repo), edits)
    assert isinstance(staged, Staged)
    check_applies(staged, unified_diff(staged))
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in repo.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    "revision", ["--output=x", "-p", "nothing", "HEAD:src/a.py", "", "HEAD\n", "../HEAD", "x" * 5000]
)
def test_what_is_no_commit_is_refused(repo: Path, revision: str) -> None:
    with pytest.raises(InputRejected) as caught:
        open_commit(repo, revision)
    assert caught.value.kind == "repository.revision"
    assert not (repo / "x").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_another_user_is_read_as_in_a_container_of_ci(repo: Path) -> None:
    for path in (repo, *repo.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    assert repository_top(repo) == repo
    assert open_commit(repo).entry("src/a.py") == Entry(b"a = 1\n", PLAIN)
    assert set(listed(repo)) == {"link", "run.sh", "src/a.py"}
    assert list(listed(repo / "src")) == ["a.py"]
    assert repository_top(repo / "src") == repo


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("given", [".git", "."])
def test_a_repository_that_another_user_put_around_a_folder_is_not_asked(repo: Path, given: str) -> None:
    (repo / "mine").mkdir()
    (repo / "mine/b.py").write_text("b = 1\n")
    os.chown(repo / given, 65534, 65534)
    assert repository_top(repo / "mine") is None
    assert list(listed(repo / "mine")) == []


def test_where_no_repository_is(tmp_path: Path) -> None:
    assert repository_top(tmp_path) is None
    with pytest.raises(InputRejected):
        open_commit(tmp_path)


def test_git_has_the_last_word_on_a_diff() -> None:
    staged = Staged(changes=(Change(path="a.py", old=Entry(b"a\n"), new=Entry(b"b\n")),))
    check_applies(staged, unified_diff(staged))
    with pytest.raises(VerificationFailed):
        check_applies(staged, unified_diff(staged).replace(b"-a", b"-x"))


def test_a_repository_runs_nothing(tmp_path: Path) -> None:
    """
    Some pairs of a hostile configuration and a command; plain git shows that the traps work.
    """
    rows = measure(tmp_path, 5, ("file system monitor", "hooks in place", "clean and smudge", "included file"))
    assert len(rows) == 4
    assert [row["repository"] for row in rows if row["ran"]] == []
    assert sum(int(str(row["ran with plain git"])) for row in rows) >= 2
