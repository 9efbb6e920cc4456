# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Page sections: headers, heroes, card grids, pricing, testimonials, footers, sidebars, dashboards' panels.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from random import Random

from training.pages.forms import search_box
from training.pages.parts import (
    BARS,
    CARET,
    Kit,
    action,
    avatar,
    badge,
    brand,
    glyph,
    heading,
    icon_button,
    image,
    link,
    menu,
    paragraph,
    social,
)
from training.pages.words import Words


def tone(kit: Kit) -> str:
    return kit.rng.choice(["", "", "line", "dark", "prim", "band"])


def header(kit: Kit) -> str:
    """
    A site header: brand, menu, and perhaps a search box or buttons.
    """
    rng = kit.rng
    items = kit.words.nav(rng.randint(2, 8))
    calm = "calm" if kit.maybe(0.4) else ""
    listed = menu(kit, items, current=rng.choice([-1, 0, 1]), classes=calm)
    if kit.maybe(0.12):
        listed = '<div class="row">' + "".join(link(item, calm) for item in items) + "</div>"
    nav = f"<nav>{listed}</nav>" if kit.maybe(0.7) else listed
    extras = []
    if kit.maybe(0.25):
        extras.append(search_box(kit, rng.randint(160, 280)))
    if kit.maybe(0.35):
        extras.append(action(kit))
    if kit.maybe(0.15):
        extras.append(action(kit))
    if kit.maybe(0.12):
        extras.append(icon_button(kit))
    if kit.maybe(0.08):
        extras.append(avatar(kit, 32))
    gap = '<span class="grow"></span>' if kit.maybe(0.6) else ""
    inner = f'<div class="{rng.choice(["wrap row mid", "wrap row mid between", "row mid between"])}">{brand(kit)}{gap}{nav}{"".join(extras)}</div>'
    if kit.maybe(0.1):
        inner = f'<div class="row mid between" style="padding:0 16px">{brand(kit)}<button class="btn alt" aria-label="Menu">{glyph(kit, 22, BARS)}</button></div>'
    tag = rng.choice(["header", "header", "nav", "nav", "div"])
    above = ""
    if kit.maybe(0.12):
        above = f'<div class="band small"><div class="wrap row between"><span>{escape(kit.words.title(4))}</span><span>{link(kit.words.foot(1)[0])} {link(kit.words.foot(1)[0])}</span></div></div>'
    return f'{above}<{tag} class="nav {tone(kit)}" style="padding-left:16px;padding-right:16px">{inner}</{tag}>'


def hero(kit: Kit) -> str:
    rng = kit.rng
    title = heading(kit, rng.choice([1, 1, 1, 2]), kit.words.title(rng.randint(2, 8)))
    size = f"font-size:{rng.randint(28, 64)}px" if kit.maybe(0.7) else ""
    title = title.replace("<h1", f'<h1 style="{size}"').replace("<h2", f'<h2 style="{size}"')
    lead = paragraph(kit, rng.randint(1, 2), classes=rng.choice(["lead", "lead muted", ""]))
    buttons = f'<div class="row" style="{"justify-content:center" if (centred := kit.maybe(0.5)) else ""}">{"".join(action(kit) for _ in range(rng.randint(0, 2)))}</div>'
    text = f'<div class="grow {"center" if centred else ""}">{badge(kit) if kit.maybe(0.15) else ""}{title}{lead}{buttons}</div>'
    picture = image(kit, rng.randint(320, 560), rng.randint(200, 400)) if not centred and kit.maybe(0.6) else ""
    parts = [text, picture] if kit.maybe(0.7) else [picture, text]
    tag = rng.choice(["section", "header", "div"])
    if kit.maybe(0.2):
        cover = image(kit, 1200, 400, 'class="cover"', "")
        over = f'<div class="wrap {"center" if centred else ""}" style="position:relative;color:#fff;padding:{rng.randint(40, 160)}px 16px">{text}</div>'
        return f'<{tag} class="dark" style="position:relative">{cover}{over}</{tag}>'
    return f'<{tag} class="sec {tone(kit)}"><div class="wrap row mid">{"".join(parts)}</div></{tag}>'


def card(kit: Kit) -> str:
    """
    One card of one of many builds: picture, title, text, link or buttons, footer.
    """
    rng = kit.rng
    level = rng.choice([2, 3, 3, 4, 5, 5, 6])
    linked = rng.choice([0, 0, 1])
    picture = ""
    if kit.maybe(0.5):
        picture = image(kit, 360, rng.randint(140, 260))
        if kit.maybe(0.35):
            picture = f'<a href="#">{picture}</a>'
    bits = [badge(kit)] if kit.maybe(0.15) else []
    if kit.maybe(0.15):
        bits.append(f'<div class="small muted">{kit.words.date()}</div>')
    bits.append(heading(kit, level, kit.words.title(rng.randint(1, 6)), link_share=linked))
    if kit.maybe(0.8):
        bits.append(paragraph(kit, rng.randint(1, 3), links=0.06, classes=rng.choice(["", "muted"])))
    if kit.maybe(0.15):
        bits.append(f"<b>{kit.words.number()}</b>")
    end = rng.random()
    if end < 0.3:
        bits.append(action(kit))
    elif end < 0.5:
        bits.append(link(kit.words.link_action() + rng.choice(["", " →", " »", ""])))
    elif end < 0.58:
        bits.append(f'<div class="row">{action(kit)}{action(kit)}</div>')
    foot = f'<div class="foot small muted">{escape(kit.words.title(3))}</div>' if kit.maybe(0.1) else ""
    if kit.maybe(0.06):
        return f'<a href="#" class="card plain">{image(kit, 360, 160)}<div class="body">{heading(kit, level, kit.words.title(2))}{paragraph(kit, 1)}</div></a>'
    return f'<div class="card">{picture}<div class="body {"center" if kit.maybe(0.15) else ""}">{"".join(bits)}</div>{foot}</div>'


def alike(kit: Kit, make: Callable[[Kit], str], count: int) -> list[str]:
    """
    ``count`` components of one build: every choice is replayed from the same state, only the words differ.
    """
    seed = kit.rng.random()
    made = []
    for n in range(count):
        words = replaced_words(kit, n)
        made.append(make(Kit(Random(seed), words, kit.theme)))
    return made


def replaced_words(kit: Kit, number: int) -> Words:
    """
    The same supply of words with a chance of its own.
    """
    words = Words(Random(kit.rng.random() + number), "en", lorem=kit.words.lorem)
    words.other = kit.words.other
    return words


def grid(kit: Kit, items: list[str], columns: int | None = None) -> str:
    columns = columns or kit.rng.choice([2, 3, 3, 3, 4])
    return f'<div class="grid" style="grid-template-columns:repeat({columns},1fr)">{"".join(items)}</div>'


def section(kit: Kit, inner: str, *, title: bool = True) -> str:
    top = ""
    if title and kit.maybe(0.75):
        lead = paragraph(kit, 1, classes="muted") if kit.maybe(0.4) else ""
        top = f'<div class="{"center" if kit.maybe(0.5) else ""}">{heading(kit, kit.rng.choice([2, 2, 2, 3]))}{lead}</div>'
    return f'<section class="sec {kit.rng.choice(["", "", "", "band", "dark"])}"><div class="wrap">{top}{inner}</div></section>'


def cards(kit: Kit) -> str:
    return section(kit, grid(kit, alike(kit, card, kit.rng.randint(2, 6))))


def features(kit: Kit) -> str:
    """
    Icon, title and text, side by side or stacked.
    """
    centre = "center" if kit.maybe(0.5) else ""
    level = kit.rng.choice([2, 3, 3, 4, 5])

    def one(k: Kit) -> str:
        mark = glyph(k, 32) if k.rng.random() < 0.5 else f'<span class="circle">{glyph(k, 22)}</span>'
        more = link(k.words.link_action()) if k.rng.random() < 0.25 else ""
        return f'<div class="{centre}">{mark}{heading(k, level, k.words.title(2))}{paragraph(k, 1, classes="muted")}{more}</div>'

    return section(kit, grid(kit, [one(kit) for _ in range(kit.rng.choice([2, 3, 3, 4, 6]))]))


def pricing(kit: Kit) -> str:
    rng = kit.rng
    as_link, checks = kit.maybe(0.5), kit.maybe(0.5)
    wording = rng.choice(["Get started", "Sign up for free", "Contact us", "Choose plan", "Buy now"])

    def one(k: Kit) -> str:
        rows = "".join(
            f"<li>{glyph(k, 14) + ' ' if checks else ''}{escape(k.words.title(3))}</li>"
            for _ in range(rng.randint(3, 6))
        )
        button = (
            f'<a href="#" class="btn main">{wording}</a>'
            if as_link
            else f'<button class="btn main wide">{wording}</button>'
        )
        price = f'<div style="font-size:34px;font-weight:700">${rng.randint(0, 99)}<span class="muted small">/mo</span></div>'
        if k.rng.random() < 0.3:
            price = f"<h2>${rng.randint(0, 99)} <small class='muted'>/ month</small></h2>"
        return f'<div class="card"><div class="body"><h4>{rng.choice(["Free", "Pro", "Basic", "Team", "Enterprise", "Starter", "Plus"])}</h4>{price}<ul class="bare stack">{rows}</ul><p></p>{button}</div></div>'

    return section(kit, grid(kit, [one(kit) for _ in range(rng.choice([2, 3, 3, 4]))]))


def testimonials(kit: Kit) -> str:
    def one(k: Kit) -> str:
        who = f'<div class="row mid">{avatar(k)}<div><b>{k.words.person()}</b><div class="small muted">{k.words.title(2)}</div></div></div>'
        return f'<div class="card"><div class="body"><p>{escape(k.words.sentence())}</p>{who}</div></div>'

    return section(kit, grid(kit, [one(kit) for _ in range(kit.rng.randint(1, 3))]))


def team(kit: Kit) -> str:
    level = kit.rng.choice([3, 4, 5])

    def one(k: Kit) -> str:
        marks = social(k) if kit.maybe(0.3) else ""
        return f'<div class="center">{avatar(k, 110)}{heading(k, level, k.words.person())}<p class="muted">{k.words.title(2)}</p>{marks}</div>'

    return section(kit, grid(kit, [one(kit) for _ in range(kit.rng.randint(2, 4))]))


def gallery(kit: Kit) -> str:
    linked = kit.maybe(0.6)
    rows = []
    for _ in range(kit.rng.randint(3, 9)):
        picture = image(kit, 340, kit.rng.choice([180, 220, 260]), 'style="width:100%"')
        rows.append(f'<a href="#">{picture}</a>' if linked else picture)
    return section(kit, grid(kit, rows))


def media_rows(kit: Kit) -> str:
    """
    Picture beside text, alternating, as blog lists and feature pages have it.
    """
    level, linked = kit.rng.choice([2, 3]), kit.maybe(0.4)
    rows = []
    for n in range(kit.rng.randint(1, 3)):
        picture = image(kit, kit.rng.choice([260, 420, 520]), kit.rng.randint(160, 320))
        text = f'<div class="grow">{heading(kit, level, link_share=linked)}{paragraph(kit, kit.rng.randint(1, 4), links=0.1)}{action(kit) if kit.maybe(0.5) else ""}</div>'
        rows.append(
            f'<div class="row mid" style="margin-bottom:32px">{picture + text if n % 2 == 0 or linked else text + picture}</div>'
        )
    return section(kit, "".join(rows))


def faq(kit: Kit) -> str:
    rows = []
    buttons = kit.maybe(0.6)
    for n in range(kit.rng.randint(2, 6)):
        question = escape(kit.words.title(kit.rng.randint(3, 8)) + "?")
        if buttons:
            top = f'<h3 style="margin:0"><button class="btn quiet row between wide" style="text-align:left">{question} {glyph(kit, 12, CARET)}</button></h3>'
        else:
            top = f"<h4>{question}</h4>"
        answer = paragraph(kit, 2) if n == 0 or not buttons else ""
        rows.append(f'<div class="lg-item">{top}{answer}</div>')
    return section(kit, f'<div class="group">{"".join(rows)}</div>')


def call_to_action(kit: Kit) -> str:
    inner = f'{heading(kit, 2)}{paragraph(kit, 1)}<div class="row" style="justify-content:center">{action(kit)}</div>'
    return f'<section class="sec {kit.rng.choice(["prim", "dark", "band"])} center"><div class="wrap">{inner}</div></section>'


def statistics(kit: Kit) -> str:
    rows = [
        f'<div class="center"><div style="font-size:36px;font-weight:700">{kit.words.number()}</div><div class="muted">{kit.words.title(2)}</div></div>'
        for _ in range(kit.rng.randint(3, 4))
    ]
    return section(kit, grid(kit, rows, len(rows)))


def footer(kit: Kit) -> str:
    """
    From one line of copyright to columns of links with social icons.
    """
    rng = kit.rng
    company = rng.choice(["Acme", "Your Website", "Company, Inc.", "Orbit", kit.words.title(2)])
    line = rng.choice(["Copyright © {c} {y}", "© {y} {c}. All rights reserved.", "Copyright &copy; {c} {y}"]).format(
        c=company, y=rng.randint(2015, 2026)
    )
    parts = []
    if kit.maybe(0.55):
        columns = []
        level = rng.choice([3, 4, 5, 5, 6])
        calm = "calm" if kit.maybe(0.4) else ""
        if kit.maybe(0.5):
            columns.append(
                f'<div class="grow">{brand(kit) if kit.maybe(0.5) else heading(kit, level, rng.choice(["About", "About us", company]))}{paragraph(kit, 1, classes="muted")}{social(kit) if kit.maybe(0.4) else ""}</div>'
            )
        for title in rng.sample(
            [
                "Company",
                "Product",
                "Resources",
                "Support",
                "Legal",
                "Links",
                "Follow us",
                "Help",
                "Explore",
                "Contact",
                "About",
            ],
            rng.randint(2, 4),
        ):
            top = heading(kit, level, title) if kit.maybe(0.85) else f"<b>{title}</b>"
            columns.append(f'<div class="grow">{top}{menu(kit, kit.words.foot(rng.randint(2, 6)), classes=calm)}</div>')
        parts.append(f'<div class="row" style="margin-bottom:24px">{"".join(columns)}</div>')
    bottom = [f'<span class="muted small">{line}</span>']
    if kit.maybe(0.4):
        names = kit.words.foot(rng.randint(2, 5))
        if kit.maybe(0.6):
            bottom.append(f'<div class="row small">{menu(kit, names).replace("bare", "bare row")}</div>')
        else:
            bottom.append(
                '<span class="small">' + rng.choice([" · ", " | ", " "]).join(link(n) for n in names) + "</span>"
            )
    if kit.maybe(0.25):
        bottom.append(social(kit))
    rng.shuffle(bottom)
    place = rng.choice(["row mid between", "center", "row between"])
    return f'<footer class="sec {tone(kit)}" style="padding:{rng.randint(14, 50)}px 0"><div class="wrap">{"".join(parts)}<div class="{place}">{"".join(bottom)}</div></div></footer>'


def sidebar(kit: Kit) -> str:
    """
    An application's side menu: brand, groups of links with icons, perhaps captions.
    """
    rng = kit.rng
    icons = kit.maybe(0.7)
    top = f'<div class="nav" style="padding:16px">{brand(kit)}</div>' if kit.maybe(0.7) else ""
    groups = []
    for n in range(rng.randint(1, 3)):
        caption = f'<div class="cap">{escape(kit.words.title(1))}</div>' if kit.maybe(0.5) else ""
        groups.append(
            caption
            + menu(kit, kit.words.side(rng.randint(3, 7)), current=0 if n == 0 and kit.maybe(0.7) else -1, icons=icons)
        )
    if kit.maybe(0.2):
        groups.append(f'<div style="padding:16px">{action(kit)}</div>')
    if kit.maybe(0.15):
        groups.append(f'<div class="center">{icon_button(kit)}</div>')
    tag = rng.choice(["nav", "nav", "aside", "div"])
    parting = '<hr style="margin:8px 16px">' if kit.maybe(0.4) else ""
    listed = parting.join(groups)
    if kit.maybe(0.25):
        # The whole side is one list; captions and rules stand between its items.
        flat = top + listed.replace('<ul class="bare">', "").replace("</ul>", "")
        return f'<ul class="side bare {rng.choice(["dark", "prim", "line"])}">{flat}</ul>'
    if kit.maybe(0.15):
        listed = listed.replace("<ul", "<div").replace("</ul", "</div").replace("<li>", "").replace("</li>", "")
    return f'<{tag} class="side {rng.choice(["dark", "dark", "prim", "line", "band"])}">{top}{listed}</{tag}>'


def product_grid(kit: Kit) -> str:
    rng = kit.rng
    button, stars, linked = rng.choice(["button", "link", "none"]), kit.maybe(0.4), kit.maybe(0.5)

    def one(k: Kit) -> str:
        picture = image(k, 300, 220)
        name = f"<a href='#'>{escape(k.words.title(2))}</a>" if linked else escape(k.words.title(2))
        rate = (
            f'<div>{"".join(glyph(k, 14) for _ in range(5))} <span class="small muted">({rng.randint(1, 400)})</span></div>'
            if stars
            else ""
        )
        end = {
            "button": '<button class="btn">Add to cart</button>',
            "link": '<a href="#" class="btn alt">View options</a>',
            "none": "",
        }[button]
        return f'<div class="card">{picture}<div class="body"><h5>{name}</h5>{rate}<div>${rng.randint(5, 300)}.00</div>{end}</div></div>'

    return section(kit, grid(kit, [one(kit) for _ in range(rng.randint(3, 8))], rng.choice([3, 4])))


SECTIONS: tuple[Callable[[Kit], str], ...] = (
    hero,
    cards,
    cards,
    cards,
    features,
    features,
    pricing,
    testimonials,
    team,
    gallery,
    media_rows,
    faq,
    call_to_action,
    statistics,
    product_grid,
)
