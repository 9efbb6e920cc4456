"""
Texts by their keys: an element whose text comes from the project's catalogue is known by it, in every language.
"""

from __future__ import annotations

import pytest

from vision_code.rewrite import language_of

MESSAGES = {"login.go": "Sign in", "login.mail": "Work email", "login.up": "Sign up"}
REACT = "export function Card() {{\n  return (\n    {}\n  );\n}}\n"
CLASS = "export class Card extends Component {{\n  render() {{\n    return (\n    {}\n  );\n  }}\n}}\n"
DRAWN = {
    ".tsx": REACT.format(
        '<div><button className="b">Sign in</button><button>Sign up</button><input placeholder="Work email" /></div>'
    ),
    ".vue": '<template>\n  <div><button class="b">Sign in</button><button>Sign up</button><input'
    ' placeholder="Work email" /></div>\n</template>\n',
    ".svelte": '<div><button class="b">Sign in</button><button>Sign up</button><input placeholder="Work email"'
    " /></div>\n",
}


@pytest.mark.parametrize(
    ("ending", "old"),
    [
        (
            ".tsx",
            REACT.format(
                '<div><input placeholder={t("login.mail")} value={v} /><button'
                ' onClick={go}>{t("login.go")}</button></div>'
            ),
        ),
        (
            ".tsx",
            REACT.format(
                '<div><input placeholder={i18n.t("login.mail")} value={v} /><button'
                ' onClick={go}>{i18n.t("login.go")}</button></div>'
            ),
        ),
        (
            ".tsx",
            CLASS.format(
                '<div><input placeholder={this.props.t("login.mail")} value={v} /><button'
                ' onClick={go}>{this.props.t("login.go")}</button></div>'
            ),
        ),
        (
            ".vue",
            '<template>\n  <div><input :placeholder="$t(\'login.mail\')" v-model="v" /><button'
            " @click=\"go\">{{ $t('login.go') }}</button></div>\n</template>\n",
        ),
        (
            ".svelte",
            "<div><input placeholder={$_('login.mail')} bind:value={v} /><button"
            " on:click={go}>{$_('login.go')}</button></div>\n",
        ),
    ],
)
def test_calls_for_texts_that_the_picture_shows_survive(ending: str, old: str) -> None:
    language = language_of(f"Card{ending}")
    assert language is not None
    result = language.rewrite(old, DRAWN[ending], f"Card{ending}", MESSAGES)
    assert "login.mail" in result.text
    assert "login.go" in result.text
    assert ">Sign in<" not in result.text
    assert ">Sign up<" in result.text
    assert result.left == ()
    # Without the catalogue nobody can tell which of the two buttons it was.
    assert "login.go" not in language.rewrite(old, DRAWN[ending], f"Card{ending}", {}).text


@pytest.mark.parametrize("call", ['t("login.go", { n })', "t(key)", 'f("login.go")', 't("other")', "t`login.go`"])
def test_what_only_looks_like_such_a_call_says_nothing(call: str) -> None:
    language = language_of("Card.tsx")
    assert language is not None
    old = REACT.format(f"<div><button onClick={{go}}>{{{call}}}</button></div>")
    assert "go}" not in language.rewrite(old, DRAWN[".tsx"], "Card.tsx", MESSAGES).text
