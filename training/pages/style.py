# ruff: noqa: E501  (markup is easier to read unbroken)
"""
Random style systems: one theme drawn at random, and the style sheet that all components share.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from random import Random

SANS = ("Liberation Sans", "DejaVu Sans", "Noto Sans", "Nimbus Sans", "Arial", "Helvetica", "system-ui")
SERIF = ("Liberation Serif", "DejaVu Serif", "Noto Serif", "Nimbus Roman", "Georgia", "Times New Roman")
MONO = ("Liberation Mono", "DejaVu Sans Mono", "Noto Mono", "monospace")
FALLBACK = '"Droid Sans Fallback", "Noto Sans CJK JP", sans-serif'


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """
    The choices that make two sites look different.

    Attributes:
        plain: An unstyled, document-like site: browser link colours, no cards, no rounded anything.
        gap: Unit of spacing in px; 4 is dense, 12 is airy.
        scale: Ratio between two heading sizes.
        button: Look of buttons; likewise ``field`` and ``card``.
        photos: "drawn" pictures, or "flat" placeholders of one colour.
        brand: CSS of the site's name.
        native: Buttons and fields look as browsers draw them, whatever ``button`` and ``field`` say.
    """

    dark: bool
    plain: bool
    background: str
    raised: str
    band: str
    ink: str
    muted: str
    line: str
    primary: str
    on_primary: str
    link: str
    underlined: bool
    size: int
    gap: int
    radius: int
    scale: float
    sans: str
    head: str
    head_weight: int
    upper: bool
    button: str
    field: str
    card: str
    photos: str
    brand: str
    calm: str
    native: bool


def draw_theme(rng: Random, *, plain: bool | None = None) -> Theme:
    """
    A theme; ``plain`` forces (or forbids) the document-like kind.
    """
    is_plain = rng.random() < 0.15 if plain is None else plain
    dark = rng.random() < (0.08 if is_plain else 0.22)
    hue = rng.random()
    primary = _hsl(hue, rng.uniform(0.5, 0.95), rng.uniform(0.32, 0.55))
    if rng.random() < 0.12 and not is_plain:
        primary = "#222222" if not dark else "#eeeeee"
    tint = rng.uniform(0, 0.12)
    grey = rng.choice([hue, 0.6])
    if dark:
        level = rng.uniform(0.05, 0.17)
        tones = [_hsl(grey, tint, v) for v in (level, level + 0.05, level + 0.03, 0.9, 0.62, level + 0.14)]
    else:
        paper = rng.choice([1.0, 1.0, 1.0, 0.98, 0.96])
        tones = [_hsl(grey, tint, v) for v in (paper, 1.0, 0.95, rng.uniform(0.05, 0.25), rng.uniform(0.38, 0.6), 0.87)]
    body = rng.choice(SANS if rng.random() < 0.82 else SERIF)
    blue = rng.choice(["#0000ee", "#0645ad", "#2980b9", "#0d6efd", "#3366cc", "#005b81"])
    dark_blue = rng.choice(["#6ea8fe", "#8ab4f8", "#58a6ff"])
    return Theme(
        dark=dark,
        plain=is_plain,
        background=tones[0],
        raised=tones[1],
        band=tones[2],
        ink=tones[3],
        muted=tones[4],
        line=tones[5],
        primary=primary,
        on_primary="#ffffff" if primary != "#eeeeee" else "#111111",
        link=(dark_blue if dark else blue) if is_plain or rng.random() < 0.4 else primary,
        underlined=rng.random() < (0.5 if is_plain else 0.18),
        size=rng.choice([13, 14, 14, 15, 16, 16, 16, 16, 17, 18]),
        gap=rng.choice([4, 5, 6, 7, 8, 8, 9, 10, 12]),
        radius=0 if is_plain else rng.choice([0, 2, 4, 4, 6, 8, 10, 12, 16]),
        scale=rng.choice([1.12, 1.15, 1.2, 1.25, 1.25, 1.3]),
        sans=f'"{body}", {FALLBACK}',
        head=f'"{rng.choice(SANS if rng.random() < 0.7 else SERIF)}", {FALLBACK}' if rng.random() < 0.3 else "inherit",
        head_weight=rng.choice([400, 500, 600, 700, 700, 700]),
        upper=rng.random() < 0.2,
        button=rng.choice(["filled", "filled", "filled", "outline", "soft", "flat"]),
        field=rng.choice(["outline", "outline", "outline", "filled", "underline", "raised"]),
        card=rng.choice(["border", "border", "shadow", "shadow", "both", "filled", "none"]),
        photos="flat" if rng.random() < 0.25 else "drawn",
        brand=f"font-size:{rng.choice([1, 1, 1.15, 1.25, 1.5])}em;font-weight:{rng.choice([400, 400, 500, 700, 700, 800])}",
        calm=rng.choice([tones[3], tones[4], tones[4]]),
        native=rng.random() < (0.5 if is_plain else 0.1),
    )


def style_sheet(t: Theme) -> str:
    """
    The CSS of all component classes under one theme.
    """
    return "\n".join([_base(t), _controls(t), _containers(t), _navigation(t), _documents(t)])


def _base(t: Theme) -> str:
    steps = [round(t.size * t.scale**n, 1) for n in (5, 4, 3, 2, 1, 0)]
    heads = "".join(f"h{i}{{font-size:{px}px}}" for i, px in enumerate(steps, 1))
    return f"""
*{{box-sizing:border-box}} html{{-webkit-font-smoothing:antialiased}}
body{{margin:0;background:{t.background};color:{t.ink};font:{t.size}px/{1.3 + t.gap * 0.03:.2f} {t.sans}}}
h1,h2,h3,h4,h5,h6{{margin:0 0 {t.gap}px;line-height:1.2;font-family:{t.head};font-weight:{t.head_weight}}} {heads}
p{{margin:0 0 {t.gap * 1.5}px}} ul,ol{{margin:0 0 {t.gap * 1.5}px;padding-left:{t.size * 2}px}} li{{margin:2px 0}}
a{{color:{t.link};text-decoration:{"underline" if t.underlined else "none"}}} img,svg{{vertical-align:middle}}
hr{{border:0;border-top:1px solid {t.line};margin:{t.gap * 2}px 0}}
small,.small{{font-size:{t.size * 0.86:.1f}px}} .muted{{color:{t.muted}}} .center{{text-align:center}}
.plain{{color:inherit;text-decoration:none}} .bare{{list-style:none;margin:0;padding:0}} .lead{{font-size:{t.size * 1.2:.1f}px}}
.wrap{{max-width:1140px;margin:0 auto;padding:0 {t.gap * 2}px}} .row{{display:flex;gap:{t.gap * 2}px}}
.mid{{align-items:center}} .between{{justify-content:space-between}} .grow{{flex:1;min-width:0}} .stack>*+*{{margin-top:{t.gap}px}}
.wrapping{{flex-wrap:wrap}} .sec{{padding:{t.gap * 5}px 0}} .band{{background:{t.band}}}
.prim{{background:{t.primary};color:{t.on_primary}}} .dark{{background:#1c1f26;color:#f1f1f1}}
.grid{{display:grid;gap:{t.gap * 2}px}} .avatar{{border-radius:50%}}
"""


def _controls(t: Theme) -> str:
    upper = "text-transform:uppercase;letter-spacing:.04em;" if t.upper else ""
    looks = {
        "filled": f"background:{t.primary};color:{t.on_primary};border:1px solid {t.primary}",
        "outline": f"background:transparent;color:{t.primary};border:1px solid {t.primary}",
        "soft": f"background:{t.primary}22;color:{t.primary};border:1px solid transparent",
        "flat": f"background:transparent;color:{t.primary};border:1px solid transparent;font-weight:600",
    }
    fields = {
        "outline": f"border:1px solid {t.line};background:{t.background}",
        "filled": f"border:1px solid transparent;background:{t.band}",
        "underline": f"border:0;border-bottom:1px solid {t.muted};border-radius:0;background:transparent",
        "raised": f"border:1px solid {t.line};background:{t.raised};box-shadow:0 1px 3px #0002",
    }
    # Each class thrice: stronger than what follows and what components add.
    native = (
        "button.btn.btn.btn,.in.in.in,input[type=checkbox][type],input[type=radio][type]{all:revert}"
        if t.native
        else ""
    )
    return f"""{native}
.btn{{display:inline-block;{looks[t.button]};border-radius:{t.radius}px;padding:{t.gap * 0.9:.0f}px {t.gap * 2}px;
 font:inherit;{upper}line-height:1.3;text-decoration:none;text-align:center;white-space:nowrap}}
.btn.main{{{looks["filled"]}}} .btn.alt{{background:transparent;color:{t.ink};border:1px solid {t.line}}}
.btn.grey{{background:{t.band};color:{t.ink};border:1px solid {t.line}}} .btn.quiet{{background:transparent;border-color:transparent;color:{t.muted}}}
.btn.danger{{background:#d33b3b;border-color:#d33b3b;color:#fff}} .btn.good{{background:#20894d;border-color:#20894d;color:#fff}}
.btn.sm{{padding:{t.gap * 0.4:.0f}px {t.gap}px;font-size:{t.size * 0.86:.1f}px}} .btn.lg{{padding:{t.gap * 1.4:.0f}px {t.gap * 3}px;font-size:{t.size * 1.15:.1f}px}}
.btn.wide{{display:block;width:100%}} .btn.pill{{border-radius:99px}}
.in{{display:block;width:100%;font:inherit;color:inherit;padding:{t.gap * 0.9:.0f}px {t.gap * 1.4:.0f}px;border-radius:{t.radius}px;{fields[t.field]}}}
.in::placeholder{{color:{t.muted};opacity:.8}} label{{display:inline-block}} .lab{{display:block;margin-bottom:{t.gap * 0.5:.0f}px}}
.field{{margin-bottom:{t.gap * 1.6:.0f}px}} .tick{{display:flex;gap:8px;align-items:center;margin:4px 0}}
input[type=checkbox],input[type=radio]{{width:15px;height:15px;margin:0;accent-color:{t.primary}}}
.switch{{display:inline-block;width:36px;height:20px;border-radius:10px;background:{t.line};position:relative;border:0;padding:0}}
.switch::after{{content:"";position:absolute;left:2px;top:2px;width:16px;height:16px;border-radius:50%;background:#fff}}
.switch.on{{background:{t.primary}}} .switch.on::after{{left:18px}}
.bar{{height:10px;border-radius:{min(5, t.radius)}px;background:{t.band};overflow:hidden;border:0}} .bar>i{{display:block;height:100%;background:{t.primary}}}
.badge{{display:inline-block;font-size:{t.size * 0.78:.1f}px;padding:1px 7px;border-radius:{max(3, t.radius)}px;background:{t.band};color:{t.ink}}}
.badge.c{{background:{t.primary};color:{t.on_primary}}} .badge.g{{background:#1d8a4a;color:#fff}} .badge.r{{background:#d6453d;color:#fff}} .badge.y{{background:#f2c14b;color:#222}}
"""


def _containers(t: Theme) -> str:
    cards = {
        "border": f"background:{t.raised};border:1px solid {t.line}",
        "shadow": f"background:{t.raised};box-shadow:0 2px 8px #0000002a",
        "both": f"background:{t.raised};border:1px solid {t.line};box-shadow:0 1px 4px #0000001c",
        "filled": f"background:{t.band}",
        "none": "background:transparent",
    }
    return f"""
.card{{{cards[t.card]};border-radius:{t.radius}px;overflow:hidden;display:flex;flex-direction:column}}
.body{{padding:{t.gap * 2}px;flex:1}} .top{{padding:{t.gap}px {t.gap * 2}px;border-bottom:1px solid {t.line}}}
.top.tint{{background:{t.band}}} .foot{{padding:{t.gap}px {t.gap * 2}px;border-top:1px solid {t.line}}}
.card img{{width:100%;display:block}} .card img.fix{{width:auto}} .lead-edge{{border-left:4px solid {t.primary}}}
.alert{{padding:{t.gap * 1.2:.0f}px {t.gap * 2}px;border-radius:{t.radius}px;border:1px solid {t.primary}55;background:{t.primary}1c;margin-bottom:{t.gap * 2}px}}
table{{border-collapse:collapse;width:100%;margin-bottom:{t.gap * 2}px}} th,td{{padding:{t.gap}px;text-align:left;border-bottom:1px solid {t.line};vertical-align:top}}
th{{font-weight:600}} .lined th,.lined td{{border:1px solid {t.line}}} .zebra tr:nth-child(even) td{{background:{t.band}}} .headed th{{background:{t.band}}}
.lg-item{{padding:{t.gap}px {t.gap * 2}px;border-bottom:1px solid {t.line};display:block}} .group{{border:1px solid {t.line};border-radius:{t.radius}px}}
.modal{{background:{t.raised};border:1px solid {t.line};border-radius:{t.radius}px;box-shadow:0 10px 40px #0005;width:480px;margin:0 auto}}
.quote{{border-left:4px solid {t.line};padding-left:{t.gap * 2}px;margin:0 0 {t.gap * 2}px;color:{t.muted}}}
.circle{{display:inline-flex;align-items:center;justify-content:center;width:48px;height:48px;border-radius:50%;background:{t.primary};color:{t.on_primary}}}
"""


def _navigation(t: Theme) -> str:
    return f"""
.nav{{padding:{t.gap}px 0}} .nav ul{{display:flex;gap:{t.gap * 2.5:.0f}px;list-style:none;margin:0;padding:0;align-items:center}} .nav .brand{{{t.brand};color:inherit;text-decoration:none}}
.nav.line{{border-bottom:1px solid {t.line}}} .nav.dark a,.nav.prim a{{color:#fffd}} .nav.dark .muted,.prim .muted,.dark .muted{{color:#fffb}}
.nav a.calm{{color:{t.muted}}} .nav a.on{{font-weight:700;color:{t.ink}}} .nav.dark a.on,.nav.prim a.on{{color:#fff}}
.side{{width:230px;flex:none;padding:{t.gap * 2}px 0;min-height:640px}} .side ul{{list-style:none;margin:0;padding:0}} .side a{{display:flex;gap:10px;align-items:center;padding:{t.gap * 0.8:.0f}px {t.gap * 2}px}}
.side.dark a,.side.prim a{{color:#fffc}} .side.line{{border-right:1px solid {t.line}}} .side a.on{{background:#8882;font-weight:600}} .side .cap{{padding:{t.gap}px {t.gap * 2}px 2px;font-size:{t.size * 0.78:.0f}px;text-transform:uppercase;opacity:.7;font-weight:700}}
.crumbs{{display:flex;gap:8px;list-style:none;margin:0 0 {t.gap * 2}px;padding:0}} .pages{{display:flex;list-style:none;padding:0;margin:0 0 {t.gap * 2}px;gap:{0 if t.gap > 6 else 4}px}}
.pages a,.pages span{{display:block;padding:{t.gap * 0.7:.0f}px {t.gap * 1.5:.0f}px;border:1px solid {t.line};border-radius:{min(4, t.radius)}px}} .pages .on{{background:{t.primary};color:{t.on_primary}}}
.tabs{{display:flex;gap:4px;border-bottom:1px solid {t.line};margin:0 0 {t.gap * 2}px;padding:0;list-style:none}} .tabs>*{{padding:{t.gap}px {t.gap * 2}px;background:none;border:0;font:inherit;color:{t.muted}}}
.tabs .on{{color:{t.primary};border-bottom:2px solid {t.primary}}} .tabs.pills{{border:0}} .tabs.pills .on{{background:{t.primary};color:{t.on_primary};border:0;border-radius:{t.radius}px}}
footer ul{{list-style:none;margin:0;padding:0}} footer.dark a,footer.prim a{{color:#fffc}} footer .calm{{color:{t.muted}}}
.drop{{border:1px solid {t.line};background:{t.raised};border-radius:{t.radius}px;box-shadow:0 4px 16px #0002;width:200px;padding:6px 0}} .drop a,.drop button{{display:block;padding:6px 16px;color:{t.ink};background:none;border:0;font:inherit}}
"""


def _documents(t: Theme) -> str:
    return f"""
pre{{background:{t.band};border:1px solid {t.line};border-radius:{min(4, t.radius)}px;padding:{t.gap * 1.5:.0f}px;margin:0 0 {t.gap * 2}px;overflow:hidden;font:{t.size * 0.9:.1f}px/1.4 "{MONO[t.size % 3]}",monospace}}
code,tt{{font:{t.size * 0.92:.1f}px "{MONO[t.size % 3]}",monospace}} p code{{background:{t.band};padding:0 3px}} dt{{font-weight:600}} dd{{margin:0 0 {t.gap}px {t.size * 2}px}}
.note{{border-left:4px solid {t.primary};background:{t.band};padding:{t.gap}px {t.gap * 2}px;margin:0 0 {t.gap * 2}px}} .sig{{background:{t.band};padding:4px 8px;font-weight:600}}
.calm a,.calm .toc a{{color:{t.calm}}} .big a{{font-size:{t.size * 1.3:.0f}px}} .big p{{margin:0 0 {t.gap * 2}px}} .ring{{display:inline-flex;align-items:center;justify-content:center;border-radius:50%;border:0;padding:0;background:{t.primary};color:{t.on_primary}}}
.split{{display:inline-flex;align-items:stretch;padding:0;overflow:hidden}} .split>span{{padding:{t.gap * 0.9:.0f}px {t.gap * 1.4:.0f}px}} .split>span:first-child{{background:#0003}}
.float{{position:relative}} .float label{{position:absolute;left:14px;top:50%;transform:translateY(-50%);opacity:.75}} .cover{{position:absolute;inset:0;width:100%;height:100%;object-fit:cover}}
.toc ul{{list-style:none;padding-left:14px;margin:0}} .toc>ul{{padding:0}} .box{{border:1px solid {t.line};padding:{t.gap}px}} .tiny td,.tiny th{{padding:2px 6px;border:0}}
"""


def _hsl(hue: float, saturation: float, lightness: float) -> str:
    r, g, b = colorsys.hls_to_rgb(hue, min(1.0, lightness), saturation)
    return f"#{round(r * 255):02x}{round(g * 255):02x}{round(b * 255):02x}"
