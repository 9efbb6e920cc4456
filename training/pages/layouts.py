# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Whole pages and element shots: which sections and blocks stand together, and how wide the window is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from training.pages import documents
from training.pages.forms import form, login_card, newsletter, search_box
from training.pages.held_out import HELD_OUT
from training.pages.panels import BLOCKS, panel, settings, stat_cards, widgets
from training.pages.parts import (
    Kit,
    avatar,
    breadcrumb,
    heading,
    icon_button,
    link,
    menu,
    pagination,
    paragraph,
    table,
    tabs,
)
from training.pages.sections import (
    SECTIONS,
    alike,
    card,
    cards,
    footer,
    grid,
    header,
    hero,
    pricing,
    product_grid,
    sidebar,
    tone,
)
from training.pages.style import draw_theme, style_sheet
from training.pages.words import OTHER, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedPage:
    """
    One page of the generator.

    Attributes:
        family: Which layout made it; held-out families have names of their own.
        html: The whole document.
        width_px: Width of the window to render it in.
    """

    seed: int
    family: str
    html: str
    width_px: int


def landing(kit: Kit) -> str:
    """
    Header, hero, sections, footer.
    """
    parts = "".join(kit.rng.choice(SECTIONS)(kit) for _ in range(kit.rng.randint(1, 3)))
    start = hero(kit) if kit.maybe(0.75) else ""
    extra = newsletter(kit) if kit.maybe(0.15) else ""
    middle = f"<main>{start}{parts}{extra}</main>" if kit.maybe(0.5) else start + parts + extra
    return header(kit) + middle + (footer(kit) if kit.maybe(0.9) else "")


def dashboard(kit: Kit) -> str:
    """
    Side menu, top bar, figures and panels.
    """
    rng = kit.rng
    side = sidebar(kit)
    tools = [search_box(kit, 260) if kit.maybe(0.6) else "", '<span class="grow"></span>']
    tools += [icon_button(kit) for _ in range(rng.randint(0, 3))]
    name = (
        f'<a href="#" class="row mid plain"><span class="small muted">{kit.words.person()}</span>{avatar(kit, 30)}</a>'
    )
    tools.append(name if kit.maybe(0.7) else "")
    bar = f'<{(tag := rng.choice(["header", "nav", "div"]))} class="row mid {rng.choice(["line", ""])} nav" style="padding:10px 20px">{"".join(tools)}</{tag}>'
    title = f'<div class="row mid between">{heading(kit, 1)}{link(kit.words.link_action(), "btn sm main") if kit.maybe(0.4) else ""}</div>'
    crumbs = breadcrumb(kit) if kit.maybe(0.3) else ""
    body = [stat_cards(kit)] if kit.maybe(0.6) else []
    for _ in range(rng.randint(1, 3)):
        if kit.maybe(0.5):
            body.append(grid(kit, [panel(kit) for _ in range(2)], 2))
        else:
            body.append(rng.choice(BLOCKS)(kit))
        body.append("<p></p>")
    main = (
        f'<{(kind := rng.choice(["main", "main", "div"]))} style="padding:20px">{title}{crumbs}{"".join(body)}</{kind}>'
    )
    end = footer(kit) if kit.maybe(0.5) else ""
    return f'<div class="row" style="gap:0">{side}<div class="grow">{bar}{main}{end}</div></div>'


def inner_page(kit: Kit) -> str:
    """
    A page within a site: header, title, a mix of blocks, perhaps a side column, footer.
    """
    blocks = "".join(
        f'<div style="margin-bottom:24px">{kit.rng.choice(BLOCKS)(kit)}</div>' for _ in range(kit.rng.randint(1, 4))
    )
    crumbs = breadcrumb(kit) if kit.maybe(0.4) else ""
    turn = pagination(kit) if kit.maybe(0.3) else ""
    side = f'<aside style="width:290px;flex:none">{widgets(kit)}</aside>' if kit.maybe(0.3) else ""
    body = f'<div class="row sec"><div class="grow">{crumbs}{heading(kit, 1)}{paragraph(kit, 2, links=0.2)}{blocks}{turn}</div>{side}</div>'
    return f'{header(kit)}<main class="wrap">{body}</main>{footer(kit)}'


def sign_in(kit: Kit) -> str:
    inside = login_card(kit)
    return f'<div class="{tone(kit)}" style="min-height:520px;padding:20px">{inside}</div>{footer(kit) if kit.maybe(0.2) else ""}'


def shop(kit: Kit) -> str:
    return header(kit) + (hero(kit) if kit.maybe(0.5) else "") + product_grid(kit) + footer(kit)


def phone(kit: Kit) -> str:
    """
    A mobile screen: bar above, a list, menu below.
    """
    top = f'<header class="row mid between nav {tone(kit)}" style="padding:12px">{icon_button(kit)}<h1 style="margin:0;font-size:18px">{kit.words.title(2)}</h1>{icon_button(kit)}</header>'
    blocks = "".join(
        kit.rng.choice([settings, form, card, panel, tabs, login_card, table])(kit)
        for _ in range(kit.rng.randint(1, 3))
    )
    items = "".join(
        f'<li class="grow center small"><a href="#" class="plain">{icon_button(kit)}<br>{name}</a></li>'
        for name in kit.words.nav(4)
    )
    items = (
        items.replace("<button", "<span")
        .replace("</button", "</span")
        .replace('<a href="#" class="btn', '<span class="btn')
    )
    below = f'<nav class="band" style="padding:8px"><ul class="bare row">{items}</ul></nav>' if kit.maybe(0.5) else ""
    return f'{top}<main style="padding:14px">{blocks}</main>{below}'


def document(kit: Kit) -> str:
    """
    Something to read: manual, post, post list, project page or index, perhaps within a site.
    """
    makers = [documents.manual] * 5 + [
        documents.blog_post,
        documents.post_list,
        documents.package_page,
        documents.index_menu,
    ]
    body = kit.rng.choice(makers)(kit)
    if kit.maybe(0.3):
        return header(kit) + body + footer(kit)
    return body


def element(kit: Kit) -> str:
    """
    A shot of one component, with a little room around it.
    """
    makers: list[Callable[[Kit], str]] = [
        *BLOCKS,
        form,
        login_card,
        header,
        footer,
        sidebar,
        pricing,
        cards,
        widgets,
        hero,
        newsletter,
    ]
    makers += [
        lambda k: grid(k, alike(k, card, 3), 3),
        stat_cards,
        lambda k: menu(k, k.words.nav(5)),
        pagination,
        breadcrumb,
    ]
    makers += [
        documents.definitions,
        documents.member_table,
        documents.code_block,
        lambda k: documents.prose_section(k, 2),
    ]
    return f'<div style="padding:{kit.rng.randint(0, 30)}px">{kit.rng.choice(makers)(kit)}</div>'


FAMILIES: dict[str, tuple[Callable[[Kit], str], float, tuple[int, ...]]] = {
    "landing": (landing, 0.2, (1280, 1440, 1920, 1024, 768)),
    "dashboard": (dashboard, 0.13, (1280, 1440, 1920, 1024)),
    "inner": (inner_page, 0.12, (1280, 1024, 1440, 1920)),
    "document": (document, 0.22, (1280, 1024, 1440, 1920, 900)),
    "sign_in": (sign_in, 0.06, (1280, 900, 600, 1920)),
    "shop": (shop, 0.05, (1280, 1440, 1024)),
    "phone": (phone, 0.05, (390, 414, 360)),
    "element": (element, 0.17, (300, 420, 640, 860, 1140)),
}


def generate(seed: int, family: str = "") -> GeneratedPage:
    """
    The page of one seed: the same seed gives the same bytes on every machine.

    Args:
        family: Force a family of ``FAMILIES`` or ``HELD_OUT``; empty draws one of the former.
    """
    rng = Random(seed)
    names = list(FAMILIES)
    name = family or rng.choices(names, [FAMILIES[n][1] for n in names])[0]
    make, widths = (HELD_OUT[name], (1280, 1440)) if name in HELD_OUT else (FAMILIES[name][0], FAMILIES[name][2])
    plain = rng.random() < 0.6 if name == "document" else rng.random() < 0.04
    theme = draw_theme(rng, plain=plain)
    language = rng.choice(list(OTHER)) if rng.random() < 0.15 else "en"
    kit = Kit(rng, Words(rng, language, lorem=rng.random() < 0.35), theme)
    body = make(kit)
    margin = f"margin:{rng.choice([0, 8, 8])}px" if theme.plain else ""
    html = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{style_sheet(theme)}</style><body style="{margin}">{body}</body></html>'
    return GeneratedPage(seed=seed, family=name, html=html, width_px=rng.choice(widths))
