# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Small components: icons, pictures, buttons, menus, lists, tables, alerts; each returns a piece of HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

from training.pages.style import Theme
from training.pages.words import BRANDS, COLUMNS, STATUSES, Words

GLYPHS = (
    '<circle cx="12" cy="12" r="9"/>',
    '<path d="M4 6h16M4 12h16M4 18h16"/>',
    '<path d="M12 3l9 18H3z"/>',
    '<rect x="4" y="4" width="16" height="16" rx="2"/>',
    '<path d="M4 12l6 6L20 6"/>',
    '<path d="M12 21C4 14 3 8 8 6c3-1 4 2 4 2s1-3 4-2c5 2 4 8-4 15z"/>',
    '<path d="M12 2l3 7h7l-6 5 2 8-6-5-6 5 2-8-6-5h7z"/>',
    '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-6 16-6 16 0"/>',
    '<path d="M3 11l9-8 9 8v10H3z"/>',
    '<path d="M3 6h18v12H3zM3 6l9 7 9-7"/>',
    '<path d="M12 3v12M7 10l5 5 5-5M4 21h16"/>',
    '<path d="M5 21V9M12 21V3M19 21v-8"/>',
    '<path d="M6 6l12 12M18 6L6 18"/>',
    '<path d="M12 4v16M4 12h16"/>',
    '<path d="M8 3v6a4 4 0 0 0 8 0V3M12 13v8"/>',
)
SEARCH = '<circle cx="10" cy="10" r="6"/><path d="M15 15l6 6"/>'
BARS = '<path d="M3 6h18M3 12h18M3 18h18"/>'
CARET, RIGHT = '<path d="M5 9l7 7 7-7"/>', '<path d="M9 5l7 7-7 7"/>'


@dataclass(frozen=True, slots=True)
class Kit:
    """
    What every component draws from: chance, words and the theme.
    """

    rng: Random
    words: Words
    theme: Theme

    def maybe(self, share: float) -> bool:
        return self.rng.random() < share


def glyph(kit: Kit, size: int = 16, shape: str = "") -> str:
    """
    A decorative icon: one of a few line or solid shapes.
    """
    solid = "fill:currentColor" if kit.maybe(0.4) and not shape else "fill:none;stroke:currentColor;stroke-width:2"
    drawing = shape or kit.rng.choice(GLYPHS)
    return f'<svg aria-hidden="true" width="{size}" height="{size}" viewBox="0 0 24 24" style="flex:none;{solid}">{drawing}</svg>'


def image(kit: Kit, width: int, height: int, extra: str = "", alt: str | None = None) -> str:
    """
    A photograph: a colourful drawing in an ``img``; the alt text is missing on a few.
    """
    rng = kit.rng
    if kit.theme.photos == "flat":
        return _flat(kit, width, height, extra, alt)
    colours = [f"%23{rng.randrange(0x1000000):06x}" for _ in range(4)]
    if kit.maybe(0.25):
        colours = [f"%23{v:02x}{v:02x}{v + 2:02x}" for v in (rng.randrange(90, 220),)] * 4
    shapes = "".join(
        f"<circle cx='{rng.randrange(100)}' cy='{rng.randrange(100)}' r='{rng.randrange(5, 45)}' fill='{rng.choice(colours)}' opacity='.7'/>"
        for _ in range(rng.randint(0, 9))
    )
    art = (
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100' preserveAspectRatio='none'>"
        f"<linearGradient id='g' x2='{rng.random():.1f}' y2='1'><stop stop-color='{colours[0]}'/><stop offset='1' stop-color='{colours[1]}'/>"
        f"</linearGradient><rect width='100' height='100' fill='url(%23g)'/>{shapes}</svg>"
    )
    text = kit.words.title(2) if alt is None else alt
    text = "" if kit.maybe(0.12) else text
    return f'<img src="{art}" alt="{escape(text)}" width="{width}" height="{height}" {extra}>'


def _flat(kit: Kit, width: int, height: int, extra: str, alt: str | None) -> str:
    """
    A placeholder of one colour, as templates have before their photographs come.
    """
    shade = (173, 181, 189) if kit.theme.size % 2 else (206, 212, 218) if not kit.theme.dark else (73, 80, 87)
    art = f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><rect width='100%25' height='100%25' fill='rgb{shade}'/></svg>"
    text = escape(kit.words.title(2) if alt is None else alt)
    flat = f"rgb({shade[0]}, {shade[1]}, {shade[2]})"
    return f'<img src="{art}" data-flat="{flat}" alt="{text}" width="{width}" height="{height}" {extra}>'


def ring_row(kit: Kit) -> str:
    """
    Round icon-only controls in a row, or buttons whose icon stands on a darker end.
    """
    tag = kit.rng.choice(['a href="#"', 'a href="#"', "button"])
    close = tag.split()[0]
    if kit.maybe(0.4):
        text = [kit.words.action() for _ in range(kit.rng.randint(1, 3))]
        return " ".join(
            f'<{tag} class="btn main split"><span>{glyph(kit, 14)}</span><span>{escape(t)}</span></{close}>'
            for t in text
        )
    size = kit.rng.choice([28, 36, 40, 48, 56])
    style = f"width:{size}px;height:{size}px"
    rings = "".join(
        f'<{tag} class="ring" style="{style}" aria-label="{kit.words.action()}">{glyph(kit, size // 2)}</{close}>'
        for _ in range(kit.rng.randint(2, 6))
    )
    return f'<div class="row">{rings}</div>'


def avatar(kit: Kit, size: int = 40) -> str:
    return image(kit, size, size, f'class="avatar fix" style="width:{size}px;flex:none"', kit.words.person())


def link(text: str, classes: str = "", icon: str = "") -> str:
    attribute = f' class="{classes}"' if classes else ""
    return f'<a href="#"{attribute}>{icon}{escape(text)}</a>'


def heading(kit: Kit, level: int, text: str = "", *, link_share: float = 0.0, classes: str = "") -> str:
    inner = escape(text or kit.words.heading())
    if kit.maybe(link_share):
        inner = f'<a href="#" class="{"plain" if kit.maybe(0.6) else ""}">{inner}</a>'
    return f'<h{level} class="{classes}">{inner}</h{level}>'


def paragraph(kit: Kit, sentences: int = 2, *, links: float = 0.0, classes: str = "") -> str:
    """
    Prose; with ``links``, that share of sentences holds a link, some emphasis or code.
    """
    parts = []
    for _ in range(sentences):
        text = escape(kit.words.sentence())
        words = text.split(" ")
        if len(words) > 4 and kit.maybe(links):
            at = kit.rng.randrange(len(words) - 2)
            end = at + kit.rng.randint(1, 3)
            tag = kit.rng.choice(['a href="#"'] * 4 + ["b", "em", "code"])
            words[at:end] = [f"<{tag}>{' '.join(words[at:end])}</{tag.split()[0]}>"]
        parts.append(" ".join(words))
    return f'<p class="{classes}">{" ".join(parts)}</p>'


def action(kit: Kit, *, form: bool = False, extra: str = "") -> str:
    """
    Something that looks like a button. In forms and by wording it is one; elsewhere mostly a link dressed as one.
    """
    as_link = False if form else kit.maybe(0.68)
    wording = (
        kit.words.link_action()
        if (as_link and kit.maybe(0.85)) or (not as_link and kit.maybe(0.12))
        else kit.words.action()
    )
    look = kit.rng.choice(["main", "main", "", "", "alt", "grey", "quiet", "danger", "good"])
    size = kit.rng.choice(["", "", "", "sm", "lg"])
    classes = f"btn {look} {size} {extra} {'pill' if kit.maybe(0.08) else ''}"
    icon = glyph(kit, 14) + " " if kit.maybe(0.15) else ""
    tail = " " + glyph(kit, 12, RIGHT) if kit.maybe(0.08) else ""
    if as_link:
        return f'<a class="{classes}" href="#">{icon}{escape(wording)}{tail}</a>'
    if form and kit.maybe(0.25) and not icon:
        return f'<input type="submit" class="{classes}" value="{escape(wording)}">'
    return f'<button type="button" class="{classes}">{icon}{escape(wording)}{tail}</button>'


def icon_button(kit: Kit, size: int = 18) -> str:
    tag = kit.rng.choice(['a href="#"', "button"])
    style = kit.rng.choice(["quiet", "grey", "main", "alt"])
    return f'<{tag} class="btn {style} sm" aria-label="{kit.words.action()}">{glyph(kit, size)}</{tag.split()[0]}>'


def badge(kit: Kit) -> str:
    return f'<span class="badge {kit.rng.choice(["", "c", "g", "r", "y"])}">{kit.rng.choice(STATUSES)}</span>'


def menu(
    kit: Kit, items: list[str], *, current: int = -1, icons: bool = False, classes: str = "", bare: bool = True
) -> str:
    """
    A list of links; ``current`` marks one.
    """
    rows = []
    for i, text in enumerate(items):
        mark = f"on {classes}" if i == current else classes
        icon = glyph(kit, 16) + " " if icons else ""
        caret = " " + glyph(kit, 10, CARET) if kit.maybe(0.06) else ""
        aria = ' aria-current="page"' if i == current else ""
        rows.append(f'<li><a href="#" class="{mark}"{aria}>{icon}{escape(text)}{caret}</a></li>')
    return f'<ul class="{"bare" if bare else ""}">{"".join(rows)}</ul>'


def bullets(kit: Kit, count: int = 4, *, links: float = 0.3) -> str:
    """
    A bulleted or numbered list of short texts, some of them links.
    """
    tag = kit.rng.choice(["ul", "ul", "ul", "ol"])
    all_links, long = kit.maybe(links), kit.maybe(0.3)
    rows = []
    for _ in range(count):
        if long and not all_links:
            rows.append(f"<li>{paragraph(kit, kit.rng.randint(1, 2), links=0.5)}</li>")
            continue
        text = escape(kit.words.title(kit.rng.randint(1, 7)))
        rows.append(f"<li><a href='#'>{text}</a></li>" if all_links else f"<li>{text}</li>")
    return f"<{tag}>{''.join(rows)}</{tag}>"


def breadcrumb(kit: Kit) -> str:
    names = kit.words.nav(kit.rng.randint(2, 4))
    sign = kit.rng.choice(["/", "›", "»", ">"])
    rows = [f"<li>{link(name)}</li><span aria-hidden='true' class='muted'>{sign}</span>" for name in names[:-1]]
    return f'<nav aria-label="Breadcrumb"><ol class="crumbs">{"".join(rows)}<li class="muted">{escape(names[-1])}</li></ol></nav>'


def pagination(kit: Kit) -> str:
    count, on = kit.rng.randint(3, 6), kit.rng.randint(1, 3)
    ends = kit.rng.choice([("Previous", "Next"), ("«", "»"), ("Older", "Newer"), ("‹", "›")])
    names = [ends[0], *map(str, range(1, count + 1)), ends[1]]
    rows = "".join(f'<li><a href="#" class="{"on" if i == on else ""}">{name}</a></li>' for i, name in enumerate(names))
    return f'<nav><ul class="pages">{rows}</ul></nav>'


def tabs(kit: Kit) -> str:
    names = kit.words.side(kit.rng.randint(3, 5))
    pills = "pills" if kit.maybe(0.3) else ""
    if kit.maybe(0.45):
        rows = "".join(f'<li class="{"on" if i == 0 else ""}">{link(n, "plain")}</li>' for i, n in enumerate(names))
        return f'<ul class="tabs {pills}">{rows}</ul>'
    rows = "".join(
        f'<button role="tab" aria-selected="{"true" if i == 0 else "false"}" class="{"on" if i == 0 else ""}">{escape(n)}</button>'
        for i, n in enumerate(names)
    )
    return f'<div role="tablist" class="tabs {pills}">{rows}</div>'


def alert(kit: Kit) -> str:
    close = ' <button class="btn quiet sm" aria-label="Close">×</button>' if kit.maybe(0.3) else ""
    return f'<div class="alert row between"><span>{escape(kit.words.sentence())}</span>{close}</div>'


def progress(kit: Kit) -> str:
    value = kit.rng.randint(10, 95)
    if kit.maybe(0.25):
        return f'<h4 class="small row between">{kit.words.title(2)} <span>{value}%</span></h4><div class="bar" role="progressbar" style="margin-bottom:14px"><i style="width:{value}%"></i></div>'
    label = (
        f'<div class="row between small"><span>{kit.words.title(2)}</span><span>{value}%</span></div>'
        if kit.maybe(0.6)
        else ""
    )
    return f'{label}<div class="bar" role="progressbar" style="margin-bottom:10px"><i style="width:{value}%"></i></div>'


def table(kit: Kit, rows: int | None = None) -> str:
    """
    A data table with plain, linked, status and action cells.
    """
    rng = kit.rng
    columns = rng.randint(2, 6)
    kinds = [
        rng.choice(["name", "link", "text", "number", "number", "date", "status", "action"]) for _ in range(columns)
    ]
    kinds[0] = rng.choice(["name", "link", "number", "text"])
    head = "".join(f"<th>{escape(c)}</th>" for c in rng.sample(COLUMNS, columns))
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(kit, kind)}</td>" for kind in kinds) + "</tr>"
        for _ in range(rows or rng.randint(2, 8))
    )
    look = " ".join(name for name in ("lined", "zebra", "headed", "tiny") if kit.maybe(0.3))
    return f'<table class="{look}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(kit: Kit, kind: str) -> str:
    words = kit.words
    if kind == "action":
        names = kit.rng.sample(["Edit", "View", "Delete", "Details", "Open"], kit.rng.randint(1, 2))
        return " ".join(link(n) if kit.maybe(0.6) else f'<button class="btn sm">{n}</button>' for n in names)
    cells: dict[str, Callable[[], str]] = {
        "name": words.person,
        "link": lambda: link(words.title(kit.rng.randint(1, 3))),
        "text": lambda: escape(words.title(kit.rng.randint(1, 6))),
        "number": words.number,
        "date": words.date,
        "status": lambda: badge(kit),
    }
    return cells[kind]()


def social(kit: Kit) -> str:
    names = kit.rng.sample(["Twitter", "Facebook", "Instagram", "GitHub", "LinkedIn", "YouTube"], kit.rng.randint(3, 5))
    round_one = "circle" if kit.maybe(0.4) else ""
    icons = [f'<a href="#" class="{round_one}" aria-label="{name}">{glyph(kit, 20)}</a>' for name in names]
    if kit.maybe(0.5):
        return f'<ul class="bare row">{"".join(f"<li>{icon}</li>" for icon in icons)}</ul>'
    return f'<div class="row">{"".join(icons)}</div>'


def brand(kit: Kit) -> str:
    mark = glyph(kit, 24) + " " if kit.maybe(0.4) else ""
    name = kit.words.title(2).title() if kit.maybe(0.3) else kit.rng.choice(BRANDS)
    if kit.maybe(0.15):
        return f'<a href="#" class="brand">{image(kit, 110, 32, alt="Logo")}</a>'
    return f'<a href="#" class="brand">{mark}{escape(name)}</a>'
