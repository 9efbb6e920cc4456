"""
Every format of a reply is read, in whatever pieces it arrives; what is not whole is refused with its line.
"""

from __future__ import annotations

import json
import random

import pytest

from vision_code.edits import Delete, Edit, Executable, Move, Parser, Replace, Write, call_edits, parse_reply
from vision_code.errors import Denied, InputRejected, LimitExceeded

BLOCK = """\
src/a.py
<<<<<<< SEARCH
old
=======
new
>>>>>>> REPLACE
"""
UDIFF = """\
```diff
--- a/src/a.py
+++ b/src/a.py
@@ ... @@ def f():
 kept
-old
+new
```
"""
ENVELOPE = """\
*** Begin Patch
*** Add File: new.txt
+one
+
+two
*** Update File: src/a.py
*** Move to: src/b.py
@@ class A
@@ def f
 kept
-old
+new
*** End of File
*** Delete File: gone.py
*** End Patch
"""
WHOLE = "Here it is:\n\n**src/a.py**\n```python\nprint(1)\n```\n"
CALL = json.dumps({"name": "edit", "arguments": json.dumps({"path": "src/a.py", "old": "x", "new": "y"})})
MIXED = f"I will change two files.\n\n{BLOCK}\nand then\n\n{UDIFF}\nand\n\n{ENVELOPE}\nDone.\n"


def _replace(edit: Edit) -> Replace:
    assert isinstance(edit, Replace)
    return edit


def test_blocks() -> None:
    (edit,) = parse_reply(BLOCK)
    assert edit == Replace(path="src/a.py", search="old\n", replace="new\n", line=2)


@pytest.mark.parametrize(
    "above",
    [
        "`src/a.py`",
        "### `src/a.py`:",
        "**src/a.py**",
        "File: src/a.py",
        "```python src/a.py",
        "```python:src/a.py",
        '```tsx title="src/a.py"',
        "src/a.py\n```python",
        "In `src/a.py` the name changes:\n\n```",
        "Update src/a.py:",
        "./src/a.py",
    ],
)
def test_the_path_of_a_block_may_stand_in_many_ways(above: str) -> None:
    (edit,) = parse_reply(BLOCK.replace("src/a.py", above, 1) + "```\n")
    assert edit.path == "src/a.py"


def test_a_path_may_hold_spaces() -> None:
    (edit,) = parse_reply(BLOCK.replace("src/a.py", "docs/my page.md", 1))
    assert edit.path == "docs/my page.md"


def test_a_block_without_a_path_means_the_file_before() -> None:
    first, second = parse_reply(BLOCK + BLOCK.replace("src/a.py\n", "", 1))
    assert first.path == second.path == "src/a.py"


def test_an_empty_search_makes_a_file() -> None:
    (edit,) = parse_reply("new.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n")
    assert edit == Write(path="new.py", content="x = 1\n", line=2)


def test_escaped_markers_are_text() -> None:
    (edit,) = parse_reply("a.rst\n<<<<<<< SEARCH\nTitle\n\\=====\n=======\nTitel\n\\=====\n>>>>>>> REPLACE\n")
    assert (_replace(edit).search, _replace(edit).replace) == ("Title\n=====\n", "Titel\n=====\n")


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (BLOCK.replace(">>>>>>> REPLACE\n", ""), 2),
        (BLOCK.replace("=======\n", "", 1).replace(">>>>>>> REPLACE\n", ""), 2),
        (BLOCK.replace(">>>>>>> REPLACE\n", "") + BLOCK, 2),
        (BLOCK.replace("src/a.py\n", "Now this:\n"), 2),
        (BLOCK.replace("old\n", "Title\n=====\n"), 5),
        (BLOCK.replace("new\n", "Title\n=====\n\ntext\n"), 9),
        (BLOCK.replace("old\n", "<<<<<<< HEAD\nold\n"), 3),
        (ENVELOPE.replace("*** End Patch\n", ""), 1),
        ("*** Begin Patch\n*** Add File: a\nno plus\n*** End Patch\n", 3),
        ("src/a.py\n```\nprint(1)\n", 2),
        ('{"path": "a", "old": "x"', 1),
        ('{"path": "a", "old": 3, "new": "y"}', 1),
        ("--- a/x.py\n+++ b/x.py\n@@\n+only added\n", 3),
        ("--- a/x.py\n+++ b/x.py\n@@\n-a\nno sign here\n+b\n", 5),
    ],
)
def test_what_is_not_whole_is_refused_with_its_line(reply: str, line: int) -> None:
    with pytest.raises(InputRejected) as caught:
        parse_reply(reply)
    assert caught.value.kind == "patch.parse"
    assert caught.value.detail["line"] == line


def test_prose_and_plain_examples_hold_no_edit() -> None:
    with pytest.raises(InputRejected) as caught:
        parse_reply("Use it so:\n\n```python\nprint(1)\n```\n\n[1] see the manual\n")
    assert caught.value.kind == "patch.empty"


def test_diffs_make_move_remove_and_mark_files() -> None:
    edits = parse_reply(
        "diff --git a/new.sh b/new.sh\nnew file mode 100755\n--- /dev/null\n+++ b/new.sh\n@@ -0,0 +1 @@\n+echo\n"
        "diff --git a/b.py b/c.py\nsimilarity index 90%\nrename from b.py\nrename to c.py\n--- a/b.py\n+++ b/c.py\n"
        "@@ -1 +1 @@\n-x\n+y\n"
        'diff --git "a/caf\\303\\251.py" "b/caf\\303\\251.py"\n--- "a/caf\\303\\251.py"\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n'
    )
    assert [type(edit) for edit in edits] == [Write, Executable, Move, Replace, Delete]
    assert [edit.path for edit in edits] == ["new.sh", "new.sh", "b.py", "c.py", "café.py"]


@pytest.mark.parametrize("head", ["new file mode 120000", "new file mode 160000", "GIT binary patch", "copy from a"])
def test_diffs_never_make_links_submodules_or_binaries(head: str) -> None:
    with pytest.raises(Denied) as caught:
        parse_reply(f"diff --git a/x b/x\n{head}\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n")
    assert caught.value.kind == "patch.kind"


def test_sql_comments_are_no_header() -> None:
    (edit,) = parse_reply(
        "```diff\n--- a/q.sql\n+++ b/q.sql\n@@\n select 1\n--- old remark\n+++ new remark\n select 2\n```\n"
    )
    assert _replace(edit).search == "select 1\n-- old remark\nselect 2\n"


def test_the_envelope() -> None:
    add, move, update, gone = parse_reply(ENVELOPE)
    assert add == Write(path="new.txt", content="one\n\ntwo\n", line=2)
    assert move == Move(path="src/a.py", target="src/b.py", line=7)
    assert (_replace(update).path, _replace(update).within, _replace(update).at_end) == (
        "src/b.py",
        "class A\ndef f",
        True,
    )
    assert gone == Delete(path="gone.py", line=14)


def test_files_as_a_whole_count_only_without_stricter_edits() -> None:
    assert parse_reply(WHOLE) == (Write(path="src/a.py", content="print(1)\n", line=4, overwrite=True),)
    assert [type(edit) for edit in parse_reply(WHOLE + BLOCK)] == [Replace]


def test_a_fence_inside_of_a_file_does_not_end_it() -> None:
    (edit,) = parse_reply("README.md\n```markdown\n# Use\n```sh\nrun\n```\nend\n```\n")
    assert isinstance(edit, Write)
    assert edit.content == "# Use\n```sh\nrun\n```\nend\n"


@pytest.mark.parametrize(
    "value",
    [
        {"path": "src/a.py", "old_string": "x", "new_string": "y"},
        {"edits": [{"file_path": "src/a.py", "old": "x", "new": "y"}]},
        {"path": "src/a.py", "edits": [{"oldText": "x", "newText": "y"}]},
        {"tool_calls": [{"function": {"name": "edit", "arguments": '{"path":"src/a.py","old":"x","new":"y"}'}}]},
        {"command": "str_replace", "path": "src/a.py", "old_str": "x", "new_str": "y"},
    ],
)
def test_tool_calls(value: dict[str, object]) -> None:
    wanted = (Replace(path="src/a.py", search="x", replace="y", line=1, inline=True),)
    assert parse_reply(json.dumps(value, indent=1)) == call_edits(value) == wanted
    (fenced,) = parse_reply(f"I call it:\n```json\n{json.dumps(value)}\n```\n")
    assert _replace(fenced).replace == "y"


@pytest.mark.parametrize("reply", [BLOCK, UDIFF, ENVELOPE, WHOLE, CALL, MIXED, f"<think>\n{BLOCK}</think>\n{UDIFF}"])
def test_pieces_make_no_difference(reply: str) -> None:
    whole = parse_reply(reply)
    rng = random.Random(1)
    for text in (reply, reply.replace("\n", "\r\n"), reply.rstrip("\n")):
        for most in (1, 2, 7, 40):
            parser, arrived, rest = Parser(), [], text
            while rest:
                size = rng.randint(1, most)
                arrived += parser.feed(rest[:size])
                rest = rest[size:]
            assert parser.finish() == whole
            assert tuple(arrived) == whole[: len(arrived)]


def test_thoughts_hold_no_edits() -> None:
    assert len(parse_reply(f"<think>\nmaybe\n{BLOCK}\n</think>\n{UDIFF}")) == 1


def test_an_endless_reply_is_cut_off() -> None:
    parser = Parser()
    parser.feed("x" * 4_000_000)
    with pytest.raises(LimitExceeded):
        parser.feed("x" * 400_000)
