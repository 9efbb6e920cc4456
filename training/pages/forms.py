# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Forms of all kinds: fields with and without labels, ticks, switches, sliders, search boxes, whole cards.
"""

from __future__ import annotations

from html import escape

from training.pages.parts import CARET, SEARCH, Kit, action, glyph, heading, link, paragraph
from training.pages.words import CHOICES, PLACEHOLDERS


def field(kit: Kit) -> str:
    """
    One control with its label above, beside, inside or absent.
    """
    rng = kit.rng
    name = kit.words.field()
    control = _control(kit, name)
    style = rng.random()
    star = " *" if kit.maybe(0.12) else ""
    colon = ":" if kit.maybe(0.12) else ""
    hint = f'<div class="small muted">{escape(kit.words.sentence(6))}</div>' if kit.maybe(0.15) else ""
    if style < 0.62:
        return f'<div class="field"><label class="lab">{escape(name)}{star}{colon}</label>{control}{hint}</div>'
    if style < 0.7:
        return f'<div class="field float"><input class="in" placeholder=" "><label>{escape(name)}</label></div>'
    if style < 0.8:
        return f'<div class="field row mid"><label style="width:130px">{escape(name)}{colon}</label><div class="grow">{control}</div></div>'
    return f'<div class="field">{control}{hint}</div>'


def _control(kit: Kit, name: str) -> str:
    rng = kit.rng
    kind = rng.choice(["input"] * 7 + ["select"] * 2 + ["textarea", "custom", "group"])
    shown = rng.random()
    hint = name if shown < 0.35 else rng.choice(PLACEHOLDERS) if shown < 0.7 else ""
    value = kit.words.person() if shown > 0.88 else ""
    if kind == "select":
        return f'<select class="in"><option>{escape(rng.choice([name, "Select...", "All", kit.words.title(1)]))}</option></select>'
    if kind == "textarea":
        return f'<textarea class="in" rows="{rng.randint(2, 6)}" placeholder="{escape(hint)}">{value}</textarea>'
    if kind == "custom":
        text = escape(hint or kit.words.title(1))
        return f'<div class="in row between mid" role="combobox" tabindex="0">{text} {glyph(kit, 12, CARET)}</div>'
    if kind == "group":
        button = action(kit, form=True)
        return f'<div class="row"><input class="in" placeholder="{escape(hint)}">{button}</div>'
    return f'<input class="in" placeholder="{escape(hint)}" value="{value}">'


def tick(kit: Kit, kind: str = "") -> str:
    """
    A checkbox, radio or switch with its words.
    """
    rng = kit.rng
    kind = kind or rng.choice(["checkbox", "checkbox", "radio", "switch"])
    on = kit.maybe(0.5)
    words = escape(rng.choice(CHOICES))
    if kind == "switch":
        control = f'<button role="switch" aria-checked="{"true" if on else "false"}" class="switch {"on" if on else ""}"></button>'
        if kit.maybe(0.6):
            more = f'<div class="small muted">{escape(kit.words.sentence(7))}</div>' if kit.maybe(0.5) else ""
            return f'<div class="row between mid" style="margin:8px 0"><div><label>{words}</label>{more}</div>{control}</div>'
        return f'<div class="tick">{control}<label>{words}</label></div>'
    return f'<label class="tick"><input type="{kind}" {"checked" if on else ""}>{words}</label>'


def ticks(kit: Kit) -> str:
    kind = kit.rng.choice(["checkbox", "radio", "switch", "checkbox"])
    title = f"<div class='lab'><b>{escape(kit.words.title(2))}</b></div>" if kit.maybe(0.5) else ""
    return f"<div class='field'>{title}{''.join(tick(kit, kind) for _ in range(kit.rng.randint(2, 5)))}</div>"


def slider(kit: Kit) -> str:
    return f'<div class="field"><label class="lab">{escape(kit.words.field())}</label><input type="range" style="width:100%" value="{kit.rng.randint(5, 95)}"></div>'


def search_box(kit: Kit, width: int = 0) -> str:
    """
    A search field with or without a button or magnifier.
    """
    size = f"width:{width}px" if width else ""
    hint = kit.rng.choice(["Search", "Search...", "Search for...", "Search docs", kit.words.action()])
    # Most sites in the wild leave type="text"; half of their forms say role="search".
    typed = kit.rng.choice(["search", "text", "text"])
    form_tag = "form" + (' role="search"' if kit.maybe(0.5) else "")
    control = f'<input type="{typed}" class="in" placeholder="{escape(hint)}">'
    kind = kit.rng.random()
    if kind < 0.35:
        button = f'<button class="btn main" aria-label="Search">{glyph(kit, 15, SEARCH)}</button>'
        return f'<{form_tag} class="row" style="gap:0;{size}">{control}{button}</form>'
    if kind < 0.6:
        button = f'<button class="btn">{kit.rng.choice(["Search", "Go", "Go!", "Find"])}</button>'
        return f'<{form_tag} class="row" style="gap:6px;{size}">{control}{button}</form>'
    if kind < 0.8:
        inner = f'{glyph(kit, 15, SEARCH)}<input type="{typed}" style="border:0;background:none;font:inherit;width:100%" placeholder="{escape(hint)}">'
        return f'<{form_tag} class="in row mid" style="gap:8px;{size}">{inner}</form>'
    return f'<{form_tag} style="{size}">{control}</form>'


def form(kit: Kit, fields: int | None = None) -> str:
    """
    Fields in one or two columns, ticks, and a row of buttons.
    """
    rng = kit.rng
    parts = []
    for _ in range(fields or rng.randint(2, 6)):
        if kit.maybe(0.2):
            parts.append(
                f'<div class="row"><div class="grow">{field(kit)}</div><div class="grow">{field(kit)}</div></div>'
            )
        else:
            parts.append(rng.choices([field, ticks, tick, slider], [10, 1.5, 1.5, 0.6])[0](kit))
    buttons = "".join(
        action(kit, form=True, extra="wide" if kit.maybe(0.2) else "") + " " for _ in range(rng.randint(1, 2))
    )
    place = rng.choice(["", "", "center", "row"])
    return f'<form>{"".join(parts)}<div class="{place}">{buttons}</div></form>'


def login_card(kit: Kit) -> str:
    """
    A sign-in, sign-up or reset card.
    """
    rng = kit.rng
    title = heading(
        kit,
        rng.choice([1, 2, 2, 3, 4]),
        rng.choice(
            ["Sign in", "Welcome Back!", "Create an Account!", "Log in", "Sign up", "Forgot Your Password?", ""]
        ),
    )
    lead = paragraph(kit, 1, classes="muted") if kit.maybe(0.5) else ""
    rows = "".join(field(kit) for _ in range(rng.randint(1, 4)))
    keep = tick(kit, "checkbox") if kit.maybe(0.6) else ""
    submit = f'<button class="btn main wide">{rng.choice(["Log in", "Login", "Sign in", "Continue", "Register", "Create account", "Reset password"])}</button>'
    if kit.maybe(0.15):
        submit = '<a href="#" class="btn main wide">Login</a>'
    others = ""
    if kit.maybe(0.45):
        tag = rng.choice(['a href="#"', "button"])
        others = "<hr>" + "".join(
            f'<{tag} class="btn alt wide" style="margin:6px 0">{glyph(kit, 14)} {verb} with {name}</{tag.split()[0]}>'
            for verb, name in zip(
                ["Login", "Continue"], rng.sample(["Google", "Facebook", "GitHub", "Apple"], 2), strict=True
            )
        )
    links = "<hr>" if kit.maybe(0.5) else ""
    links += "".join(
        f'<div class="center small">{link(text)}</div>'
        for text in rng.sample(
            [
                "Forgot password?",
                "Forgot your password?",
                "Create an Account!",
                "Already have an account? Login!",
                "Sign up",
                "Need an account? Sign up!",
            ],
            rng.randint(0, 2),
        )
    )
    width = rng.randint(300, 520)
    return f'<div class="card" style="width:{width}px;margin:{rng.randint(10, 90)}px auto"><div class="body"><div class="{"center" if kit.maybe(0.6) else ""}">{title}{lead}</div><form>{rows}{keep}{submit}</form>{others}{links}</div></div>'


def newsletter(kit: Kit) -> str:
    text = heading(kit, kit.rng.randint(2, 4)) + paragraph(kit, 1, classes="muted")
    box = f'<form class="row" style="max-width:480px"><input type="email" class="in" placeholder="{kit.rng.choice(["Email address", "Enter email address...", "Your email"])}"><button class="btn main">{kit.rng.choice(["Subscribe", "Sign up", "Submit", "Join"])}</button></form>'
    return f'<section class="sec band"><div class="wrap">{text}{box}</div></section>'
