"""
The class table: what each class means must be what Tailwind's own compiler says it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from vision_code.emit.stylesheet import reset, utility_rules
from vision_code.emit.tailwind import style_classes, utilities
from vision_code.emit.theme import Theme
from vision_code.emit.typefaces import FONT_STACKS
from vision_code.geometry import Color
from vision_code.observation import CORNERS, FontFamily, Shadow
from vision_code.uitree import AUTO, BorderEdge, Edges, Element, Length, Style, Track

BRAND = Color(78, 115, 223)
THEME = Theme({BRAND: "brand"}, {"brand": BRAND})
LENGTHS = [Length(value) for value in (0, 1, 2, 5, 6, 13, 14, 17.5, 18, 40, 333)]
PERCENT = [Length(value, "%") for value in (0, 33.3333, 50, 83.3333, 37, 100)]


def edge(width: float, color: Color, *, dashed: bool = False) -> BorderEdge:
    return BorderEdge(width_px=width, color=color, dashed=dashed)


def box_styles() -> Iterator[Style]:
    for size in [*LENGTHS, *PERCENT, AUTO]:
        yield Style(width=size, min_width=size, max_width=size, height=size, min_height=size, basis=size)
        yield Style(display="flex", width=size, margin=Edges(left=size, top=size, right=Length(4)))
    for size in (Length(384), Length(1152), Length(1280)):
        yield Style(max_width=size)
    for size in (*LENGTHS, Length(-1), Length(-8), Length(-13), Length(-50, "%"), *PERCENT):
        yield Style(position="absolute", inset=Edges(top=size, left=size))
        yield Style(position="relative", inset=Edges(top=size, right=size, bottom=size, left=size))
        yield Style(margin=Edges(top=size, bottom=size))
    for size in LENGTHS:
        yield Style(padding=Edges(top=size, right=size, bottom=size, left=size))
        yield Style(padding=Edges(top=size, bottom=size, right=Length(3)))
        yield Style(display="flex", row_gap=size.value, column_gap=size.value)
        yield Style(display="grid", row_gap=size.value, column_gap=7)
    for ratio in (1, 16 / 9, 1.5, 1.333, 2.39):
        yield Style(aspect_ratio=ratio)
    for layer in (-1, 0, 10, 37):
        yield Style(position="relative", z_index=layer)


def flex_styles() -> Iterator[Style]:
    for display in ("block", "flex", "grid", "inline", "inline-block", "inline-flex", "none"):
        yield Style(display=display)
    for align in ("start", "center", "end", "stretch", "baseline"):
        yield Style(display="flex", align=align)
    for justify in ("start", "center", "end", "between", "around", "evenly"):
        yield Style(display="flex", direction="column", justify=justify, wrap=True)
    for align_self in ("start", "center", "end", "stretch"):
        yield Style(align_self=align_self, grow=1, shrink=0)
    yield Style(direction="row", wrap=False, grow=0, shrink=1)
    yield Style(grow=2, shrink=1.5, basis=Length(0))
    yield Style(grow=1, basis=Length(0))
    one, fixed = Length(1, "fr"), Length(240)
    for columns in (
        (Track(count=3),),
        (Track(min=fixed, max=fixed), Track()),
        (Track(min=AUTO, max=one), Track(min=AUTO, max=AUTO), Track(count=2, max=Length(2, "fr"))),
        (Track(min=Length(220), max=one, auto_fill=True),),
        (Track(min=Length(30, "%"), max=Length(30, "%")), Track()),
    ):
        yield Style(display="grid", columns=columns)


def paint_styles() -> Iterator[Style]:
    colors = (BRAND, Color(255, 255, 255), Color(0, 0, 0), Color(1, 2, 3), Color(249, 250, 251), Color(231, 0, 11))
    for color in colors:
        yield Style(color=color, background=color, border_top=edge(1, color))
    for width in (0, 1, 1.5, 2, 3):
        every = edge(width, BRAND)
        yield Style(border_top=every, border_right=every, border_bottom=every, border_left=every)
        yield Style(border_left=every, border_bottom=edge(width, Color(9, 9, 9), dashed=True))
    for radius in (0, 2, 4, 5, 6, 8, 12, 13.5, 16, 24, 32, 50, 1000):
        yield Style(radius=radius)
        yield from (Style(radius=radius, rounded=side) for side in CORNERS)
    for dy, blur, alpha in ((1, 2, 0.05), (1, 3, 0.1), (4, 6, 0.1), (10, 15, 0.1), (20, 25, 0.1), (25, 50, 0.25)):
        yield Style(shadow=Shadow(dx_px=0, dy_px=dy, blur_px=blur, alpha=alpha))
    yield Style(shadow=Shadow(dx_px=3, dy_px=0, blur_px=9.5, alpha=0.35))
    yield Style(shadow=Shadow(dx_px=0, dy_px=0, blur_px=0, alpha=0))
    for fit in ("cover", "contain", "fill"):
        yield Style(object_fit=fit)


def type_styles() -> Iterator[Style]:
    for size in (12, 13, 14, 15.5, 16, 18, 20, 24, 30, 36, 48, 60, 72, 96, 128):
        for leading in (None, 20, 22, 23, 31.5, size):
            yield Style(font_size=size, line_height=leading)
    for leading in (16, 18, 19.2):
        yield Style(line_height=leading)
    for weight in (100, 200, 300, 400, 450, 500, 600, 700, 800, 900):
        yield Style(font_weight=weight)
    for family in FontFamily:
        yield Style(font_family=family)
    for tracking in (-1, 0, 0.35, 0.4, 0.8, 1.6, 3):
        yield Style(letter_spacing=tracking, font_size=16)
        yield Style(letter_spacing=tracking)
    for align in ("left", "center", "right"):
        yield Style(text_align=align, italic=align == "left", underline=align == "left", nowrap=align == "left")
    for vertical in ("top", "middle", "baseline"):
        yield Style(vertical_align=vertical)
    for marker in ("none", "disc", "decimal"):
        yield Style(list_marker=marker)
    for overflow in ("hidden", "auto", "visible"):
        yield Style(overflow=overflow)


def all_styles() -> list[Style]:
    return [*box_styles(), *flex_styles(), *paint_styles(), *type_styles()]


READ = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (value) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = value; canvas.fillRect(0, 0, 1, 1);
    return String(canvas.getImageData(0, 0, 1, 1).data);
  };
  return [...document.querySelectorAll("#all > *")].map((element) => {
    const style = getComputedStyle(element), found = {};
    for (const name of style) {
      const value = style.getPropertyValue(name);
      // The compact reset leaves out what does not show in a picture.
      if (/^--|^background-image$|^tab-size$|tap-highlight/.test(name)) continue;
      // One colour has many spellings, and one shadow many layers that do not show.
      if (/(^|-)color$/.test(name)) found[name] = paint(value);
      else if (name === "box-shadow") {
        const shown = value.split(/, (?=\\w+\\()/).filter((layer) => !layer.endsWith(" 0px 0px 0px 0px"));
        found[name] = shown.join(", ") || "none";
      }
      else found[name] = value;
    }
    return found;
  });
}
"""


@pytest.mark.node
@pytest.mark.browser
def test_every_class_means_what_tailwind_says(workshop: Path, run_tool: Callable[..., str], browser: Browser) -> None:
    wide = [Element(tag="div", style=style) for style in all_styles()]
    narrow = [Element(tag="div", below=(("lg", style), ("sm", Style(z_index=3)))) for style in all_styles()[::7]]
    narrow.append(Element(tag="div", attrs=(("id", "menu"),), below=(("lg", Style(display="none")),)))
    found = {each.token: each for element in (*wide, *narrow) for each in style_classes(element, THEME)}
    assert len(found) > 350
    theirs = _compiled(workshop, run_tool, found)
    ours = "\n".join(
        [f":root {{ --color-brand: {BRAND.hex}; }}", *reset(["div"], THEME), *utility_rules(found.values())]
    )
    for width, elements in ((1200, wide), (800, narrow), (500, narrow)):
        lists = [" ".join(each.token for each in style_classes(element, THEME)) for element in elements]
        page = browser.new_page(viewport={"width": width, "height": 600})
        read = []
        for css in (ours, theirs):
            page.set_content(f"<!doctype html><style>{css}</style>{_boxes(lists)}")
            read.append(page.evaluate(READ))
        page.close()
        for classes, our, their in zip(lists, *read, strict=True):
            differing = {name: (value, their[name]) for name, value in our.items() if value != their[name]}
            assert not differing, classes


def _boxes(class_lists: Iterable[str]) -> str:
    markup = "".join(f'<div class="{classes}">x</div>' for classes in class_lists)
    return f'<div id="all" style="width: 600px; height: 100px">{markup}</div>'


def _compiled(workshop: Path, run_tool: Callable[..., str], tokens: Iterable[str]) -> str:
    """
    The CSS that Tailwind's own compiler makes of the classes.
    """
    (workshop / "page.html").write_text(_boxes(tokens))
    fonts = " ".join(f"--font-{family.value}: {FONT_STACKS[family]};" for family in FontFamily)
    theme = f"@theme {{ --color-brand: {BRAND.hex}; {fonts} }}"
    (workshop / "input.css").write_text(f'@import "tailwindcss" source(none);\n@source "./page.html";\n{theme}\n')
    run_tool("tailwindcss", "-i", "input.css", "-o", "out.css")
    return (workshop / "out.css").read_text()


def test_a_value_within_half_a_pixel_of_the_scale_is_on_it() -> None:
    tokens = [each.token for each in utilities(Style(padding=Edges(top=Length(16.4)), radius=7.6), THEME)]
    assert tokens == ["rounded-lg", "pt-4"]


def test_a_value_off_the_scale_keeps_its_pixels() -> None:
    tokens = [each.token for each in utilities(Style(padding=Edges(top=Length(13)), font_size=13), THEME)]
    assert tokens == ["pt-[13px]", "text-[13px]"]


def test_no_two_utilities_of_one_style_set_the_same_property() -> None:
    for style in all_styles():
        names = [name for each in utilities(style, THEME) for name, _ in each.declarations]
        assert len(names) == len(set(names)), style


def test_narrow_overrides_stand_behind_the_base_with_the_narrowest_last() -> None:
    element = Element(
        tag="div",
        style=Style(padding=Edges(top=Length(8))),
        below=(("sm", Style(padding=Edges(top=Length(2)))), ("lg", Style(padding=Edges(top=Length(4))))),
    )
    css = "\n".join(utility_rules(style_classes(element, Theme())))
    assert css.index(".pt-2 ") < css.index("(width < 64rem)") < css.index("(width < 40rem)")


def test_a_color_close_to_a_palette_color_gets_its_name() -> None:
    style = replace(Style(), background=Color(249, 250, 251), color=Color(107, 114, 128))
    assert [each.token for each in utilities(style, Theme())] == ["bg-gray-50", "text-gray-500"]
