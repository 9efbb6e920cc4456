"""
A project's settings: read, refused at their exact characters, completed while they are typed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision_code.emit import TARGETS
from vision_code.project import settings as module
from vision_code.project.settings import KEYS, Settings, complete, find_settings, parse_settings
from vision_code.project.workspace import workspace_of

Write = Callable[[dict[str, str]], Path]


def test_all_settings_are_read() -> None:
    text = """
        engine = "none"   # the rules alone
        'target' = 'react'
        candidates = 3
        seed = 0
        verify = false
        scale = 2
    """
    expected = Settings(engine="none", target="react", candidates=3, seed=0, verify=False, scale=2)
    assert parse_settings(text) == (expected, ())
    inner = "[project]\nname = 'x'\n[tool.other]\nengine = 1\n[tool.vision-code]\n" + text
    assert parse_settings(inner, pyproject=True) == (expected, ())
    inline = 'tool = { vision-code = { target = "vue" } }'
    assert parse_settings(inline, pyproject=True) == (Settings(target="vue"), ())
    assert parse_settings('tool.vision-code.target = "vue"', pyproject=True) == (Settings(target="vue"), ())
    assert parse_settings("[project]\nengine = 3", pyproject=True) == (Settings(), ())


def test_the_targets_are_those_that_can_be_emitted() -> None:
    assert set(module.TARGETS) == {str(target) for target in TARGETS}


#: Settings, and of the first problem: kind, characters, part of the message.
WRONG = {
    "unknown key": ('enigne = "none"', "config.key", "enigne", "did you mean engine?"),
    "far from every key": ("zzz = 1", "config.key", "zzz", "known are engine, target"),
    "table": ('target = "vue"\n[component]\na = 1', "config.key", "component", "unknown key 'component'"),
    "dotted": ('target.a = "vue"', "config.value", "", "one of html"),
    "unknown target": ('target = "flutter" # soon', "config.value", '"flutter"', "one of html, html-css, react"),
    "wrong case": ('target = "React"', "config.value", '"React"', "one of"),
    "not a word": ("engine = 3", "config.value", "3", "one of embedded, none"),
    "too many": ("candidates = 9", "config.value", "9", "a whole number from 1 to 8"),
    "no whole number": ("seed = 1.0", "config.value", "1.0", "a whole number from 0"),
    "a truth value": ("candidates = true", "config.value", "true", "a whole number"),
    "not a number": ("scale = nan", "config.value", "nan", "a number from 0.25 to 8"),
    "no truth value": ('verify = "yes"', "config.value", '"yes"', "true or false"),
    "a list over lines": (
        "verify = [ # one\n  ']',\n]\nseed = 1",
        "config.value",
        "[ # one\n  ']',\n]",
        "true or false",
    ),
    "a long string": ('verify = """\n# no\n"""', "config.value", '"""\n# no\n"""', "true or false"),
    "no TOML": ('seed = 1\ntarget = "vue', "config.syntax", "", ""),
    "twice": ("seed = 1\nseed = 2", "config.syntax", "", "overwrite"),
    "no table": ("tool.vision-code = 3", "config.value", "3", "must be a table"),
}


@pytest.mark.parametrize(("text", "kind", "place", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_at_its_place(text: str, kind: str, place: str, said: str) -> None:
    read, problems = parse_settings(text, pyproject=text.startswith("tool"))
    assert problems[0].kind == kind
    assert problems[0].is_error
    assert said in problems[0].message
    if place:
        assert text[slice(*problems[0].span)] == place
    assert read in (Settings(), Settings(seed=1), Settings(target="vue"))


@pytest.mark.parametrize(
    "text",
    [
        'engine = "local:/models/evil"', 'engine = "https://example.com/v1"', 'engine-url = "https://example.com"',
        'api_key = "x"', "trust = true", 'model = "x"', 'browser = "/tmp/x"', "command = ['x']",
    ],
)  # fmt: skip
def test_what_only_the_user_may_say_is_refused_and_passed_over(text: str) -> None:
    read, problems = parse_settings(f"seed = 3\n{text}")
    assert read == Settings(seed=3)
    assert [(problem.kind, problem.is_error) for problem in problems] == [("config.scope", False)]


def test_the_nearest_file_with_settings_counts(write: Write, tmp_path: Path) -> None:
    (tmp_path / "vision-code.toml").write_text("seed = 9")
    root = write({
        "pyproject.toml": "[tool.vision-code]\nseed = 1",
        "web/vision-code.toml": "target = 'vue'\n\n  sed = 2",
        "web/src/pyproject.toml": "[project]\nname = 'x'",
        "api/pyproject.toml": "this is no TOML",
    })  # fmt: skip
    found = find_settings(root, root / "web/src/deep")
    assert found is not None
    assert (found.path, found.settings) == (root / "web/vision-code.toml", Settings(target="vue"))
    assert [found.position(problem) for problem in found.problems] == ["vision-code.toml:3:3"]
    found = find_settings(root, root / "api")
    assert found is not None
    assert found.path == root / "pyproject.toml"
    assert find_settings(root / "api", root / "api") is None


#: The text with the cursor at "|", and what is offered.
TYPED = {
    "empty": ("|", [f"{key} = " for key in KEYS]),
    "a key's beginning": ("seed = 1\nen|", [f"{key} = " for key in KEYS if key != "seed"]),
    "a value": ("target = |", ['"html"', '"html-css"', '"react"', '"vue"', '"svelte"']),
    "a value's beginning": ('target = "re|', ['"html"', '"html-css"', '"react"', '"vue"', '"svelte"']),
    "inside a value": ('engine = "em|bedded" # x', ['"embedded"', '"none"']),
    "a truth value": ("verify=t|", ["true", "false"]),
    "a number": ("seed = |", []),
    "a comment": ("# target = |", []),
    "another table": ("[x]\n|", []),
    "behind a value": ('target = "vue" |', []),
}


@pytest.mark.parametrize(("text", "offered"), TYPED.values(), ids=TYPED)
def test_what_may_be_typed_is_offered(text: str, offered: list[str]) -> None:
    offset = text.index("|")
    assert [each.text for each in complete(text.replace("|", ""), offset)] == offered


def test_what_is_offered_takes_the_place_of_what_was_typed() -> None:
    text = 'engine = "em" # x'
    for each in complete(text, 12):
        assert text[: each.span.start] + each.text + text[each.span.end :] == f"engine = {each.text} # x"


def test_in_a_pyproject_only_our_table_is_completed() -> None:
    text = "[tool.ruff]\n\n[tool.vision-code]\n"
    assert complete(text, 12, pyproject=True) == ()
    assert len(complete(text, len(text), pyproject=True)) == len(KEYS)


PIECES = st.sampled_from([
    "engine", "target", " = ", "=", '"', "'", '"""', "[", "]", "{", "}", ".", "\n", "#", "1", "1e999", "true", "\\",
    "tool", "[tool.vision-code]\n", "[[x]]", "\r\n", "é", "-", "inf", "1979-05-27",
])  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, max_size=14).map("".join), st.integers(0, 60), st.booleans())
def test_nothing_that_is_typed_breaks_it(text: str, offset: int, pyproject: bool) -> None:
    _, problems = parse_settings(text, pyproject=pyproject)
    assert all(0 <= problem.span.start <= problem.span.end <= len(text) for problem in problems)
    for each in complete(text, min(offset, len(text)), pyproject=pyproject):
        assert each.span.start <= min(offset, len(text)) <= each.span.end


@pytest.mark.parametrize("text", ["[" * 100_000, "a = " + "9" * 10_000, "a." * 50_000 + "b = 1", "a = '" * 20_000])
def test_monsters_are_refused(text: str) -> None:
    read, problems = parse_settings(text)
    assert read == Settings()
    assert problems


def test_the_workspace_is_the_repository_else_the_project(write: Write) -> None:
    root = write({"a/package.json": "{}", "a/b/c.txt": ""})
    assert workspace_of(root / "a/b") == root / "a"
    assert workspace_of(root / "a/b/not/there") == root / "a"
    (root / ".git").mkdir()
    assert workspace_of(root / "a/b") == root
