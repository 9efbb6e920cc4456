# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Blocks of applications and blogs: panels, rows of a list, figures, dialogs, settings, menus, side widgets.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from training.pages.forms import form, search_box, tick
from training.pages.parts import (
    CARET,
    Kit,
    action,
    alert,
    avatar,
    badge,
    bullets,
    glyph,
    heading,
    icon_button,
    image,
    link,
    menu,
    paragraph,
    progress,
    ring_row,
    table,
    tabs,
)
from training.pages.sections import card, grid


def panel(kit: Kit) -> str:
    """
    One panel of a dashboard: header line and some content.
    """
    rng = kit.rng
    title = rng.choice(
        [
            f"<h6 style='margin:0'>{escape(kit.words.heading())}</h6>",
            heading(kit, rng.choice([3, 4, 5])),
            escape(kit.words.heading()),
            f"<b>{escape(kit.words.heading())}</b>",
        ]
    )
    side = rng.choice(
        [
            "",
            "",
            link(kit.words.link_action()),
            icon_button(kit),
            f'<button class="btn sm grey">{kit.words.action()}</button>',
        ]
    )
    chart = image(kit, 500, rng.randint(140, 280), alt="")
    contents: list[Callable[[], str]] = [
        lambda: chart,
        lambda: table(kit),
        lambda: "".join(progress(kit) for _ in range(rng.randint(2, 5))),
        lambda: paragraph(kit, 3, links=0.1),
        lambda: list_rows(kit),
        lambda: form(kit, 2),
        lambda: bullets(kit, 4),
    ]
    content = rng.choice(contents)()
    return f'<div class="card"><div class="top {"tint" if kit.maybe(0.5) else ""} row between mid">{title}{side}</div><div class="body">{content}</div></div>'


def list_rows(kit: Kit) -> str:
    """
    A list of people, files or events: picture or icon, two lines, something on the right.
    """
    rng = kit.rng
    start, end, linked = (
        rng.choice(["avatar", "icon", "none"]),
        rng.choice(["date", "badge", "button", "none"]),
        kit.maybe(0.3),
    )
    tag, inner = rng.choice([("ul", "li"), ("ul", "li"), ("div", "div"), ("div", "a href='#'")])
    rows = []
    for _ in range(rng.randint(3, 6)):
        starts: dict[str, Callable[[], str]] = {
            "avatar": lambda: avatar(kit, 36),
            "icon": lambda: glyph(kit, 20),
            "none": str,
        }
        first = starts[start]()
        ends: dict[str, Callable[[], str]] = {
            "date": kit.words.date,
            "badge": lambda: badge(kit),
            "button": lambda: action(kit, form=True),
            "none": str,
        }
        last = ends[end]()
        name = escape(kit.words.person() if start == "avatar" else kit.words.title(2))
        title = link(name) if linked and inner[0] != "a" else f"<b>{name}</b>"
        rows.append(
            f'<{inner} class="lg-item plain"><div class="row mid">{first}<div class="grow">{title}<div class="small muted">{escape(kit.words.title(4))}</div></div><span class="small muted">{last}</span></div></{inner.split()[0]}>'
        )
    return f'<{tag} class="bare">{"".join(rows)}</{tag}>'


def stat_cards(kit: Kit) -> str:
    edge, more = ("lead-edge" if kit.maybe(0.5) else ""), kit.maybe(0.25)
    rows = []
    for _ in range(kit.rng.choice([2, 3, 4, 4])):
        foot = (
            f'<div class="foot row between small">{link(kit.words.link_action())}{glyph(kit, 12)}</div>' if more else ""
        )
        rows.append(
            f'<div class="card {edge}"><div class="body row between mid"><div><div class="small muted">{escape(kit.words.title(2))}</div><div style="font-size:22px;font-weight:700">{kit.words.number()}</div></div>{glyph(kit, 28)}</div>{foot}</div>'
        )
    return grid(kit, rows, len(rows)) + "<p></p>"


def modal(kit: Kit) -> str:
    close = '<button class="btn quiet sm" aria-label="Close">×</button>' if kit.maybe(0.7) else ""
    inner = paragraph(kit, 2) if kit.maybe(0.6) else form(kit, 2)
    buttons = (
        f'<button class="btn alt">{kit.words.action()}</button> <button class="btn main">{kit.words.action()}</button>'
    )
    return f'<div role="dialog" aria-modal="true" class="modal"><div class="top row between mid">{heading(kit, kit.rng.choice([2, 3, 5]))}{close}</div><div class="body">{inner}</div><div class="foot row" style="justify-content:flex-end">{buttons}</div></div>'


def settings(kit: Kit) -> str:
    rows = "".join(tick(kit, "switch") for _ in range(kit.rng.randint(2, 5)))
    return (
        f'<div class="card"><div class="body">{heading(kit, kit.rng.choice([2, 3, 4]))}{rows}{form(kit, 2)}</div></div>'
    )


def drop_menu(kit: Kit) -> str:
    tag = kit.rng.choice(['a href="#"', "button"])
    entries = [f"<{tag}>{escape(text)}</{tag.split()[0]}>" for text in kit.words.side(kit.rng.randint(3, 6))]
    if kit.maybe(0.4):
        entries.insert(-1, '<hr style="margin:6px 0">')
    rows = "".join(entries)
    return f'<div class="row mid"><button class="btn">{kit.words.action()} {glyph(kit, 11, CARET)}</button></div><div class="drop">{rows}</div>'


def _widget(title: str, inner: str) -> str:
    return f'<div class="card" style="margin-bottom:20px"><div class="top">{title}</div><div class="body">{inner}</div></div>'


def widgets(kit: Kit) -> str:
    """
    A blog's side column: search, categories, a text widget, tags.
    """
    made = [
        _widget(kit.rng.choice(["Search", "<h5>Search</h5>"]), search_box(kit)),
        _widget(
            "Categories",
            f'<div class="row">{"".join(f"<div class=grow>{menu(kit, kit.words.nav(3))}</div>" for _ in range(2))}</div>',
        ),
        _widget(escape(kit.words.heading()), paragraph(kit, 2)),
        _widget("<h4>Tags</h4>", " ".join(f'<a href="#" class="badge">{escape(n)}</a>' for n in kit.words.nav(6))),
        _widget(escape(kit.words.heading()), bullets(kit, 4, links=0.8)),
    ]
    kit.rng.shuffle(made)
    return "".join(made[: kit.rng.randint(2, 4)])


BLOCKS: tuple[Callable[[Kit], str], ...] = (
    panel,
    panel,
    panel,
    settings,
    list_rows,
    table,
    tabs,
    alert,
    progress,
    form,
    bullets,
    drop_menu,
    ring_row,
    modal,
    card,
)
