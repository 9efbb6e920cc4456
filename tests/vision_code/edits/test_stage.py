"""
The one place that an edit means is found, or the edit is refused; nothing is staged unless everything is.
"""

from __future__ import annotations

import pytest

from vision_code.edits import Entry, MemoryTree, Refusals, Replace, Staged, parse_reply, stage
from vision_code.edits.tree import LINK, SUBMODULE

CODE = """\
import os


class A:
    def run(self):
        first = 1
        return first

    def stop(self):
        last = 2
        return last


class B:
    def run(self):
        first = 1
        return first
"""


def _tree(**files: str | bytes) -> MemoryTree:
    content = {
        "src/a.py": CODE,
        **{name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()},
    }
    return MemoryTree({p: Entry(t if isinstance(t, bytes) else t.encode()) for p, t in content.items()})


def _block(search: str, replace: str, path: str = "src/a.py") -> str:
    return f"{path}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


def _content(staged: Staged | Refusals, path: str = "src/a.py") -> bytes:
    assert isinstance(staged, Staged), staged
    (change,) = [change for change in staged.changes if change.path == path]
    assert change.new is not None
    return change.new.content


def _kind(staged: Staged | Refusals) -> str:
    assert isinstance(staged, Refusals), staged
    return staged.error.kind


def _refused(reply: str, tree: MemoryTree | None = None) -> str:
    return _kind(stage(tree or _tree(), parse_reply(reply)))


@pytest.mark.parametrize(
    ("search", "replace"),
    [
        ("        last = 2\n", "        last = 3\n"),
        ("        last = 2   \n        return last\n", "        last = 3\n        return last\n"),
        ("\n        last = 2\n        return last\n", "\n        last = 3\n        return last\n"),
        ("last = 2\nreturn last\n", "last = 3\nreturn last\n"),
        ("            last = 2\n", "            last = 3\n"),
        ("    def stop(self):\n...\n        return last\n", "    def stop(self):\n...\n        return last + 1\n"),
        ("   10 |         last = 2\n   11 |         return last\n", "        last = 3\n        return last\n"),
        ("10\tlast = 2\n11\treturn last\n", "10\tlast = 3\n11\treturn last\n"),
    ],
)
def test_generous_readings_find_the_one_place(search: str, replace: str) -> None:
    wanted = (
        CODE.replace("last = 2", "last = 3") if "..." not in search else CODE.replace("return last", "return last + 1")
    )
    assert _content(stage(_tree(), parse_reply(_block(search, replace)))).decode() == wanted


def test_typographic_quotes_are_those_of_the_file() -> None:
    tree = _tree(t_dot_js="const a = 'x';\nconst b = \"y\" - 1;\nkeep('it');\n")
    reply = _block(
        "const a = ‘x’;\nconst b = ”y” – 1;\nkeep(’it’);\n", "const a = ‘x’;\nconst b = 2;\nkeep(’it’);\n", "t.js"
    )
    assert _content(stage(tree, parse_reply(reply)), "t.js") == b"const a = 'x';\nconst b = 2;\nkeep('it');\n"


def test_a_slip_beside_the_change_is_forgiven_and_the_file_keeps_its_line() -> None:
    search = CODE[CODE.index("    def stop") : CODE.rindex("        return first")].replace("run(", "rum(")
    made = stage(_tree(), parse_reply(_block(search, search.replace("last = 2", "last = 3"))))
    assert _content(made).decode() == CODE.replace("last = 2", "last = 3")
    assert isinstance(made, Staged)
    assert made.generous == 1


@pytest.mark.parametrize(
    ("search", "replace"),
    [
        ("        last = 22\n        return last\n", "        last = 3\n        return last\n"),
        ("        LAST = 2\n", "        last = 3\n"),
        ("        last=2\n", "        last = 3\n"),
        ("    def stop(self):\n        last = 2\n        return other\n", "    def stop(self):\n        return None\n"),
        ("\n\n", "x = 1\n"),
    ],
)
def test_what_is_not_there_is_refused(search: str, replace: str) -> None:
    assert _refused(_block(search, replace)) == ("patch.conflict" if search.strip() else "patch.exists")


def test_a_sibling_with_other_numbers_is_not_the_place() -> None:
    body = "".join(
        f"def step_{n}(value):\n    check(value)\n    total = value * {n}\n    return total\n\n\n" for n in (1, 3)
    )
    search = "def step_2(value):\n    check(value)\n    total = value * 1\n    return total\n"
    assert _refused(_block(search, search.replace("return total", "return -total"), "s.py"), _tree(s_dot_py=body)) == (
        "patch.conflict"
    )


def test_two_places_are_none() -> None:
    assert _refused(_block("        first = 1\n", "        first = 9\n")) == "patch.ambiguous"
    assert _refused(_block("first = 1\nreturn first\n", "first = 9\nreturn first\n")) == "patch.ambiguous"


def test_a_header_tells_two_places_apart() -> None:
    hunk = "@@ class B:\n@@ def run(self):\n-        first = 1\n+        first = 9\n"
    reply = f"*** Begin Patch\n*** Update File: src/a.py\n{hunk}"
    made = stage(_tree(), parse_reply(reply + "*** End Patch\n"))
    assert _content(made).decode() == CODE[::-1].replace("1 = tsrif", "9 = tsrif", 1)[::-1]


def test_replace_all_and_pieces_of_lines() -> None:
    edit = Replace(path="src/a.py", search="first", replace="one", line=1, inline=True, every=True)
    assert _content(stage(_tree(), [edit])).decode() == CODE.replace("first", "one")
    edit = Replace(path="src/a.py", search="last = 2\n        return last", replace="return 2", line=1, inline=True)
    assert _content(stage(_tree(), [edit])).decode() == CODE.replace("last = 2\n        return last", "return 2")
    edit = Replace(path="src/a.py", search="first", replace="one", line=1, inline=True)
    assert _kind(stage(_tree(), [edit])) == "patch.ambiguous"


def test_edits_of_one_file_follow_each_other() -> None:
    reply = _block("import os\n", "import sys\n") + _block("import sys\n", "import re\n")
    assert _content(stage(_tree(), parse_reply(reply))).decode() == CODE.replace("import os", "import re")


def test_an_edit_that_was_made_already_is_done() -> None:
    new = "    def stop(self):\n        last = 3\n        return last\n"
    made = stage(
        _tree(src__a_dot_py=CODE.replace("last = 2", "last = 3")), parse_reply(_block(new.replace("3", "2"), new))
    )
    assert isinstance(made, Staged)
    assert made.changes == ()
    assert "made already" in made.notes[0]


@pytest.mark.parametrize("cut", [(0, 7), (12, 18), (6, 14)], ids=["behind", "before", "around"])
def test_an_insertion_that_stands_there_already_is_not_made_twice(cut: tuple[int, int]) -> None:
    there = [
        *(" */", "function one() {", "  return 1;", "}", "", "/**", " * The second one."),
        *(" */", "function two() {", "  return 2;", "}", "", "/**", " * The third one."),
        *(" */", "function three() {", "  return 3;", "}"),
    ]
    lines = [f"{line}\n" for line in there]
    search = "".join(lines[slice(*cut)])
    made = stage(
        _tree(a_dot_js="/**\n * The first one.\n" + "".join(lines)), parse_reply(_block(search, "".join(lines), "a.js"))
    )
    assert isinstance(made, Staged)
    assert made.changes == ()
    assert "made already" in made.notes[0]


def test_a_removal_whose_lines_are_not_there_is_not_made_already() -> None:
    kept = "    counter-increment: section;\n  }\n}\n"
    old = f"{kept}\n.action {{\n  width: 100%;\n}}\n"
    for damaged in (old.upper(), "".join(f"{''.join(line.split())}\n" for line in old.splitlines())):
        assert _refused(_block(damaged, kept, "a.scss"), _tree(a_dot_scss=old)) == "patch.conflict"


def test_one_bad_edit_refuses_all_and_says_how_to_mend_it() -> None:
    bad = "    def stop(self):\n        last = 5\n        return last\n"
    made = stage(_tree(), parse_reply(_block("import os\n", "import sys\n") + _block(bad, bad.replace("5", "6"))))
    assert isinstance(made, Refusals)
    assert [edit.line for edit in made.fitting] == [2]
    feedback = made.feedback()
    assert "        last = 2\n" in feedback  # the nearest lines
    assert "line 2" in feedback  # what would fit


@pytest.mark.parametrize(
    ("named", "found"),
    [("a.py", "src/a.py"), ("lib/a.py", "src/a.py"), ("source/very/long/nme.py", "source/very/long/name.py")],
)
def test_the_file_that_is_meant_is_found(named: str, found: str) -> None:
    tree = _tree(**{"source__very__long__name_dot_py": "import os\n"})
    assert _content(stage(tree, parse_reply(_block("import os\n", "import sys\n", named))), found)


def test_of_two_files_with_the_name_none_is_meant() -> None:
    assert _refused(_block("import os\n", "import re\n", "x/a.py"), _tree(lib__a_dot_py=CODE)) == "patch.no_file"
    assert _refused(_block("import os\n", "import re\n", "nothing.like")) == "patch.no_file"


def test_new_files_do_not_replace_what_is_there() -> None:
    assert _refused(_block("", "x = 1\n")) == "patch.exists"
    assert _content(stage(_tree(e_dot_py=""), parse_reply(_block("", "x = 1\n", "e.py"))), "e.py") == b"x = 1\n"


@pytest.mark.parametrize(
    "line",
    [
        "# ... existing code ...",
        "# rest of the code",
        "# ...",
        "    # ... (unchanged)",
        "# existing imports",
        "# … rest …",
    ],
)
def test_comments_that_stand_for_code_are_refused(line: str) -> None:
    assert _refused(_block("import os\n", f"import sys\n{line}\n")) == "patch.lazy"
    assert _refused(f"src/a.py\n```\n{CODE}{line}\n```\n") == "patch.lazy"


@pytest.mark.parametrize(
    "line", ["# the existing users stay", "# remaining seconds", "# restore the other one", "# a ... b"]
)
def test_ordinary_comments_are_not(line: str) -> None:
    assert isinstance(stage(_tree(), parse_reply(_block("import os\n", f"import sys\n{line}\n"))), Staged)


def test_a_whole_file_that_loses_most_of_its_lines_needs_a_persons_word() -> None:
    reply = "src/a.py\n```\nimport os\n```\n"
    assert _refused(reply) == "patch.shrinks"
    assert _content(stage(_tree(), parse_reply(reply), approved=["src/a.py"])) == b"import os\n"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", "x = 1\n", "x = (1\n"),
        ("a.tsx", "const A = () => <p>x</p>;\n", "const A = () => <p>x;\n"),
        ("a.ts", "const a: number = 1;\n", "const a: number = ;;)\n"),
        ("a.json", '{"a": 1}\n', '{"a": }\n'),
        ("a.css", "a { color: red }\n", "a { color: red \n"),
        ("a.vue", "<script>\nconst a = 1\n</script>\n", "<script>\nconst = 1\n</script>\n"),
        ("a.svelte", "{#if a}<p>x</p>{/if}\n", "{#if a}<p>x</p>\n"),
    ],
)
def test_new_syntax_errors_are_refused(path: str, old: str, new: str) -> None:
    tree = MemoryTree({path: Entry(old.encode())})
    assert _refused(f"{path}\n```\n{new}```\n", tree) == "patch.syntax"
    broken = MemoryTree({path: Entry((new + old).encode())})  # what was broken before is not held against the edit
    made = stage(broken, parse_reply(f"{path}\n```\n{new}{old}\n```\n"))
    assert isinstance(made, Staged)


def test_vue_templates_may_compare() -> None:
    old = '<template>\n<p v-if="a">{{ a < b && c }}</p>\n</template>\n'
    tree = MemoryTree({"a.vue": Entry(old.encode())})
    assert isinstance(stage(tree, parse_reply(_block("<template>\n", "<template lang='html'>\n", "a.vue"))), Staged)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (Entry(b"", LINK), "path.symlink"),
        (Entry(b"", SUBMODULE), "path.submodule"),
        (Entry(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "path.lfs"),
        (Entry(b"a\0b\n"), "file.binary"),
        (Entry(b"x\n" * 1_100_000), "file.too_large"),
        (Entry(b"x" * 200_000), "file.too_large"),
    ],
)
def test_what_is_no_text_of_this_repository_is_left_alone(entry: Entry, kind: str) -> None:
    assert _refused(_block("x\n", "y\n", "f.txt"), MemoryTree({"f.txt": entry})) == kind


def test_a_flood_is_refused() -> None:
    reply = "".join(_block("", "x\n", f"n{i}.txt") for i in range(201))
    assert _refused(reply) == "patch.too_large"
    assert _refused(_block("", "x\n" * 20_001, "n.txt")) == "patch.too_large"
