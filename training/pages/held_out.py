# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Families that are never trained on: kanban, chat and mail; the measure of how far the annotator reaches.
"""

from __future__ import annotations

from html import escape

from training.pages.parts import Kit, action, avatar, badge, brand, glyph, heading, icon_button, link, menu
from training.pages.sections import sidebar, tone


def _app(kit: Kit, content: str) -> str:
    side = sidebar(kit) if kit.maybe(0.5) else ""
    top = f'<header class="nav {tone(kit)}" style="padding:10px 20px"><div class="row mid between">{brand(kit)}<nav>{menu(kit, kit.words.nav(4))}</nav>{avatar(kit, 32)}</div></header>'
    return f'{top}<div class="row" style="gap:0">{side}<main class="grow" style="padding:20px">{content}</main></div>'


def kanban(kit: Kit) -> str:
    """
    Columns of small cards.
    """
    columns = []
    for name in ("To do", "In progress", "Review", "Done")[: kit.rng.randint(3, 4)]:
        cards = "".join(
            f'<li class="card" style="margin-bottom:10px"><div class="body">{badge(kit)}<h4>{escape(kit.words.title(3))}</h4>'
            f'<div class="row between mid small muted"><span>{kit.words.date()}</span>{avatar(kit, 24)}</div></div></li>'
            for _ in range(kit.rng.randint(1, 4))
        )
        columns.append(
            f'<section class="grow band" style="padding:12px"><div class="row between mid"><h3>{name}</h3>{icon_button(kit, 14)}</div>'
            f'<ul class="bare">{cards}</ul><button class="btn quiet wide">{glyph(kit, 12)} Add a card</button></section>'
        )
    return _app(kit, f'{heading(kit, 1)}<div class="row">{"".join(columns)}</div>')


def chat(kit: Kit) -> str:
    """
    Conversations at the left, bubbles at the right, a message field below.
    """
    people = "".join(
        f'<li class="lg-item"><a href="#" class="row mid plain">{avatar(kit, 40)}<div class="grow"><b>{kit.words.person()}</b>'
        f'<div class="small muted">{escape(kit.words.sentence(5))}</div></div><span class="small muted">{kit.words.date()}</span></a></li>'
        for _ in range(kit.rng.randint(4, 7))
    )
    bubbles = "".join(
        f'<div class="row" style="justify-content:flex-{"end" if kit.maybe(0.5) else "start"};margin:8px 0">'
        f'<div class="{kit.rng.choice(["band", "prim"])}" style="padding:8px 14px;border-radius:14px;max-width:60%">{escape(kit.words.sentence())}</div></div>'
        for _ in range(kit.rng.randint(4, 9))
    )
    box = f'<form class="row">{icon_button(kit)}<input class="in" placeholder="Write a message..."><button class="btn main">Send</button></form>'
    talk = f'<div class="row between mid top"><h2>{kit.words.person()}</h2>{icon_button(kit)}</div>{bubbles}{box}'
    return _app(
        kit,
        f'<div class="row"><aside style="width:300px"><ul class="bare">{people}</ul></aside><section class="grow">{talk}</section></div>',
    )


def mail(kit: Kit) -> str:
    """
    Folders, a toolbar, rows of messages.
    """
    folders = menu(kit, ["Inbox", "Sent", "Drafts", "Spam", "Trash", "Archive"], current=0, icons=True)
    tools = "".join(
        f'<button class="btn grey sm">{name}</button> '
        for name in ("Archive", "Delete", "Move", "Reply")[: kit.rng.randint(2, 4)]
    )
    rows = "".join(
        f'<li class="lg-item row mid"><input type="checkbox">{glyph(kit, 14)}<b style="width:150px">{kit.words.person()}</b>'
        f'<a href="#" class="grow plain">{escape(kit.words.title(5))}</a>{badge(kit) if kit.maybe(0.3) else ""}<span class="small muted">{kit.words.date()}</span></li>'
        for _ in range(kit.rng.randint(6, 12))
    )
    box = '<form role="search"><input type="search" class="in" placeholder="Search mail"></form>'
    left = f'<nav style="width:200px"><button class="btn main wide">Compose</button>{folders}</nav>'
    return _app(
        kit,
        f'<div class="row">{left}<section class="grow">{box}<p>{tools}{link("Select all")}</p><ul class="bare">{rows}</ul>{action(kit)}</section></div>',
    )


HELD_OUT = {"kanban": kanban, "chat": chat, "mail": mail}
