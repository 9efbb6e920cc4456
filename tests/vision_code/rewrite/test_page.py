"""
A page, or a part of one, rewritten to a new picture: its head and scripts stay, its elements keep what they do.
"""

from __future__ import annotations

import pytest

from vision_code.errors import InputRejected
from vision_code.rewrite import Rewritten
from vision_code.rewrite.page import rewrite_page

HEAD = '<!DOCTYPE html>\n<html lang="de">\n<head>\n  <title>A</title>\n  <link rel="stylesheet" href="a.css">\n'
RULES = ":root {\n        --a: 1;\n      }\n      html { margin: 0; }\n      .x { color: red; }"
SHEET = f"  <style data-vision-code>\n    {RULES.replace('      ', '    ')}\n  </style>\n"


def drawn(body: str) -> str:
    """
    What the emitters write.
    """
    head = f"  <head>\n    <title>New</title>\n    <style>\n      {RULES}\n    </style>\n  </head>\n"
    return f'<!doctype html>\n<html lang="en">\n{head}  {body}\n</html>\n'


def rewritten(old: str, new: str, path: str = "card.html") -> Rewritten:
    """
    What a file becomes.
    """
    result = rewrite_page(old, drawn(new), path)
    assert rewrite_page(result.text, drawn(new), path).text == result.text  # the same once more changes nothing
    return result


@pytest.mark.parametrize(
    ("old", "new", "there", "gone"),
    [
        (
            '<body class="old" onload="go()"><button id=save data-id=\'1\' hx-post="/s" @click="x" _="on'
            ' click">Save</button></body>',
            '<body class="p-4"><button type="button" class="new">Save</button></body>',
            [
                '<body class="p-4" onload="go()">',
                '<button id=save data-id=\'1\' hx-post="/s" @click="x" _="on click" class="new">Save</button>',
            ],
            ["old", "type="],
        ),
        (
            '<body><form action="/in" method="post"><label for="m">Mail</label><input id="m" name="mail" required>'
            '<input type="hidden" name="t" value="{{ t }}"><button name="go">Go</button></form></body>',
            '<body><div class="f"><label for="mail">Mail</label><input id="mail" class="w"><button>Go</button>'
            '</div></body>',
            ['<form action="/in" method="post" class="f">', '<input id="m" name="mail" required class="w">',
             '<input type="hidden" name="t" value="{{ t }}">', '<button name="go">Go</button></form>'],
            ['id="mail"'],
        ),
        (
            "<body><p>Hello {{ user.name }}, welcome<p><a href=\"{% url 'up' %}\">Sign up</a><ul><li>One<li>Two"
            "</ul></body>",
            '<body><p class="t">Hello Ada, welcome</p><button class="b">Sign up</button></body>',
            ['<p class="t">Hello {{ user.name }}, welcome</p>', '<a href="{% url \'up\' %}" class="b">Sign up</a>'],
            ["Ada", "<button"],
        ),
        (
            "<body><label>Note <textarea name=n></textarea></label><sl-button variant=x>Go</sl-button></body>",
            '<body><label>Note <textarea class="t">Words</textarea></label><button class="g">Go</button></body>',
            ['<textarea name=n class="t"></textarea>', "<sl-button variant=x>Go</sl-button>"],
            ["Words"],
        ),
        # what no picture shows, where it stands now
        (
            '<body><div><script src="a.js"></script><p>a</p></div><dialog id="d"><p>D</p></dialog><template'
            ' id="t"><b></b>'
            "</template><script>a < b && c</script></body>",
            '<body class="x">\n    <p>b</p>\n  </body>',
            ['<p>b</p> <script src="a.js"></script> <dialog id="d"><p>D</p></dialog> <template id="t"><b></b>'
             '</template> '
             "<script>a < b && c</script> </body>"],
            [],
        ),
    ],
)  # fmt: skip
def test_what_is_certain_stays(old: str, new: str, there: list[str], gone: list[str]) -> None:
    text = rewritten(f"{HEAD}</head>\n{old}\n</html>\n", new).text
    assert text.startswith(f"{HEAD}{SHEET}</head>\n<body")
    assert text.endswith("</body>\n</html>\n")
    markup = " ".join(text[text.index("<body") :].split())
    assert [part for part in there if part not in markup] == [], text
    assert [part for part in gone if part in markup] == [], text


def test_the_stylesheet_of_the_next_drawing_takes_the_place_of_the_last_one() -> None:
    old = (
        f"{HEAD}{SHEET.replace('red', 'blue')}  <style>\n    .mine {{}}\n  </style>\n</head>\n<body></body>\n</html>\n"
    )
    text = rewritten(old, '<body class="x"></body>').text
    assert text == old.replace("blue", "red").replace("<body>", '<body class="x">')


def test_a_part_of_a_page_brings_its_own_rules_for_itself_alone() -> None:
    old = (
        "{% extends 'base.html' %}\n{% block main %}\n<!-- ours -->\n<section id='s'><form action='/in'>\n"
        "  {% csrf_token %}\n"
        "  <input type='email' name='m'><button>Go</button></form></section>\n<script>go()</script>\n{% endblock %}\n"
    )
    form = '<form class="f">\n      <input type="email">\n      <button>Go</button>\n    </form>'
    new = f'<body class="x">\n    {form}\n  </body>'
    text = rewritten(old, new).text
    scoped = RULES.replace(":root", ":scope").replace("html", ":scope").replace(".x", ".x, :scope.x")
    assert text == (
        "{% extends 'base.html' %}\n{% block main %}\n<!-- ours -->\n<section id='s' class=\"x\">\n"
        "  <style data-vision-code>\n"
        f"    @scope {{\n      {scoped}\n    }}\n  </style>\n"
        "  <form action='/in' class=\"f\">\n    {% csrf_token %}\n    <input type='email' name='m'>\n"
        "    <button>Go</button>\n"
        "  </form>\n</section>\n<script>go()</script>\n{% endblock %}\n"
    )


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("<button onclick='secret()'>Delete</button>", 'button "Delete" with onclick'),
        ("{% if secret %}<p>x</p>{% endif %}", "{% if secret %}"),
        ("<!-- secret -->", "<!-- secret -->: gone"),
        ("<iframe src='secret'></iframe>", "<iframe> with src"),
    ],
)
def test_what_is_not_certain_is_left_out_and_said(old: str, said: str) -> None:
    result = rewritten(f"{HEAD}</head>\n<body><b>b</b>{old}</body>\n</html>\n", "<body><b>b</b></body>")
    assert "secret" not in result.text
    assert any(said in line for line in result.left), result.left


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("<div>", "a.html", "rewrite.syntax"),
        ("<body><div></p></div></body>", "a.html", "rewrite.syntax"),
        ("<body></body><body></body>", "a.html", "rewrite.uncertain"),
        ("<p>@if (a) {}</p>", "a.component.html", "rewrite.unsupported"),
        (f"{'<b>' * 400}{'</b>' * 400}", "a.html", "rewrite.too_deep"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(text: str, path: str, kind: str) -> None:
    with pytest.raises(InputRejected) as caught:
        rewrite_page(text, drawn("<body></body>"), path)
    assert caught.value.kind == kind
