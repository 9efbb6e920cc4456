# ruff: noqa: E501, SIM905  (markup and word lists are easier to read unbroken)
"""
Documentation and article pages: manuals, API references, package pages, blog posts, old-school tables.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from training.pages.forms import search_box
from training.pages.panels import widgets
from training.pages.parts import Kit, badge, breadcrumb, bullets, heading, image, link, menu, paragraph, table

API_BAR = (
    "Main Page|Overview|Package|Class|Tree|Deprecated|Index|Help|Modules|Files|Namespaces|Related Pages|Examples"
).split("|")


def code_block(kit: Kit) -> str:
    return f"<pre>{escape(chr(10).join(kit.words.code_line() for _ in range(kit.rng.randint(1, 8))))}</pre>"


def admonition(kit: Kit) -> str:
    title = kit.rng.choice(["Note", "Warning", "Tip", "Important", "See also"])
    return f'<div class="note"><p><b>{title}</b></p>{paragraph(kit, 1, links=0.3)}</div>'


def definitions(kit: Kit) -> str:
    """
    A definition list: options or functions with their signatures.
    """
    rows = []
    signed = kit.maybe(0.5)
    for _ in range(kit.rng.randint(2, 6)):
        name = kit.words.identifier()
        term = (
            f"<code>{name}({kit.words.identifier()}, {kit.words.identifier()})</code>"
            if signed
            else escape(kit.words.title(2))
        )
        if kit.maybe(0.25):
            term += f' <a href="#">{kit.rng.choice(["¶", "[source]", "#"])}</a>'
        rows.append(
            f'<dt class="{"sig" if signed else ""}">{term}</dt><dd>{paragraph(kit, kit.rng.randint(1, 2), links=0.2)}</dd>'
        )
    return f"<dl>{''.join(rows)}</dl>"


def member_table(kit: Kit) -> str:
    """
    Types at the left, linked names and descriptions at the right.
    """
    rows = []
    kind = kit.rng.randrange(3)
    for _ in range(kit.rng.randint(3, 9)):
        name = f'<a href="#">{kit.words.identifier()}</a>'
        about = escape(kit.words.sentence(8))
        left = f"<code>{kit.words.identifier()}</code>"
        cells = [[left, f"<b>{name}</b> ({kit.words.identifier()})"], [name, about], [left, f"{name}()", about]][kind]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    caption = f'<tr><th colspan="{len(cells)}">{escape(kit.words.heading())}</th></tr>' if kit.maybe(0.5) else ""
    return f'<table class="{kit.rng.choice(["tiny", "lined", "zebra", ""])}">{caption}{"".join(rows)}</table>'


def link_list(kit: Kit, depth: int = 0) -> str:
    """
    A table of contents: nested lists of links.
    """
    rows = []
    for n in range(kit.rng.randint(3, 7) if depth == 0 else kit.rng.randint(2, 4)):
        number = f"{n + 1}. " if kit.maybe(0.2) else ""
        inner = link_list(kit, depth + 1) if depth < 2 and kit.maybe(0.25) else ""
        rows.append(f"<li>{link(number + kit.words.title(kit.rng.randint(1, 5)))}{inner}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def link_index(kit: Kit) -> str:
    """
    A start page of a manual: large links, each with a line about it, in one or two columns.
    """
    size = "big" if kit.maybe(0.6) else ""
    columns = []
    for _ in range(kit.rng.randint(1, 3)):
        rows = "".join(
            f"<p>{link(kit.words.title(kit.rng.randint(1, 4)))}<br><span class='small muted'>{escape(kit.words.sentence(5))}</span></p>"
            for _ in range(kit.rng.randint(2, 5))
        )
        columns.append(f'<div class="grow {size}">{rows}</div>')
    return f'<p><b>{escape(kit.words.heading())}</b></p><div class="row">{"".join(columns)}</div>'


def prose_section(kit: Kit, level: int) -> str:
    """
    A heading and a mix of paragraphs, lists, code, notes and tables, perhaps with sections inside.
    """
    rng = kit.rng
    mark = f' <a href="#" class="muted">{rng.choice(["¶", "#", "§"])}</a>' if kit.maybe(0.15) else ""
    title = f"<h{level}>{escape(kit.words.heading())}{mark}</h{level}>"
    if kit.maybe(0.12):
        title = f"<h{level}>{rng.randint(1, 9)}.{rng.randint(1, 9)} {escape(kit.words.heading())}</h{level}>"
    makers: list[Callable[[Kit], str]] = [
        code_block,
        admonition,
        definitions,
        member_table,
        lambda k: bullets(k, k.rng.randint(2, 6), links=0.5),
        table,
        link_list,
        link_index,
    ]
    parts = [title]
    parts += [
        paragraph(kit, rng.randint(1, 4), links=0.25) if kit.maybe(0.55) else rng.choice(makers)(kit)
        for _ in range(rng.randint(1, 4))
    ]
    if level < 4 and kit.maybe(0.35):
        parts.extend(prose_section(kit, level + 1) for _ in range(rng.randint(1, 2)))
    return "".join(parts)


def manual(kit: Kit) -> str:
    """
    A documentation page: bars above and below, a contents column or none, the body.
    """
    rng = kit.rng
    around = [link(kit.words.title(2)) for _ in range(3)]
    kind = rng.randrange(4)
    bar = ""
    if kind == 0:
        listed = "".join(f"<li>{a}{rng.choice([' |', ' »', ''])}</li>" for a in around)
        bar = f'<div class="band" role="navigation"><ul class="bare row">{listed}</ul></div>'
    elif kind == 1:
        cells = ['<a href="#">Prev</a>', escape(kit.words.title(3)), '<a href="#">Next</a>']
        bar = f'<div class="center"><table class="tiny"><tr><th colspan="3">{cells[1]}</th></tr><tr><td>{cells[0]}</td><td></td><td style="text-align:right">{cells[2]}</td></tr></table><hr></div>'
    elif kind == 2:
        names = rng.sample(API_BAR, rng.randint(3, 7))
        items = "".join(f"<li>{link(name, 'plain')}</li>" for name in names)
        bar = f'<div class="{rng.choice(["prim", "dark", "band"])} nav"><ul style="padding:0 10px">{items}</ul></div>'
        if kit.maybe(0.4):
            bar += f'<div class="row between" style="padding:4px 10px"><span class="small">{" | ".join(link(n) for n in ["Summary", "Nested", "Field", "Method"])}</span>{search_box(kit, 180)}</div>'
    body = f"<h1>{escape(kit.words.heading())}</h1>" + paragraph(kit, 2, links=0.2)
    if kit.maybe(0.35):
        body += f'<div class="toc {rng.choice(["box", "", "band"])}"><p><b>{rng.choice(["Contents", "Table of Contents", "On this page"])}</b></p>{link_list(kit)}</div>'
    body += "".join(prose_section(kit, 2) for _ in range(rng.randint(1, 4)))
    crumbs = breadcrumb(kit) if kit.maybe(0.25) else ""
    main_tag = rng.choice(["main", "main", 'div role="main"', "div", "article"])
    content = f'<{main_tag} style="padding:10px 24px;max-width:{rng.choice([760, 900, 1100, 1800])}px" class="grow">{crumbs}{body}</{main_tag.split()[0]}>'
    if kit.maybe(0.5):
        side = _side(kit)
        parts = [side, content] if kit.maybe(0.75) else [content, side]
        content = f'<div class="row">{"".join(parts)}</div>'
    end = rng.choice(
        [
            "",
            f"<hr><div class='small center'>{escape(kit.words.sentence(8))}</div>",
            f'<footer class="small muted" style="padding:12px 24px">© {kit.words.title(2)} {rng.randint(2001, 2025)}. Generated by {link(kit.words.title(1))} {rng.randint(1, 9)}.{rng.randint(0, 9)}</footer>',
        ]
    )
    return bar + content + (bar if kind < 2 and kit.maybe(0.6) else "") + end


def _side(kit: Kit) -> str:
    rng = kit.rng
    parts = [
        f"<p><b>{escape(kit.words.title(2))}</b></p>" if kit.maybe(0.5) else "",
        search_box(kit) if kit.maybe(0.4) else "",
    ]
    for _ in range(rng.randint(1, 3)):
        top = (
            heading(kit, rng.choice([3, 4]), link_share=0.4)
            if kit.maybe(0.6)
            else f'<p class="small muted">{escape(kit.words.title(1))}</p>'
        )
        parts.append(top + f'<div class="toc">{link_list(kit, rng.choice([0, 1]))}</div>')
    tag = rng.choice(["nav", "nav", "aside", "div", 'div role="navigation"'])
    calm = "calm" if kit.maybe(0.35) else ""
    return f'<{tag} class="{rng.choice(["band", "", "", "dark"])} {calm}" style="width:{rng.randint(190, 300)}px;flex:none;padding:16px;min-height:500px">{"".join(parts)}</{tag.split()[0]}>'


def blog_post(kit: Kit) -> str:
    """
    An article with its date, picture, prose, comments and side column.
    """
    rng = kit.rng
    meta = f'<div class="muted small">{rng.choice(["Posted on", "Published", "By"])} {kit.words.date()} {rng.choice(["by", "in", "·"])} {link(kit.words.person())}</div>'
    tags = " ".join(f'<a class="badge" href="#">{escape(n)}</a>' for n in kit.words.nav(rng.randint(0, 3)))
    picture = image(kit, 760, rng.randint(240, 400), 'style="max-width:100%"') if kit.maybe(0.7) else ""
    body = "".join(paragraph(kit, rng.randint(2, 5), links=0.15) for _ in range(rng.randint(1, 3)))
    body += "".join(prose_section(kit, 2) for _ in range(rng.randint(0, 2)))
    if kit.maybe(0.3):
        body += f'<blockquote class="quote">{paragraph(kit, 2)}</blockquote>'
    article = f"<article><header>{heading(kit, 1, kit.words.title(rng.randint(3, 9)))}{meta}{tags}</header>{picture}{body}</article>"
    if kit.maybe(0.4):
        article += _comments(kit)
    if kit.maybe(0.6):
        article = f'<div class="row"><div class="grow">{article}</div><aside style="width:300px;flex:none">{widgets(kit)}</aside></div>'
    return f'<main class="wrap sec">{article}</main>'


def _comments(kit: Kit) -> str:
    rows = "".join(
        f'<div class="row" style="margin:12px 0">{image(kit, 44, 44, "class=avatar")}<div><b>{kit.words.person()}</b><p>{escape(kit.words.sentence())}</p></div></div>'
        for _ in range(kit.rng.randint(1, 3))
    )
    box = (
        '<form><textarea class="in" rows="3" placeholder="Join the discussion and leave a comment!"></textarea></form>'
    )
    return f'<section><div class="card band"><div class="body">{box}{rows}</div></div></section>'


def post_list(kit: Kit) -> str:
    """
    A blog's front page: posts with linked titles, dates and "read more".
    """
    rng = kit.rng
    level, more, date_first = rng.choice([2, 2, 3, 4]), kit.maybe(0.5), kit.maybe(0.5)
    rows = []
    for _ in range(rng.randint(2, 5)):
        date = f'<div class="small muted">{kit.words.date()}</div>'
        title = heading(kit, level, kit.words.title(rng.randint(3, 8)), link_share=0.9)
        text = paragraph(kit, rng.randint(1, 3)) if kit.maybe(0.8) else ""
        end = f"<p>{link(kit.words.link_action())}</p>" if more else ""
        rows.append(
            f'<article style="margin-bottom:28px">{date + title if date_first else title + date}{text}{end}</article>'
        )
    side = f'<aside style="width:280px;flex:none">{widgets(kit)}</aside>' if kit.maybe(0.5) else ""
    return f'<main class="wrap sec"><div class="row"><div class="grow">{heading(kit, 1)}{"".join(rows)}</div>{side}</div></main>'


def package_page(kit: Kit) -> str:
    """
    An old-school project page: a title, tables without classes, link rows, lists.
    """
    rng = kit.rng
    top = (
        f"<center><h1>{escape(kit.words.title(3))}</h1></center>"
        if kit.maybe(0.5)
        else f"<h1>{escape(kit.words.heading())}</h1>"
    )
    links = rng.choice([" | ", " · ", " - ", " "]).join(link(n) for n in kit.words.nav(rng.randint(3, 7)))
    rows = "".join(
        f"<tr><th>{escape(kit.words.field())}</th><td>{escape(kit.words.title(4)) if kit.maybe(0.6) else link(kit.words.title(2))}</td></tr>"
        for _ in range(rng.randint(3, 8))
    )
    parts = [
        f'<table class="{rng.choice(["tiny", "lined"])}" style="width:auto">{rows}</table>',
        bullets(kit, 5, links=0.7),
        member_table(kit),
        code_block(kit),
        f"<p>{badge(kit)} {badge(kit)}</p>",
    ]
    rng.shuffle(parts)
    body = "".join(
        f"<h{2 + n % 2}>{escape(kit.words.heading())}</h{2 + n % 2}>{paragraph(kit, 2, links=0.3)}{part}"
        for n, part in enumerate(parts[: rng.randint(2, 5)])
    )
    return f'<div style="padding:12px 20px">{top}<p>{links}</p><hr>{body}<hr><address class="small">{escape(kit.words.sentence(6))} {link(kit.words.person())}</address></div>'


def index_menu(kit: Kit) -> str:
    """
    Columns of links under headings: a site map or an alphabetical index.
    """
    columns = "".join(
        f'<div class="grow">{heading(kit, 3, link_share=0.2)}{menu(kit, kit.words.side(kit.rng.randint(3, 8)), bare=kit.maybe(0.5))}</div>'
        for _ in range(kit.rng.randint(2, 4))
    )
    return f'<div class="wrap sec">{heading(kit, 1)}<div class="row">{columns}</div></div>'
