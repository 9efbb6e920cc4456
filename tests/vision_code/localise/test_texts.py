"""
What a project's catalogues say, by language.
"""

from __future__ import annotations

from pathlib import Path

from vision_code.localise.texts import texts_by_language


def _written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_each_language_has_its_texts(tmp_path: Path) -> None:
    root = _written(
        tmp_path,
        {
            "src/locales/en/common.json": '{"go": "Go", "same": "One"}',
            "src/locales/en/login.json": '{"title": "Log in", "same": "Two", "hi": "Hi {name}", "sum": "$t(go) on"}',
            "src/locales/de/common.json": '{"go": "Los"}',
            "node_modules/x/locales/fr/common.json": '{"go": "Allez"}',
            "src/locales/en/broken.json": "{",
            "package.json": '{"go": "no"}',
        },
    )
    found = {texts["go"]: texts for texts in texts_by_language(root)}
    assert set(found) == {"Go", "Los"}
    assert found["Los"] == {"go": "Los", "common:go": "Los"}
    # What has two texts is not certain without the name of its file, nor is what something is filled into.
    assert found["Go"] == {
        "go": "Go",
        "common:go": "Go",
        "common:same": "One",
        "login:same": "Two",
        "title": "Log in",
        "login:title": "Log in",
    }


def test_a_file_may_hold_all_languages(tmp_path: Path) -> None:
    text = "export default { en: { a: { b: 'Sign in' } }, de: { a: { b: 'Anmelden' } } };\n"
    found = texts_by_language(_written(tmp_path, {"src/i18n.ts": "x", "src/i18n/messages.ts": text}))
    assert [each["a.b"] for each in found] == ["Sign in", "Anmelden"]


def test_a_project_without_catalogues_has_none(tmp_path: Path) -> None:
    assert texts_by_language(tmp_path) == ()
    assert texts_by_language(tmp_path / "none") == ()
