"""
``vision-code patch --target-file``: a picture of the new design in, a diff of the component's file out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from vision_code.cli import run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
PICTURE = Path(__file__).resolve().parents[3] / "examples" / "login-card.png"
LOGIN = """\
import { useState, type FormEvent } from "react";

type Props = { onLogin: (mail: string) => void };

export function Login({ onLogin }: Props) {
  const [mail, setMail] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onLogin(mail);
  };
  return (
    <form className="old" onSubmit={submit}>
      <label htmlFor="mail">E-Mail</label>
      <input id="mail" name="mail" type="email" value={mail} onChange={(event) => setMail(event.target.value)} />
      <button type="submit" disabled={!mail}>Sign in</button>
      <button type="button" onClick={() => setMail("")}>Start over</button>
    </form>
  );
}
"""
KEPT = (
    "<form\n",
    "onSubmit={submit}",
    'name="mail"',
    "value={mail}",
    "onChange={(event) => setMail(event.target.value)}",
    'type="submit"',
    "disabled={!mail}",
    '<label htmlFor="mail"',
)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    repo = tmp_path / "repo"
    (repo / "src").mkdir(parents=True)
    (repo / "package.json").write_text('{"dependencies": {"react": "19.0.0", "tailwindcss": "4.1.0"}}')
    (repo / "src/Login.tsx").write_bytes(LOGIN.replace("\n", "\r\n").encode())
    return repo


def _patch(repo: Path, *options: str, file: str = "src/Login.tsx") -> int:
    return run(["patch", "--repo", str(repo), "--image", str(PICTURE), "--target-file", file, *options])


def test_a_login_form_gets_a_new_design(repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    diff = tmp_path / "patch.diff"
    assert _patch(repo, "--apply", "--json", "-o", str(diff)) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["component"] == "Login"
    assert facts["drafted_by"] in ("embedded", "rules")
    assert any("onSubmit" in line for line in facts["carried"])
    assert any('"Start over" with onClick' in line for line in facts["left"])

    content = (repo / "src/Login.tsx").read_bytes()
    text = content.decode().replace("\r\n", "\n")
    assert content.count(b"\n") == content.count(b"\r\n")  # its line endings stay
    assert text.startswith(LOGIN[: LOGIN.index("type Props")].rstrip())
    assert LOGIN[LOGIN.index("type Props") : LOGIN.index("  return (")] in text
    assert [part for part in KEPT if part not in text] == []
    assert "Welcome back" in text
    assert 'className="old"' not in text

    # Git makes of the old tree what was applied here, the picture in it byte for byte.
    after = {path: path.read_bytes() for path in repo.rglob("*") if path.is_file()}
    assert any(path.suffix == ".png" for path in after)
    assert run(["patch", "--repo", str(repo), "--undo"]) == 0
    assert (repo / "src/Login.tsx").read_bytes() == LOGIN.replace("\n", "\r\n").encode()
    subprocess.run(["git", "apply", str(diff)], cwd=repo, check=True)
    assert {path: path.read_bytes() for path in repo.rglob("*") if path.is_file()} == after


VUE = """\
<template>
	<!-- The way in. -->
	<section class="old">
		<h1>{{ $t("login.title") }}</h1>
		<form @submit.prevent="submit">
			<label for="mail">E-Mail</label>
			<input id="mail" v-model.trim="mail" name="mail" type="email">
			<button v-if="mail" type="submit">Sign in</button>
		</form>
		<button type="button" @click="clear">Start over</button>
	</section>
</template>

<script>
export default {
	data: () => ({ mail: "" }),
	methods: {
		submit() {},
		clear() {},
	},
};
</script>

<style scoped>
.old { color: red }
</style>
"""
SVELTE = """\
<script>
	let { login } = $props();
	let mail = $state("");
</script>

<section class="old">
	<h1>{$_("login.title")}</h1>
	<form onsubmit={() => login(mail)}>
		<input name="mail" type="email" bind:value={mail} />
		{#if mail}
			<button type="submit">Sign in</button>
		{/if}
	</form>
	<button type="button" onclick={() => (mail = "")}>Start over</button>
</section>

<style>
	.old { color: red }
</style>
"""
PAGE = """\
<!doctype html>
<html lang="en">
<head>
	<title>Log in</title>
</head>
<body class="old" data-page="login">
	<form action="/login" method="post">
		<label for="mail">E-Mail</label>
		<input id="mail" name="mail" type="email">
		<button name="go">Sign in</button>
	</form>
	<button onclick="clear()">Start over</button>
	<script src="login.js"></script>
</body>
</html>
"""
#: File → what it holds, what stays besides its beginning and end, what is named as left.
OTHERS = {
    "src/Login.vue": (
        VUE,
        '$t("login.title") @submit.prevent="submit" v-model.trim="mail" name="mail" v-if="mail" for="mail"',
        '"Start over" with @click',
    ),
    "src/Login.svelte": (
        SVELTE,
        '$_("login.title") onsubmit={() => login(mail)} bind:value={mail} {#if mail} {/if}',
        '"Start over" with onclick',
    ),
    "public/login.html": (
        PAGE,
        'data-page="login" action="/login" method="post" id="mail" name="mail" name="go" src="login.js"',
        '"Start over" with onclick',
    ),
}


@pytest.mark.parametrize("file", OTHERS)
def test_other_components_and_pages_get_a_new_design_too(
    repo: Path, tmp_path: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, stays, left = OTHERS[file]
    (repo / "public").mkdir()
    (repo / "src/locales").mkdir()
    (repo / "src/locales/en.json").write_text('{"login": {"title": "Welcome back"}}')
    before = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    (repo / file).write_bytes(before)
    diff = tmp_path / "patch.diff"
    assert _patch(repo, "--apply", "--json", "-o", str(diff), file=file) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["component"].lower() == "login"
    assert any(left in line for line in facts["left"])

    content = (repo / file).read_bytes()
    after = content.decode().replace("\r\n", "\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert after.startswith("\ufeff" + text[: text.index(">") + 1])
    assert after.endswith(text[text.rindex("</") :])
    assert [part for part in stays.split() if part not in after] == [], after
    assert "Sign in to continue to Northwind" in after
    assert 'class="old"' not in after
    indented = [line for line in after.splitlines() if line.startswith((" ", "\t"))]
    assert all(line.startswith("\t") for line in indented)
    assert run(["patch", "--repo", str(repo), "--undo"]) == 0
    assert (repo / file).read_bytes() == before
    subprocess.run(["git", "apply", str(diff)], cwd=repo, check=True)
    assert (repo / file).read_bytes() == content


@pytest.mark.parametrize(
    ("file", "content", "code", "kind"),
    [
        ("src/card.css", ".card {}", 3, "rewrite.unsupported"),
        ("src/card.component.html", "<p></p>", 3, "rewrite.unsupported"),
        ("src/Card.vue", "<script>export default {};</script>", 3, "rewrite.no_component"),
        ("src/Card.vue", '<template lang="pug">p a</template>', 3, "rewrite.unsupported"),
        ("src/Card.vue", "<template><div><p></p></template>", 3, "rewrite.syntax"),
        ("src/Card.svelte", "{#if a}<p></p>", 3, "rewrite.syntax"),
        ("src/card.html", "<div></p></div>", 3, "rewrite.syntax"),
        ("src/Gone.tsx", None, 3, "file.missing"),
        ("src/Card.tsx", "export const a = 1;", 3, "rewrite.no_component"),
        ("src/Card.tsx", "export function Card() { return <p>\udcff</p>; }", 3, "file.encoding"),
        ("../Card.tsx", None, 6, "path.outside"),
        (".github/Card.tsx", None, 6, "path.protected"),
    ],
)
def test_what_cannot_be_rewritten_is_refused_before_any_work(
    repo: Path, file: str, content: str | None, code: int, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (repo / file).write_bytes(content.encode("utf-8", "surrogateescape"))
    before = sorted(repo.rglob("*"))
    assert _patch(repo, "--apply", file=file) == code
    assert kind in capsys.readouterr().err
    assert sorted(repo.rglob("*")) == before


def test_a_link_is_not_followed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "src/Link.tsx").symlink_to("Login.tsx")
    assert _patch(repo, "--apply", file="src/Link.tsx") == 6
    assert "path.symlink" in capsys.readouterr().err


def test_the_settings_of_the_project_say_how_it_is_drawn(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "vision-code.toml").write_text('engine = "none"\nverify = false\nseed = 7\n')
    assert _patch(repo, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["verified"] is False
    assert facts["fidelity"] is None


def test_one_picture_is_needed(repo: Path) -> None:
    assert run(["patch", "--repo", str(repo), "--target-file", "src/Login.tsx"]) == 2
    assert _patch(repo, "--image", str(PICTURE)) == 2
    assert _patch(repo, "--predictions", "out.jsonl") == 2


def test_an_issue_is_beyond_the_engine_that_draws(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue = repo.parent / "issue.md"
    issue.write_text("The button is green.")
    assert run(["patch", "--repo", str(repo), "--issue", str(issue), "--engine", "embedded"]) == 8
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "engine.capability" in line
    assert "--engine https://" in line
