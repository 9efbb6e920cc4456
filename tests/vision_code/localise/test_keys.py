"""
A text on the screen that lies in a catalogue of messages leads to the code that shows it by its key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from vision_code.localise import Index, Sources, query_from, rank
from vision_code.localise.catalogue import is_catalogue, messages

#: Screens of a shop in React, each with the words of its neighbours, as such projects are.
SHOP = {
    "src/App.tsx": "import { Cart } from './Cart'\nexport const App = () => <main><Cart /></main>\n",
    "src/cart/Cart.tsx": """import { useTranslation } from 'react-i18next'
export function Cart({ rows }) {
  const { t } = useTranslation()
  return rows.length ? <Rows rows={rows} /> : <p className="muted">{t('cart.empty.hint')}</p>
}
""",
    "src/cart/Checkout.tsx": """import { useTranslations } from 'next-intl'
export function Checkout() {
  const t = useTranslations('checkout')
  return <button disabled={busy}>{t('pay')}</button>
}
""",
    "src/user/Greeting.tsx": "export const Greeting = ({ name }) => <h1>{i18n.t('home.hello', { name })}</h1>\n",
    "src/user/Form.vue": "<template><label>{{ $t('form.postcode') }}</label></template>\n",
    "src/user/Legal.tsx": '<FormattedMessage id="legal.terms" values={{ a }} />\n',
    "src/i18n/locales/en.json": json.dumps({
        "cart": {"empty": {"hint": "Nothing in here yet. Go and find something nice!"}, "rows": "Rows"},
        "checkout": {"pay": "Pay now", "cancel": "Never mind"},
        "home": {"hello": "Good morning, {{name}}!"},
        "form": {"postcode": "Post code"},
        "legal": {"terms": "You agree to the <a>terms of service</a>."},
    }),
    "src/i18n/locales/de.json": json.dumps({"checkout": {"pay": "Jetzt bezahlen"}}),
    "src/pay/api.ts": "export const pay = (now: Date) => post('/pay', { now })  // pay now, pay later, code post\n",
    "src/pay/post.ts": "export const post = (path: string) => fetch(path)  // hello, morning, good, terms, code\n",
    "tests/Cart.test.tsx": "expect(screen.getByText(t('cart.empty.hint'))).toBeVisible()\n",
}  # fmt: skip


def _written(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("issue", "screen", "component"),
    [
        ("The grey text is hard to read", ("Nothing in here yet. Go and find", "something nice!"), "src/cart/Cart.tsx"),
        ("It cannot be clicked", ("Your order", "Pay now"), "src/cart/Checkout.tsx"),
        ("Es tut sich nichts", ("Jetzt bezahlen",), "src/cart/Checkout.tsx"),
        ("Too large on phones", ("Good morning, Anna!",), "src/user/Greeting.tsx"),
        ("Label\n\nThe label 'Post code' sits above its field", (), "src/user/Form.vue"),
        ("Nothing happens for links\n\nOpen a page, look at **You agree to the terms of service.**", (),
         "src/user/Legal.tsx"),
        ("Spacing\n\nBelow nothing in here yet go and find something nice there is too much room", (),
         "src/cart/Cart.tsx"),
    ],
)  # fmt: skip
def test_the_component_that_shows_a_text_by_its_key_is_among_the_first(
    tmp_path: Path, issue: str, screen: tuple[str, ...], component: str
) -> None:
    with Index(Sources.below(_written(tmp_path, SHOP)), None) as index:
        found = rank(index, query_from(issue, screen))
    shown = {each.path: each.because for each in found[:2]}
    assert component in shown
    assert "by its key" in shown[component]


FORMATS = {
    "react, useTranslation with a key prefix": (
        {"public/locales/en/common.json": '{"menu": {"file": {"open": "Open a drawing"}}}'},
        "const { t } = useTranslation('common', { keyPrefix: 'menu.file' })\nt('open')",
    ),
    "react, the catalogue is the name space": (
        {"public/locales/en/auth.json": '{"enter": "Open a drawing"}'},
        "<Trans i18nKey='auth:enter' />",
    ),
    "formatjs, one flat key": (
        {"lang/en.json": '{"aX3fQ": "Open a drawing"}'},
        "intl.formatMessage({ id: 'aX3fQ' })",
    ),
    "rails": (
        {"config/locales/en.yml": "en:\n  drawings:\n    show:\n      open: 'Open a drawing'\n"},
        "<%= t('drawings.show.open') %>",
    ),
    "yaml with lists and anchors": (
        {"i18n/en.yaml": "a: &x\n  - one\n  - two: three\nb: *x\nc:\n  open: >\n    Open\n    a drawing\n"},
        "t('c.open')",
    ),
    "typescript object": (
        {"src/locales/en.ts": "export default { editor: { open: `Open a drawing`, close: 'x' } } as const\n"},
        "const label = messages.editor.open",
    ),
    "java properties": (
        {"src/main/resources/messages_en.properties": "# c\neditor.open = Open \\\n  a drawing\n"},
        '<h1 th:text="#{editor.open}"></h1>',
    ),
    "gettext": (
        {"po/de.po": 'msgid "Open a plan"\nmsgstr ""\n"Open a "\n"drawing"\n\nmsgid "x"\nmsgstr "y"\n'},
        'label = _("Open a plan")',
    ),
    "flutter": (
        {"lib/l10n/app_en.arb": '{"openDrawing": "Open a drawing", "@openDrawing": {"description": "b"}}'},
        "Text(AppLocalizations.of(context)!.openDrawing)",
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_catalogue_leads_to_the_code_that_uses_it(tmp_path: Path, name: str) -> None:
    catalogue, code = FORMATS[name]
    others = {f"src/other{number}.txt.tsx": f"export const a{number} = open('drawing')\n" for number in range(6)}
    files = {**catalogue, **others, "src/deep/View.tsx": f"{code}\n"}
    with Index(Sources.below(_written(tmp_path, files)), None) as index:
        found = rank(index, query_from("Wrong colour", ("Open a drawing",)))
    assert "src/deep/View.tsx" in [each.path for each in found[:2]]
    assert not any("by its key" in each.because for each in found if "other" in each.path)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("src/locales/en.json", True), ("messages/de.json", True), ("src/messages_fr.properties", True),
        ("app/strings.ts", True), ("package.json", False), ("src/Login.tsx", False), ("a/l10n/app_en.arb", True),
        ("config/locales/en.yml", True), ("config/app.yml", False), ("locale/de/LC_MESSAGES/x.mo", False),
    ],
)  # fmt: skip
def test_what_is_a_catalogue(path: str, is_one: bool) -> None:
    assert is_catalogue(path) is is_one


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("en.json", "[" * 100_000), ("en.json", '{"a": '), ("en.yml", "a: [\n"), ("en.yml", "- " * 5000 + "a"),
        ("en.yml", "a: &a [*a, *a]\n"), ("en.po", 'msgid "a\nmsgstr'), ("en.ts", "export default {" * 3000),
        ("en.properties", "=\n:\n\\"), ("en.json", '{"a": 1, "b": null, "c": [1, "x"], "d": {"e": true}}'),
    ],
)  # fmt: skip
def test_a_broken_catalogue_says_nothing_and_breaks_nothing(path: str, content: str) -> None:
    assert messages(path, content.encode()) == ()


def test_a_key_that_is_a_common_word_is_no_key_wherever_it_stands(tmp_path: Path) -> None:
    files = {
        "locales/en.json": '{"title": "Quarterly report"}',
        "src/Page.tsx": "<h1>{t('title')}</h1>\n",
        "src/meta.ts": "export const meta = { 'title': read('x'), attribute: 'title' }\nel.title = 1\n",
    }
    with Index(Sources.below(_written(tmp_path, files)), None) as index:
        found = {each.path: each.because for each in rank(index, query_from("Broken", ("Quarterly report",)))}
    assert "by its key" in found["src/Page.tsx"]
    assert "by its key" not in found.get("src/meta.ts", "")


def test_a_hostile_catalogue_is_come_to_an_end_with(tmp_path: Path) -> None:
    """
    Texts of nothing but holes, braces without an end: a pattern made of them would run for ever.
    """
    holes = "{a}" * 600 + "x"
    evil = {f"k{number}": holes for number in range(2000)} | {"open": "{{" * 200_000, "b": "{a}b" * 400}
    evil |= {".".join("a" * 30_000): "Quarterly report"}
    files = {f"locales/{name}.json": json.dumps(evil) for name in ("en", "de")}
    files |= {f"src/a{number}.ts": "t('k1'); " * 500 for number in range(50)}
    screen = tuple(f"{'ab' * 60} {number}" for number in range(100))
    screen += ("Quarterly report",)
    with Index(Sources.below(_written(tmp_path, files)), None) as index:
        found = rank(index, query_from("ab", screen))
    assert not any("by its key" in each.because for each in found)
