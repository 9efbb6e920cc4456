"""
A component rewritten to a new picture: looks are new, what it does stays where that is certain.
"""

from __future__ import annotations

import pytest

from vision_code.errors import InputRejected
from vision_code.rewrite import Rewritten
from vision_code.rewrite.react import rewrite_react
from vision_code.syntax import syntax_errors

HEAD = 'import { useState } from "react";\nimport { Button, TextField } from "./ui";\n'


def rewritten(old: str, new: str, *, head: str = HEAD, declared: str = "", path: str = "Card.tsx") -> Rewritten:
    """
    What the markup of a component becomes.
    """
    before = f"{head}\nexport function Card(props: Props) {{\n  return (\n    {old}\n  );\n}}\n"
    after = f"{declared}export default function Card() {{\n  return (\n    {new}\n  );\n}}\n"
    result = rewrite_react(before, after, path)
    assert syntax_errors(path, result.text.encode()).count == 0, result.text
    assert result.text.startswith(head)
    assert "export function Card(props: Props) {" in result.text
    again = rewrite_react(result.text, after, path)
    assert again.text == result.text  # the same picture once more changes nothing
    return result


@pytest.mark.parametrize(
    ("old", "new", "there", "gone"),
    [
        # by role and name
        (
            '<div><button className="old" onClick={save}>Save</button></div>',
            '<div className="p-4"><button type="button" className="new">Save</button></div>',
            ['<div className="p-4">', '<button className="new" onClick={save}>Save</button>'],
            ["old", "type="],
        ),
        # a field by its label, and its identity with it
        (
            '<div><label htmlFor="n">Name</label><input id="n" name="full" value={n} onChange={set} /></div>',
            '<div><label htmlFor="name">Name</label>\n<input id="name" className="w" defaultValue="Ada" /></div>',
            ['<label htmlFor="n">Name</label>', 'id="n" name="full" value={n} onChange={set}', 'className="w"'],
            ["defaultValue"],
        ),
        # by what it takes, whatever its label says now
        (
            '<form><label>Mail <input type="email" {...register("email")} /></label></form>',
            '<form><label htmlFor="e">Work email</label><input id="e" type="email" /></form>',
            ['{...register("email")} id="e"', "Work email"],
            [],
        ),
        # a component in place of an element, its properties its own
        (
            '<div><Button variant="primary" onClick={go}>Go</Button></div>',
            '<div><button type="button" className="b">Go</button></div>',
            ['<Button variant="primary" onClick={go}>Go</Button>'],
            ["className", "<button"],
        ),
        # one that draws its label itself
        (
            '<div><TextField label="Email" value={mail} onChange={set} /></div>',
            '<div className="c">\n<label htmlFor="email">Email</label>\n<input id="email" type="email" /></div>',
            ['<TextField label="Email" value={mail} onChange={set} />'],
            ["<label", "<input"],
        ),
        # text of an expression: the label of a known field, a string in it, words around it, the only heading
        (
            '<div><label htmlFor="p">{t("pw")}</label><input id="p" type="password" /></div>',
            '<div><label htmlFor="x" className="l">Password</label><input id="x" type="password" /></div>',
            ['<label htmlFor="p" className="l">{t("pw")}</label>'],
            ["Password<"],
        ),
        (
            '<div><button onClick={a}>{busy ? "Wait" : "Send"}</button><button onClick={b}>{c}</button></div>',
            '<div><button className="s">Send</button><button>Other</button><button>More</button></div>',
            ['<button onClick={a} className="s">{busy ? "Wait" : "Send"}</button>', "<button>Other</button>"],
            ["onClick={b}"],
        ),
        (
            '<div><p>Hello {name}, welcome</p></div>',
            '<div><p className="t">Hello Ada, welcome</p></div>',
            ['<p className="t">Hello {name}, welcome</p>'],
            ["Ada"],
        ),
        (
            "<div><h1 id={id}>{title}</h1></div>",
            '<div><h2 className="h">Prices</h2></div>',
            ['<h1 id={id} className="h">{title}</h1>'],
            ["Prices"],
        ),
        # a link that looked like a button, a text that looked like a link
        (
            '<div><a href="/up">Sign up</a><p>Fine print</p></div>',
            '<div><button type="button" className="b">Sign up</button>'
            '<a href="#fine-print" className="f">Fine print</a></div>',
            ['<a href="/up" className="b">Sign up</a>', '<p className="f">Fine print</p>'],
            ["<button", "#fine-print"],
        ),
        # the form that no picture shows, with what is hidden in it
        (
            '<form onSubmit={send}><input type="hidden" name="k" value={k} /><input type="search" name="q" />'
            '<button>Go</button></form>',
            '<div><h1>New</h1><div className="f"><input type="search" /><button type="button">Go</button></div></div>',
            ['<form onSubmit={send} className="f">', 'name="k" value={k} />', 'name="q"', "</form>", "<button>Go"],
            [],
        ),
        # options that a closed list does not show
        (
            '<div><label htmlFor="c">Country</label>'
            '<select id="c" value={c} onChange={f}>{all.map(option)}</select></div>',
            '<div><label htmlFor="c">Country</label><select id="c" className="s" defaultValue="Malta">'
            "<option>Malta</option></select></div>",
            ["{all.map(option)}</select>", 'value={c} onChange={f} className="s"'],
            ["Malta"],
        ),
        # what draws nothing itself stays around it
        (
            "<Theme.Provider value={v}><div ref={box}>a</div></Theme.Provider>",
            '<div className="x">b</div>',
            ["<Theme.Provider value={v}>", '<div ref={box} className="x">b</div>', "</Theme.Provider>"],
            [],
        ),
        # the same name twice on both sides: in order
        (
            "<div><button onClick={one}>Edit</button><button onClick={two}>Edit</button></div>",
            '<div><button className="1">Edit</button><button className="2">Edit</button></div>',
            ['onClick={one} className="1"', 'onClick={two} className="2"'],
            [],
        ),
        # a branch of a condition, with the condition
        (
            "<div>{user ? <button onClick={out}>Log out</button> : <a href={to}>Log in</a>}</div>",
            '<div><h1>Hi</h1><a href="#log-in" className="in">Log in</a></div>',
            ['{user ? <button onClick={out}>Log out</button> : <a href={to} className="in">Log in</a>}</div>'],
            ["#log-in"],
        ),
        # states and descriptions; what points at nothing goes
        (
            '<div><button aria-expanded={open} aria-controls="gone" aria-label="Menu" data-id="m">☰</button></div>',
            '<div><button type="button" aria-label="Menu"><img src={icon} alt="" /></button></div>',
            ["aria-expanded={open}", 'aria-label="Menu"', 'data-id="m"'],
            ["aria-controls"],
        ),
    ],
)  # fmt: skip
def test_what_is_certain_stays(old: str, new: str, there: list[str], gone: list[str]) -> None:
    text = rewritten(old, new).text
    markup = " ".join(text[text.index("return (") :].split())
    assert [part for part in there if part not in markup] == [], text
    assert [part for part in gone if part in markup] == [], text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # three of a name, two of a name: which is which?
        (
            "<div><button onClick={secret}>Edit</button><b>a</b><button onClick={secret}>Edit</button>"
            "<button onClick={secret}>Edit</button></div>",
            "<div><button>Edit</button><button>Edit</button></div>",
            'button "Edit" with onClick',
        ),
        # another action stands where this one stood
        (
            "<div><button onClick={secret}>Delete</button></div>",
            "<div><button>Save</button></div>",
            'button "Delete" with onClick',
        ),
        # a heading is no button because it says the same
        (
            "<div><h1 id={secret}>Sign in</h1><p>a</p></div>",
            "<div><button>Sign in</button></div>",
            'heading "Sign in" with id',
        ),
        # a text of an expression says nothing of what it says
        ("<div><p>{secret}</p><p>b</p></div>", "<div><p>Hello</p><p>b</p></div>", "{secret}: the picture's own words"),
        # items of a loop, parts that are only there sometimes
        ("<ul>{items.map((secret) => <li>{secret}</li>)}</ul>", "<ul><li>a</li></ul>", "{items.map((secret)"),
        ("<div>{open && <p>{secret}</p>}<b>a</b></div>", "<div><b>a</b></div>", "{open && <p>{secret}</p>}"),
        (
            "<div>{secret ? <button>Save</button> : <button>Save</button>}</div>",
            "<div><button>Save</button></div>",
            "{secret ? <button>Save</button>",
        ),
        # two forms' fields in one box
        (
            "<div><form onSubmit={secret}><input type='email' /><button>Go</button></form>"
            "<button onClick={x}>No</button></div>",
            "<div><section><input type='email' /><button>Go</button><button>No</button></section></div>",
            "<form> with onSubmit",
        ),
        ("<Layout nav={secret}><p>a</p></Layout>", "<div>b</div>", "<Layout> with nav"),
    ],
)
def test_what_is_not_certain_is_left_out_and_said(old: str, new: str, said: str) -> None:
    result = rewritten(old, new)
    assert "secret" not in result.text
    assert any(said in line for line in result.left), result.left


def test_the_rest_of_the_file_stays() -> None:
    old = (
        '"use client";\nimport a, { b } from "x";\n\ntype Props = { t: string };\n\n// Kept.\n'
        "const Small = () => <i>{b}</i>;\n\n/** Docs. */\n"
        "export const Card = memo(({ t }: Props) => {\n\tconst [v] = useState(a);\n\tif (!v) return null;\n"
        "\treturn <div onClick={v}>{t}</div>;\n});\n\nCard.displayName = 'Card';\n"
    )
    new = (
        'import a from "./assets/Card/a.png";\n\nconst b = [1];\n\nexport function Card() {\n  return (\n    <div>\n'
        "      <img src={a} />\n      {b.map((c) => (\n        <p key={c}>x</p>\n      ))}\n    </div>\n  );\n}\n"
    )
    result = rewrite_react(old, new, "Card.tsx")
    start = old.index("\treturn <div")
    assert result.text.startswith('"use client";\nimport a, { b } from "x";\nimport a2 from "./assets/Card/a.png";\n')
    for part in (old[old.index("type Props") : start], old[old.index("});\n\nCard") :], "\n\nconst b2 = [1];\n"):
        assert part in result.text
    assert "<img src={a2} />" in result.text
    assert "{b2.map((c) => (" in result.text
    assert any("no longer used: t" in line for line in result.left)
    assert any("line 12" in line for line in result.left)


def test_a_class_is_rewritten_where_it_draws() -> None:
    old = (
        'import { Component } from "react";\n\nexport default class Card extends Component<Props, State> {\n'
        "  state = { n: 0 };\n  save = () => this.setState({ n: 1 });\n  open() {}\n"
        "  renderRow() {\n    return <li />;\n  }\n  render() {\n    if (!this.props.on) return null;\n    return (\n"
        "      <div>\n        <button onClick={this.save} disabled={this.state.n > 0}>Save</button>\n"
        "        <button onClick={() => this.open()}>Open</button>\n      </div>\n    );\n  }\n}\n"
    )
    new = (
        "export default function Card() {\n  return (\n    <div>\n"
        '      <button className="new">Save</button>\n    </div>\n  );\n}\n'
    )
    result = rewrite_react(old, new, "Card.tsx")
    start = old.index("      <div>")
    assert result.name == "Card"
    assert result.text == (
        f"{old[:start]}      <div>\n        <button onClick={{this.save}} disabled={{this.state.n > 0}}"
        f' className="new">Save</button>\n'
        f"      </div>\n{old[old.index('    );') :]}"
    )
    assert any("line 11" in line for line in result.left)
    assert "no longer used: open" in result.left


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("export function Card() { return <div>", "rewrite.syntax"),
        ("export const card = 1;", "rewrite.no_component"),
        ("export class Card extends Component { draw() { return <p />; } }", "rewrite.no_component"),
        ("export class Card extends Component { render() { return this.a() || <p />; } }", "rewrite.uncertain"),
        ("export function Card() { return a ? <p /> : <b />; }", "rewrite.uncertain"),
        ("export function Card() { if (a) { return <p />; } }", "rewrite.uncertain"),
        ("export function A() { return <p />; }\nexport function B() { return <p />; }", "rewrite.uncertain"),
        (f"export function Card() {{ return {'<p>' * 400}{'</p>' * 400}; }}", "rewrite.too_deep"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(text: str, kind: str) -> None:
    with pytest.raises(InputRejected) as caught:
        rewrite_react(text, "export default function Card() {\n  return (\n    <p />\n  );\n}\n", "Card.tsx")
    assert caught.value.kind == kind


def test_javascript_is_rewritten_too() -> None:
    result = rewrite_react(
        "const Card = () => <button onClick={go}>Go</button>\nexport default Card\n",
        "export default function Card() {\n  return (\n    <button>Go</button>\n  );\n}\n",
        "Card.jsx",
    )
    assert result.text == "const Card = () => (\n  <button onClick={go}>Go</button>\n)\nexport default Card\n"
