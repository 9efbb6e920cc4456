"""
A component of Svelte rewritten to a new picture: what React's keep is kept in the syntax of version 4 and of version 5.
"""

from __future__ import annotations

import pytest

from vision_code.errors import InputRejected
from vision_code.rewrite import Rewritten
from vision_code.rewrite.svelte import rewrite_svelte
from vision_code.syntax import syntax_errors

SCRIPT = '<script lang="ts">\n  export let a = 1 < 2;\n</script>\n'
HEAD = "<svelte:head><title>A</title></svelte:head>\n<svelte:window on:keydown={key} />\n"
STYLE = "<style>\n  a > b { color: red }\n</style>\n"


def rewritten(old: str, new: str) -> Rewritten:
    """
    What the markup of a component becomes.
    """
    before = f"{SCRIPT}\n{HEAD}\n{old}\n\n{STYLE}"
    result = rewrite_svelte(before, f"{new}\n", "Card.svelte")
    assert syntax_errors("Card.svelte", result.text.encode()).count == 0, result.text
    assert result.text.startswith(f"{SCRIPT}\n{HEAD}\n")
    assert result.text.endswith(f"\n\n{STYLE}")
    again = rewrite_svelte(result.text, f"{new}\n", "Card.svelte")
    assert again.text == result.text  # the same picture once more changes nothing
    return result


@pytest.mark.parametrize(
    ("old", "new", "there", "gone"),
    [
        (
            '<div><button class="old" class:on on:click|once={save} use:tip={{ at: "top" }}>Save</button></div>',
            '<div class="p-4"><button type="button" class="new">Save</button></div>',
            ['<div class="p-4">', '<button class="new" on:click|once={save} use:tip={{ at: "top" }}>Save</button>'],
            ["old", "type=", "class:on"],
        ),
        (
            "<div><button onclick={() => { if (a > b) go(); }} {disabled} {...rest} {@attach f}>Save</button></div>",
            '<div><button class="new">Save</button></div>',
            ["<button onclick={() => { if (a > b) go(); }} {disabled} {...rest} {@attach f} class="],
            [],
        ),
        (
            "<div><label for={id}>Name</label><input {id} bind:value={n} bind:this={field} name='full' /></div>",
            '<div><label for="name">Name</label>\n<input id="name" class="w" value="Ada" /></div>',
            ["<label for={id}>Name</label>", "{id} bind:value={n} bind:this={field} name='full' class=\"w\""],
            ["Ada"],
        ),
        (
            "<div><textarea bind:value aria-label='Note'></textarea><label><input type=checkbox"
            " bind:checked={r}> Keep</label>"
            '<a href="/users/{id}">Me</a></div>',
            '<div><textarea class="t" aria-label="Note">Words</textarea>'
            '<label><input type="checkbox" checked /> Keep</label><a href="#me">Me</a></div>',
            [
                "<textarea bind:value aria-label=",
                "<input type=checkbox bind:checked={r} /> Keep</label>",
                'href="/users/{id}"',
            ],
            ["Words", " checked "],
        ),
        (
            '<div><button on:click>{busy ? "Wait" : `Send`}</button><p>Hello {name}, welcome</p></div>',
            '<div><button class="s">Send</button><p class="t">Hello Ada, welcome</p></div>',
            ['on:click class="s">{busy ? "Wait" : `Send`}', '<p class="t">Hello {name}, welcome</p>'],
            ["Ada"],
        ),
        (
            '<div><Card.Button --gap="1px" on:click={go}>{#snippet icon()}<i></i>{/snippet}Go</Card.Button></div>',
            '<div><button type="button" class="b">Go</button></div>',
            ['<Card.Button --gap="1px" on:click={go}>{#snippet icon()}<i></i>{/snippet}Go</Card.Button>'],
            ['"b"'],
        ),
        (
            "<div>{#if x}<b>b</b>{:else if y}<a href={to}>Log in</a>{:else}<i>i</i>{/if}</div>",
            '<div><a href="#log-in" class="l">Log in</a></div>',
            ['<div>{#if x}<b>b</b>{:else if y}<a href={to} class="l">Log in</a>{:else}<i>i</i>{/if}</div>'],
            ["#log-in"],
        ),
        (
            "<div><h1>A</h1>{#if step === 1}<form on:submit={send}><input type='email' bind:value={m}>"
            "<button>Go</button>"
            "</form>{:else}<p>Done</p>{/if}</div>",
            '<div><h1>A</h1><div class="s"><input type="email" /><button class="g">Go</button></div></div>',
            ['{#if step === 1}<form on:submit={send} class="s">', "bind:value={m}", "</form>{:else}<p>Done</p>{/if}"],
            [],
        ),
        (
            "<svelte:boundary onerror={log}><div bind:this={box}>a</div></svelte:boundary>",
            '<div class="x">b</div>',
            ["<svelte:boundary onerror={log}>", '<div bind:this={box} class="x">b</div>', "</svelte:boundary>"],
            [],
        ),
        ("", '<div class="x">b</div>', ['<div class="x">b</div>'], []),
        ("{alone}", '<div class="x">b</div>', ['<div class="x">b</div>'], ["alone"]),
        ("<div><p>a & b < c {'<'}</p><b>{1}</b></div>", "<div><p>a</p></div>", ["<p>a</p>"], []),
    ],
)  # fmt: skip
def test_what_is_certain_stays(old: str, new: str, there: list[str], gone: list[str]) -> None:
    result = rewritten(old, new)
    text = result.text[len(SCRIPT) : -len(STYLE)]
    markup = " ".join(text.split())
    assert [part for part in there if part not in markup] == [], text
    assert [part for part in gone if part in markup] == [], text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "<div><button on:click={secret}>Delete</button></div>",
            "<div><b>a</b></div>",
            'button "Delete" with on:click',
        ),
        ("<ul>{#each secret as a}<li>{a}</li>{/each}</ul>", "<ul><li>a</li></ul>", "{#each secret as a}"),
        ("<div>{#if secret}<p>x</p>{/if}<b>b</b></div>", "<div><b>b</b></div>", "{#if secret}<p>x</p>{/if}"),
        ("<div>{@render secret?.()}</div>", "<div>b</div>", "{@render secret?.()}"),
        ('<div><slot name="secret" /></div>', "<div>b</div>", '<slot name="secret" />'),
        ("<div><!-- secret --><p>b</p></div>", "<div><p>b</p></div>", "<!-- secret -->: gone"),
        ("<div><Map at={secret} /></div>", "<div>b</div>", "<Map> with at"),
        ("<div class:secret>a</div>", "<div>b</div>", "<div>: class:secret"),
    ],
)
def test_what_is_not_certain_is_left_out_and_said(old: str, new: str, said: str) -> None:
    result = rewritten(old, new)
    assert "secret" not in result.text
    assert any(said in line for line in result.left), result.left


DRAWN = """\
<script lang="ts">
  import a from "./assets/Card/a.png";
  import alt from "./assets/Card/alt.png";

  type Item = {
    b: string;
  };

  const items: Item[] = [{ b: "items" }];
</script>

<div class="items-center">
  <img src={a} {alt} />
  {#each items as item (item.b)}
    <p class={item.b ? "a items" : "b"}>{item.b} items</p>
  {/each}
</div>
"""


@pytest.mark.parametrize(
    ("script", "there"),
    [
        (
            '<script lang="ts">\n\timport { a, alt } from "x";\n\n\tconst items = a;\n</script>\n',
            [
                '\timport { a, alt } from "x";\n\timport a2 from "./assets/Card/a.png";\n\timport alt2 from'
                ' "./assets/Card/alt.png";\n\n'
                "\ttype Item = {\n\t  b: string;\n\t};\n\n"
                '\tconst items2: Item[] = [{ b: "items" }];\n\n\tconst items = a;\n',
                "<img src={a2} alt={alt2} />",
                '{#each items2 as item (item.b)}\n    <p class={item.b ? "a items" : "b"}>{item.b} items</p>',
            ],
        ),
        (
            '<script context="module">\n  const b = 1;\n</script>\n',
            ['<script lang="ts">\n  import a from', '<script context="module">\n  const b = 1;\n</script>\n'],
        ),
        ("", ['<script lang="ts">\n  import a from "./assets/Card/a.png";']),
    ],
)
def test_the_script_gets_what_the_new_markup_needs(script: str, there: list[str]) -> None:
    text = rewrite_svelte(f"{script}<p>x</p>\n", DRAWN, "Card.svelte").text
    assert [part for part in there if part not in text] == [], text
    assert rewrite_svelte(text, DRAWN, "Card.svelte").text == text


def test_the_block_that_the_picture_shows_is_rewritten_and_the_others_stay() -> None:
    shown = "  {#key id}\n    <main><button on:click>Go</button></main>\n  {/key}"
    old = f"{{#if busy}}\n  <p>Wait</p>\n{{:else if !done}}\n{shown}\n{{:else}}\n  <p>Done</p>\n{{/if}}"
    result = rewritten(old, '<div class="x">\n  <button class="g">Go</button>\n</div>')
    expected = old.replace(
        "<main><button on:click>Go</button></main>",
        '<main class="x">\n      <button on:click class="g">Go</button>\n    </main>',
    )
    assert expected in result.text
    assert any("line 8, 14" in line for line in result.left), result.left


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<div>", "rewrite.syntax"),
        ("{#if a}<p>b</p>", "rewrite.syntax"),
        ("<p>a</b></p>", "rewrite.syntax"),
        ("{#each a as b}<p>{b}</p>{/each}", "rewrite.uncertain"),
        ("{#await a}{:then b}<p>{b}</p>{/await}", "rewrite.uncertain"),
        (f"{'<b>' * 400}{'</b>' * 400}", "rewrite.too_deep"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(text: str, kind: str) -> None:
    with pytest.raises(InputRejected) as caught:
        rewrite_svelte(text, "<p>b</p>\n", "Card.svelte")
    assert caught.value.kind == kind
