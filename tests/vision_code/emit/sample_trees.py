"""
Hand-written trees that show the range of what emitters meet: a sign-in card, and a page with a table and repeats.
"""

from __future__ import annotations

import struct
import zlib

from vision_code.geometry import Color
from vision_code.observation import FontFamily, Gradient, GradientStop, Shadow
from vision_code.uitree import AUTO, FULL, Asset, BorderEdge, Edges, Element, Length, Style, Text, Track, UITree

INK = Color(17, 24, 39)
MUTED = Color(95, 102, 121)
BRAND = Color(78, 115, 223)
LINE = Color(214, 219, 233)
PAGE = Color(243, 245, 251)
WHITE = Color(255, 255, 255)
TWO_COLORS = Gradient(
    angle_deg=135, stops=(GradientStop(color=BRAND, at=0), GradientStop(color=Color(34, 51, 120), at=1))
)
THREE_COLORS = Gradient(
    angle_deg=90,
    stops=(
        GradientStop(color=BRAND, at=0.2),
        GradientStop(color=Color(120, 40, 200), at=0.5),
        GradientStop(color=INK, at=0.85),
    ),
)


def px(value: float) -> Length:
    return Length(value)


def around(y: float, x: float) -> Edges:
    return Edges(top=px(y), bottom=px(y), left=px(x), right=px(x))


def png(width: int, height: int, color: Color) -> bytes:
    """
    A one-coloured PNG file.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(color) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def text(tag: str, words: str, style: Style | None = None, **attrs: str) -> Element:
    return Element(
        tag=tag,
        style=style or Style(),
        attrs=tuple((name.rstrip("_").replace("_", "-"), value) for name, value in attrs.items()),
        children=(Text(text=words),),
    )


def all_borders(width: float, color: Color) -> dict[str, BorderEdge]:
    edge = BorderEdge(width_px=width, color=color)
    return {f"border_{side}": edge for side in ("top", "right", "bottom", "left")}


def field(label: str, name: str, kind: str, placeholder: str) -> Element:
    box = Style(
        width=FULL,
        height=px(42),
        radius=8,
        background=WHITE,
        padding=around(0, 13),
        font_size=15,
        **all_borders(1, LINE),  # type: ignore[arg-type]
    )
    return Element(
        tag="div",
        style=Style(display="flex", direction="column", row_gap=6, column_gap=6),
        children=(
            text("label", label, Style(font_size=14, font_weight=500, color=INK), for_=name),
            Element(
                tag="input",
                style=box,
                attrs=(("id", name), ("name", name), ("type", kind), ("placeholder", placeholder), ("required", "")),
            ),
        ),
    )


def sign_in() -> UITree:
    """
    A sign-in card on a tinted page, with fields, a check box, a link in a sentence and a logo.
    """
    remember = Element(
        tag="div",
        style=Style(display="flex", direction="row", align="center", justify="between"),
        children=(
            Element(
                tag="label",
                style=Style(display="flex", align="center", column_gap=8, font_size=14, color=MUTED),
                children=(
                    Element(
                        tag="input",
                        attrs=(("type", "checkbox"), ("checked", ""), ("name", "remember")),
                        style=Style(width=px(16), height=px(16)),
                    ),
                    Text(text="Keep me signed in"),
                ),
            ),
            text("a", "Forgot password?", Style(font_size=14, color=BRAND), href="#"),
        ),
    )
    button = text(
        "button",
        "Sign in",
        Style(
            width=FULL, height=px(44), radius=8, background=BRAND, color=WHITE, font_size=15, font_weight=600,
            shadow=Shadow(dx_px=0, dy_px=1, blur_px=3, alpha=0.1),
        ),
        type="submit",
    )  # fmt: skip
    footer = Element(
        tag="p",
        style=Style(text_align="center", font_size=14, color=MUTED),
        children=(
            Text(text="New here? "),
            text("a", "Create an account", Style(color=BRAND, underline=True), href="#"),
            Text(text=" — it's free & takes {1} minute."),
        ),
    )
    card = Element(
        tag="main",
        style=Style(
            display="flex", direction="column", row_gap=20, column_gap=20, width=FULL, max_width=px(420),
            margin=Edges(left=AUTO, right=AUTO), padding=around(32, 32), background=WHITE, radius=16,
            shadow=Shadow(dx_px=0, dy_px=4, blur_px=6, alpha=0.1),
        ),
        below=(("sm", Style(padding=around(20, 16))),),
        children=(
            Element(
                tag="header",
                style=Style(display="flex", direction="column", align="center", row_gap=8, column_gap=8),
                children=(
                    Element(
                        tag="img",
                        attrs=(("src", "logo.png"), ("alt", "Acme")),
                        style=Style(width=px(48), height=px(48), radius=1000),
                    ),
                    text("h1", "Welcome back", Style(font_size=24, font_weight=700, line_height=30, color=INK)),
                    text("p", "Sign in to continue to Acme", Style(font_size=14, color=MUTED)),
                ),
            ),
            Element(
                tag="form",
                style=Style(display="flex", direction="column", row_gap=16, column_gap=16),
                children=(
                    field("Email address", "email", "email", "you@example.com"),
                    field("Password", "password", "password", "Your password"),
                    remember,
                    button,
                ),
            ),
            footer,
        ),
    )  # fmt: skip
    root = Element(
        tag="body",
        style=Style(background=PAGE, color=INK, padding=around(48, 16), font_family=FontFamily.SANS),
        children=(card,),
    )
    return UITree(
        root=root,
        assets=(Asset(name="logo.png", png=png(96, 96, BRAND), width_px=48, height_px=48),),
        title="Welcome back",
        name="SignIn",
        is_page=True,
        width_px=800,
        height_px=600,
    )


def plan(title: str, price: str, note: str, features: list[str], *, best: bool) -> Element:
    edge = BRAND if best else LINE
    badge = text(
        "span",
        "Most popular",
        Style(
            align_self="start", radius=1000, background=BRAND, color=WHITE, font_size=12, font_weight=600,
            padding=around(2, 10),
        ),
    )  # fmt: skip
    rows = tuple(
        Element(
            tag="li",
            repeat=7,
            style=Style(display="flex", align="center", column_gap=8, font_size=14, color=MUTED),
            children=(
                Element(
                    tag="img",
                    attrs=(("src", "check.png"), ("alt", "")),
                    style=Style(width=px(16), height=px(16), shrink=0),
                ),
                Text(text=feature),
            ),
        )
        for feature in features
    )
    return Element(
        tag="article",
        component="PricingCard",
        repeat=3,
        style=Style(
            display="flex", direction="column", row_gap=16, padding=around(24, 24), radius=12, background=WHITE,
            **all_borders(1, edge),  # type: ignore[arg-type]
        ),
        children=(
            *((badge,) if best else ()),
            text("h3", title, Style(font_size=18, font_weight=600, color=INK)),
            Element(
                tag="p",
                style=Style(font_size=14, color=MUTED),
                children=(
                    text("strong", price, Style(font_size=36, font_weight=700, color=INK)),
                    Text(text=" / month"),
                ),
            ),
            text("p", note, Style(font_size=14, line_height=20, color=MUTED)),
            Element(
                tag="ul",
                component="Features",
                style=Style(display="flex", direction="column", row_gap=8),
                children=rows,
            ),
            text(
                "a",
                f"Choose {title}",
                Style(
                    display="block", padding=around(10, 16), radius=8, text_align="center", font_size=14,
                    font_weight=600, background=BRAND if best else PAGE, color=WHITE if best else BRAND,
                ),
                href="#",
            ),
        ),
    )  # fmt: skip


def pricing() -> UITree:
    """
    A pricing page: navigation, gradient hero, three cards that repeat, a table, a footer.
    """
    nav_style = Style(font_size=14, color=MUTED)
    nav = Element(
        tag="nav",
        attrs=(("aria-label", "Main"),),
        style=Style(display="flex", align="center", column_gap=24),
        children=tuple(
            Element(tag="a", repeat=1, style=nav_style, attrs=(("href", "#"),), children=(Text(text=words),))
            for words in ("Product", "Pricing", "Docs", "Blog")
        ),
    )
    header = Element(
        tag="header",
        style=Style(
            display="flex", align="center", justify="between", padding=around(16, 32), background=WHITE,
            border_bottom=BorderEdge(width_px=1, color=LINE),
        ),
        below=(("md", Style(direction="column", row_gap=12)),),
        children=(text("strong", "Acme", Style(font_size=18, color=INK)), nav),
    )  # fmt: skip
    hero = Element(
        tag="section",
        style=Style(
            display="flex", direction="column", align="center", row_gap=12, padding=around(56, 24), color=WHITE,
            text_align="center", gradient=TWO_COLORS,
        ),
        children=(
            text("h1", "Simple, honest pricing", Style(font_size=36, font_weight=700, letter_spacing=-0.9)),
            text("p", "Start for free. Pay when your team grows, stop whenever you like.", Style(font_size=17)),
        ),
    )  # fmt: skip
    cards = Element(
        tag="section",
        style=Style(
            display="grid", columns=(Track(count=3),), row_gap=24, column_gap=24, max_width=px(1152),
            margin=Edges(left=AUTO, right=AUTO, top=px(40)), padding=around(0, 24),
        ),
        below=(("lg", Style(columns=(Track(min=px(0), max=Length(1, "fr")),))),),
        children=(
            plan("Starter", "$0", "For trying things out.", ["1 project", "Community help"], best=False),
            plan("Team", "$29", "For teams that ship.", ["20 projects", "Chat help", "Audit log"], best=True),
            plan("Enterprise", "$99", "For everyone else.", ["No limits", "A person to call"], best=False),
        ),
    )  # fmt: skip
    cell = Style(padding=around(10, 16), text_align="left")
    table = Element(
        tag="table",
        style=Style(width=FULL, max_width=px(1104), margin=Edges(left=AUTO, right=AUTO, top=px(40)), font_size=14),
        children=(
            Element(
                tag="thead",
                children=(
                    Element(
                        tag="tr",
                        children=tuple(text("th", head, cell) for head in ("Plan", "Seats", "Storage (GB)")),
                    ),
                ),
            ),
            Element(
                tag="tbody",
                children=tuple(
                    Element(
                        tag="tr",
                        repeat=9,
                        style=Style(border_top=BorderEdge(width_px=1, color=LINE)),
                        children=tuple(text("td", words, cell) for words in row),
                    )
                    for row in (("Starter", "1", "5"), ("Team", "25", "100"), ("Enterprise", "∞", "1000"))
                ),
            ),
        ),
    )
    footer = Element(
        tag="footer",
        style=Style(
            margin=Edges(top=px(48)), padding=around(24, 32), background=Color(17, 24, 39), color=Color(209, 213, 220),
            font_size=13, gradient=THREE_COLORS,
        ),
        children=(text("p", "© 2024 Acme Inc. All rights reserved."),),
    )  # fmt: skip
    root = Element(
        tag="body",
        style=Style(background=PAGE, color=INK),
        children=(header, Element(tag="main", children=(hero, cards, table)), footer),
    )
    return UITree(
        root=root,
        assets=(Asset(name="check.png", png=png(16, 16, Color(0, 188, 125)), width_px=16, height_px=16),),
        title="Pricing",
        name="Pricing",
        is_page=True,
        width_px=1280,
        height_px=900,
    )
