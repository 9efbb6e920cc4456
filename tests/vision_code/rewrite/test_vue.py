"""
A component of Vue rewritten to a new picture: what React's keep is kept in Vue's own syntax, all outside the template
byte for byte.
"""

from __future__ import annotations

import pytest

from vision_code.errors import InputRejected
from vision_code.rewrite import Rewritten
from vision_code.rewrite.vue import rewrite_vue, takes_data
from vision_code.syntax import syntax_errors

SCRIPT = '<script setup lang="ts">\nimport { ref } from "vue";\nconst a = ref(1 < 2 && "</div>");\n</script>\n'
STYLE = "<style scoped>\na > b { color: red }\n</style>\n"


def rewritten(old: str, new: str, *, script: str = SCRIPT, drawn: str = "") -> Rewritten:
    """
    What the template of a component becomes.
    """
    before = f"{script}\n<template>\n  {old}\n</template>\n\n{STYLE}"
    after = f"{drawn}<template>\n  {new}\n</template>\n"
    result = rewrite_vue(before, after, "Card.vue")
    assert syntax_errors("Card.vue", result.text.encode()).count == 0, result.text
    assert result.text.endswith(f"</template>\n\n{STYLE}")
    assert rewrite_vue(result.text, after, "Card.vue").text == result.text  # the same picture once more changes nothing
    return result


def template(text: str) -> str:
    return " ".join(text[text.index("<template>") : text.rindex("</template>")].split())


@pytest.mark.parametrize(
    ("old", "new", "there", "gone"),
    [
        (
            '<div><button class="old" :class="{ on }" @click.prevent="save">Save</button></div>',
            '<div class="p-4"><button type="button" class="new">Save</button></div>',
            ['<div class="p-4">', '<button class="new" @click.prevent="save">Save</button>'],
            ["old", "type=", "{ on }"],
        ),
        # bindings of fields, and identities that are expressions
        (
            '<div><label :for="id">Name</label><input :id="id" v-model.trim="n" v-focus name="full" /></div>',
            '<div><label for="name">Name</label>\n<input id="name" class="w" value="Ada" /></div>',
            ['<label :for="id">Name</label>', ':id="id" v-model.trim="n" v-focus name="full" class="w"'],
            ["Ada"],
        ),
        (
            '<div><textarea v-model="t" aria-label="Note" /><label><input v-model="r" type="checkbox"> Keep'
            '</label></div>',
            '<div><textarea class="t" aria-label="Note">Words</textarea>'
            '<label class="l"><input type="checkbox" checked /> Keep</label></div>',
            ['<textarea v-model="t" aria-label="Note" class="t" />', '<input v-model="r" type="checkbox" />'
                                                                     ' Keep</label>'],
            ["Words", "checked"],
        ),
        # texts of expressions: a branch of one, the words around it
        (
            "<div><button @click='a'>{{ busy ? 'Wait' : `Send` }}</button><p>Hello {{ name }}, welcome</p></div>",
            '<div><button class="s">Send</button><p class="t">Hello Ada, welcome</p></div>',
            ["@click='a' class=\"s\">{{ busy ? 'Wait' : `Send` }}", '<p class="t">Hello {{ name }}, welcome</p>'],
            ["Ada"],
        ),
        (
            '<div><h1 :id="t" v-html="raw" /></div>',
            '<div><h2 class="h">A</h2></div>',
            ['v-html="raw" class="h" />'],
            [">A<"],
        ),
        # components keep their properties and slots, also those that a template imports by another spelling
        (
            '<div><BaseButton variant="x" @click="go"><template #icon><i /></template>Go</BaseButton>'
            '<router-link :to="up" class="u">Sign up</router-link></div>',
            '<div><button type="button" class="b">Go</button><a href="#up" class="n">Sign up</a></div>',
            [
                '<BaseButton variant="x" @click="go"><template #icon><i /></template>Go</BaseButton>',
                '<router-link :to="up" class="n">Sign up</router-link>',
            ],
            ['"b"', "#up"],
        ),
        # the form that no picture shows, in what was only a box before
        (
            '<div class="card"><form @submit.prevent="send"><input type="hidden" :value="k" /><input type="search" />'
            "<button>Go</button></form></div>",
            '<div class="n"><input type="search" /><button type="button">Go</button></div>',
            ['<form @submit.prevent="send" class="n">', '<input type="hidden" :value="k" />', "<button>Go"],
            ["<div"],
        ),
        # branches of conditions, one branch of a chain, an element around much
        (
            '<div><b v-if="x">b</b><a v-else-if="y" :href="to">Log in</a><i v-else>i</i></div>',
            '<div><a href="#log-in" class="l">Log in</a></div>',
            ['<div><b v-if="x">b</b><a v-else-if="y" :href="to" class="l">Log in</a><i v-else>i</i></div>'],
            ["#log-in"],
        ),
        (
            '<div><h1>A</h1><section v-show="a" v-if="step === 1"><input type="email" v-model="m"><button>Go</button>'
            "</section><p v-else>Done</p></div>",
            '<div><h1>A</h1><div class="s"><input type="email" /><button class="g">Go</button></div></div>',
            ['<section v-show="a" v-if="step === 1" class="s">', 'v-model="m"', "</section><p v-else>Done</p>"],
            [],
        ),
        # what draws nothing itself stays around it, and what no picture shows in it
        (
            '<Transition name="fade"><div ref="box">a<dialog ref="d"><p>D</p></dialog></div></Transition>',
            '<div class="x">b</div>',
            [
                '<Transition name="fade">',
                '<div ref="box" class="x">b',
                '<dialog ref="d"><p>D</p></dialog>',
                "</Transition>",
            ],
            [],
        ),
        # several outermost elements, and comments around them
        (
            "<!-- head --> <h1>A</h1> <button @click='go'>Go</button> <!-- tail -->",
            '<div class="x"><h1 class="h">A</h1><button>Go</button></div>',
            ["<template> <!-- head -->", "<button @click='go'>Go</button>", "</div> <!-- tail -->"],
            [],
        ),
        ("", '<div class="x">b</div>', ['<template> <div class="x">b</div>'], []),
        ("{{ alone }}", '<div class="x">b</div>', ['<template> <div class="x">b</div>'], ["alone"]),
        # marks that are text to Vue
        (
            '<div><p>a < b & c</p><button @click="if (a < b && c) { go() }">Go &amp; see</button></div>',
            '<div><button class="g">Go &amp; see</button></div>',
            ['<button @click="if (a < b && c) { go() }" class="g">Go &amp; see</button>'],
            [],
        ),
    ],
)  # fmt: skip
def test_what_is_certain_stays(old: str, new: str, there: list[str], gone: list[str]) -> None:
    result = rewritten(old, new)
    assert result.text.startswith(SCRIPT)
    markup = template(result.text)
    assert [part for part in there if part not in markup] == [], result.text
    assert [part for part in gone if part in markup] == [], result.text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '<div><button @click="secret">Delete</button></div>',
            "<div><button>Save</button></div>",
            'button "Delete" with @click',
        ),
        ('<ul><li v-for="a in secret" :key="a">{{ a }}</li></ul>', "<ul><li>a</li></ul>", '<li v-for="a in secret"'),
        ('<div><p v-if="secret">x</p><b>b</b></div>', "<div><b>b</b></div>", '<p v-if="secret">'),
        ('<div><slot name="secret" /></div>', "<div>b</div>", '<slot name="secret" />'),
        ("<div><!-- secret --><p>b</p></div>", "<div><p>b</p></div>", "<!-- secret -->: gone"),
        ('<div><MyMap :at="secret" /></div>', "<div>b</div>", "<MyMap> with :at"),
        ("<div :class='secret'>a</div>", "<div>b</div>", "<div>: :class"),
    ],
)
def test_what_is_not_certain_is_left_out_and_said(old: str, new: str, said: str) -> None:
    result = rewritten(old, new)
    assert "secret" not in template(result.text)
    assert any(said in line for line in result.left), result.left


DRAWN = """\
<script setup lang="ts">
import a from "./assets/Card/a.png";

type Item = {
  b: string;
};

const items: Item[] = [{ b: "items" }];
</script>

<template>
  <div class="items-center">
    <img :src="a" />
    <p v-for="item in items" :key="item.b" :class="item.b ? 'a items' : 'b'">{{ item.b }} items</p>
  </div>
</template>
"""


@pytest.mark.parametrize(
    ("script", "there"),
    [
        # a script with other names for the same things
        (
            '<script setup lang="ts">\nimport { a } from "x";\n\nconst items = a;\n</script>\n',
            [
                'import { a } from "x";\nimport a2 from "./assets/Card/a.png";\n\ntype Item = {\n  b: string;\n};\n\n'
                'const items2: Item[] = [{ b: "items" }];\n\nconst items = a;\n',
                '<img :src="a2" />',
                'v-for="item in items2" :key="item.b" :class="item.b ? \'a items\' : \'b\'">{{ item.b }} items</p>',
            ],
        ),
        (
            '<script setup lang="ts">\nconst b = 1;\n</script>\n',
            ['<script setup lang="ts">\nimport a from "./assets/Card/a.png";\n\ntype Item', "];\n\nconst b = 1;\n"],
        ),
        ("", ['<script setup lang="ts">\nimport a from "./assets/Card/a.png";']),
        ("<!-- Ours. -->\n", ['<script setup lang="ts">\nimport a']),
    ],
)
def test_a_setup_script_gets_what_the_new_template_needs(script: str, there: list[str]) -> None:
    old = f"{script}<template><p>x</p></template>\n"
    assert takes_data(old, "Card.vue")
    text = rewrite_vue(old, DRAWN, "Card.vue").text
    assert [part for part in there if part not in text] == [], text
    assert rewrite_vue(text, DRAWN, "Card.vue").text == text


def test_the_script_of_an_options_component_stays() -> None:
    script = "<script>\nexport default { data: () => ({ a: 1 }), methods: { go() {} } };\n</script>\n"
    old = f'<template><div><p>{{{{ a }}}}</p><b @click="go">b</b></div></template>\n{script}'
    imports = '<script setup>\nimport a from "./a.png";\n</script>\n\n'
    drawn = f'{imports}<template>\n  <div>\n    <img :src="a" />\n  </div>\n</template>\n'
    assert not takes_data(old, "Card.vue")
    result = rewrite_vue(old, drawn, "Card.vue")
    assert result.text == f'<template>\n  <div>\n    <img src="./a.png" />\n  </div>\n</template>\n{script}'
    assert "no longer used: a, go" in result.left


def test_a_component_called_like_an_element_may_have_an_end() -> None:
    result = rewritten(
        '<div><Menuitem at="x"><b>b</b></Menuitem><Link :to="up">Sign up</Link></div>',
        '<div><a href="#up">Sign up</a></div>',
    )
    assert '<Link :to="up">Sign up</Link>' in result.text
    assert any("<Menuitem> with at" in line for line in result.left)


def test_a_large_file_is_rewritten_whole() -> None:
    """
    Where each element was compared with each other, this took minutes.
    """
    numbers = range(1500)
    old = "\n".join(f'    <label for="a{n}">Field {n}</label><input id="a{n}" v-model="m[{n}]" />' for n in numbers)
    new = "\n".join(f'    <label for="b{n}">Field {n}</label><input id="b{n}" />' for n in reversed(numbers))
    result = rewrite_vue(
        f"<template>\n  <div>\n{old}\n  </div>\n</template>\n",
        f"<template>\n  <div>\n{new}\n  </div>\n</template>\n",
        "Card.vue",
    )
    assert result.pairs == 1 + 2 * len(numbers)
    assert result.left == ()
    assert '<label for="a7">Field 7</label><input id="a7" v-model="m[7]" />' in result.text


def test_the_branch_that_the_picture_shows_is_rewritten_and_the_others_stay() -> None:
    shown = '<main v-else-if="!done"><button @click="go">Go</button></main>'
    old = f'<p v-if="busy">Wait</p>\n  {shown}\n  <p v-else>Done</p>'
    result = rewritten(old, '<div class="x">\n    <button class="g">Go</button>\n  </div>')
    assert '<p v-if="busy">Wait</p>\n  <main v-else-if="!done" class="x">\n' in result.text
    assert '<button @click="go" class="g">Go</button>\n  </main>\n  <p v-else>Done</p>\n' in result.text
    assert any("line 7, 9" in line for line in result.left)
    inner = '<template v-if="a">\n    <h1>A</h1>\n    <button @click="go">Go</button>\n  </template>'
    assert rewritten(inner, '<div class="x">\n    <button>Go</button>\n  </div>').text.count("<template") == 2


def test_indentation_line_ends_and_other_blocks_stay() -> None:
    old = (
        '<i18n>\n{ "a": "x < y </p> <template>" }\n</i18n>\n\n<template>\n\t<div>\n\t\t<button @click="go">Go'
        "</button>\n\t</div>\n"
        "</template>\n\n<script>\nexport default {}\n</script>"
    )
    new = '<template>\n\t<div class="x">\n\t\t<button class="a">Go</button>\n\t</div>\n</template>\n'
    text = rewrite_vue(old, new, "Card.vue").text
    assert text == old.replace("<div>", '<div class="x">').replace('"go">', '"go" class="a">')


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<script>export default {}</script>", "rewrite.no_component"),
        ("", "rewrite.no_component"),
        ("<template><div></template>", "rewrite.syntax"),
        ("<template><p>a</b></p></template>", "rewrite.syntax"),
        ("<template><p>a</p>", "rewrite.syntax"),
        ("<script>", "rewrite.syntax"),
        ('<template lang="pug">p a</template>', "rewrite.unsupported"),
        ('<template src="./card.html"></template>', "rewrite.unsupported"),
        ("<template><p /></template><template><b /></template>", "rewrite.uncertain"),
        ('<template><p v-for="a in b">a</p></template>', "rewrite.uncertain"),
        ("<template><slot /></template>", "rewrite.uncertain"),
        (f"<template>{'<b>' * 400}{'</b>' * 400}</template>", "rewrite.too_deep"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(text: str, kind: str) -> None:
    with pytest.raises(InputRejected) as caught:
        rewrite_vue(text, "<template>\n  <p>b</p>\n</template>\n", "Card.vue")
    assert caught.value.kind == kind
