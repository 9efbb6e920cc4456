"""
Read: what is drawn on known pages is found, once, with its look.

The pages under tests/data/read were rendered by Chromium 1:1; their CSS values stand in the asserts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision_code.geometry import Box, Color
from vision_code.intake import Screenshot, open_screenshot
from vision_code.observation import FontFamily, Observation, PictureKind, Rect, TextLine
from vision_code.read import RawLine, RawWord, draw, draw_palette, erase_text, read, read_with_lines

Read = Callable[[str], Observation]


def as_shot(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Screenshot:
    return Screenshot(pixels=pixels, sha256="", format="PNG")


def line(page: Observation, text: str) -> TextLine:
    found = [candidate for candidate in page.lines if candidate.text == text]
    assert found, f"{text!r} is not among {[candidate.text for candidate in page.lines]}"
    return found[0]


def rect(page: Observation, box: Box) -> Rect:
    best = max(page.rects, key=lambda r: r.box.iou(box))
    assert best.box.iou(box) > 0.97, f"no rectangle at {box}, nearest {best.box}"
    return best


LOGIN_TEXTS = [
    "Sign in to Acme",
    "Welcome back! Please enter your details below.",
    "Email address",
    "jane@example.com",
    "Remember me on this device",
    "Continue",
    "Active plan",
]
DARK_TEXTS = {
    *("Nebula", "Overview", "Reports", "Settings", "Monthly revenue", "$48,250", "Upgrade today"),
    *("Go further with Pro", "Customer", "Amount", "Maria Keller", "$1,204.00", "Tom Adeyemi", "$860.50"),
}


def test_every_line_of_a_form_is_read_from_top_to_bottom(observation: Read) -> None:
    assert [found.text for found in observation("login").lines] == LOGIN_TEXTS


def test_light_text_on_dark_and_on_a_gradient_is_read(observation: Read) -> None:
    assert {found.text for found in observation("dark").lines} == DARK_TEXTS


@pytest.mark.parametrize(
    ("text", "size_px", "weight", "color"),
    [
        ("Sign in to Acme", 24, 700, Color(17, 24, 39)),
        ("Welcome back! Please enter your details below.", 14, 400, Color(107, 114, 128)),
        ("Email address", 13, 700, Color(17, 24, 39)),
        ("jane@example.com", 14, 400, Color(0, 0, 0)),
        ("Continue", 16, 700, Color(255, 255, 255)),
        ("Active plan", 12, 400, Color(22, 101, 52)),
    ],
)
def test_type_is_measured_to_a_pixel_and_an_exact_colour(
    observation: Read, text: str, size_px: float, weight: int, color: Color
) -> None:
    style = line(observation("login"), text).style
    assert style.size_px == pytest.approx(size_px, abs=1)
    assert (style.weight, style.color, style.family) == (weight, color, FontFamily.SANS)


def test_a_link_inside_a_sentence_has_its_own_colour(observation: Read) -> None:
    words = line(observation("login"), LOGIN_TEXTS[1]).words
    own = {word.text: word.style.color for word in words if word.style is not None}
    assert own == {"your": Color(37, 99, 235), "details": Color(37, 99, 235)}


def test_generic_families_are_told_apart(observation: Read) -> None:
    page = observation("media")
    assert line(page, "Set in a serif face for contrast.").style.family is FontFamily.SERIF
    assert line(page, "npm install alpine").style.family is FontFamily.MONO
    assert line(page, "Saved by 214 people").style.family is FontFamily.SANS


def test_bold_words_whose_feet_an_underline_cut_off_are_not_monospaced() -> None:
    example = Path(__file__).parents[3] / "examples" / "landing.png"
    style = line(read(open_screenshot(example)), "See how it works").style
    assert (style.family, style.underline, style.letter_spacing_px) == (FontFamily.SANS, True, 0.0)


def test_the_baseline_is_under_the_letters_not_under_descenders(observation: Read) -> None:
    found = line(observation("login"), "Sign in to Acme")
    assert found.baseline_y == pytest.approx(97, abs=1)
    assert found.box.bottom > found.baseline_y + 3


def test_a_card_has_fill_border_radius_and_shadow(observation: Read) -> None:
    card = rect(observation("login"), Box(50, 40, 460, 370))
    assert card.fill == Color(255, 255, 255)
    assert card.border is not None
    assert (card.border.color, card.border.width_px, set(card.border.sides)) == (Color(209, 213, 219), 1, set("trbl"))
    assert card.radius_px == pytest.approx(12, abs=1.5)
    assert card.shadow is not None
    assert card.shadow.dy_px == pytest.approx(4, abs=2)
    assert card.shadow.blur_px == pytest.approx(12, abs=4)
    assert card.shadow.alpha == pytest.approx(0.12, abs=0.04)


def test_a_white_field_on_a_white_card_is_found_by_its_border(observation: Read) -> None:
    page = observation("login")
    field = rect(page, Box(83, 173, 394, 38))
    assert field.border is not None
    assert field.border.color == Color(156, 163, 175)
    assert field.parent == rect(page, Box(50, 40, 460, 370)).id


def test_buttons_badges_and_checkboxes_are_rectangles(observation: Read) -> None:
    page = observation("login")
    button = rect(page, Box(83, 268, 394, 44))
    assert (button.fill, button.radius_px) == (Color(37, 99, 235), pytest.approx(8, abs=1))
    badge = rect(page, Box(83, 327, 83, 24))
    assert (badge.fill, badge.radius_px) == (Color(220, 252, 231), pytest.approx(12, abs=1))
    assert rect(page, Box(83, 227, 18, 18)).border is not None


def test_nothing_is_read_twice(observation: Read) -> None:
    page = observation("login")
    assert page.pictures == ()
    assert len(page.rects) == 5


def test_a_gradient_is_one_rectangle_with_two_stops(observation: Read) -> None:
    panel = rect(observation("dark"), Box(330, 81, 286, 118))
    assert panel.gradient is not None
    assert panel.gradient.angle_deg == 90
    assert np.abs(np.subtract(panel.gradient.stops[0].color, (79, 70, 229))).max() <= 6
    assert np.abs(np.subtract(panel.gradient.stops[1].color, (147, 51, 234))).max() <= 6


def test_a_progress_bar_lies_on_its_whole_track(observation: Read) -> None:
    page = observation("dark")
    track, bar = rect(page, Box(44, 171, 246, 8)), rect(page, Box(44, 171, 148, 8))
    assert (track.fill, bar.fill) == (Color(51, 65, 85), Color(34, 211, 238))
    assert bar.parent == track.id


def test_row_dividers_are_rules_and_do_not_cut_the_table(observation: Read) -> None:
    page = observation("dark")
    table = rect(page, Box(24, 223, 592, 131))
    rules = [r.box.y for r in page.rects if r.is_rule and r.parent == table.id]
    assert rules == [266, 310]


def test_a_bar_across_the_page_with_a_line_below_is_one_rectangle(observation: Read) -> None:
    bar = rect(observation("dark"), Box(0, 0, 640, 57))
    assert bar.border is not None
    assert (bar.border.sides, bar.border.color) == ("b", Color(51, 65, 85))


def test_photographs_and_icons_are_pictures(observation: Read) -> None:
    photo, icon = observation("media").pictures
    assert (photo.kind, icon.kind) == (PictureKind.PHOTO, PictureKind.ICON)
    assert photo.box.iou(Box(30, 30, 240, 160)) > 0.97
    assert icon.box.iou(Box(33, 225, 22, 21)) > 0.8
    assert np.abs(np.subtract(icon.color, (220, 38, 38))).max() <= 12


def test_code_in_a_sentence_stands_on_its_ground_in_its_own_face(observation: Read) -> None:
    page = observation("code")
    found = {word.text: word for line in page.lines for word in line.words if word.ground}
    assert set(found) == {"create", "npm", "install", "left-pad", "build.", "src/,", "public/", "tests/.", "debug"}
    assert all(word.style and word.style.family is FontFamily.MONO for word in found.values())
    assert {word.style.size_px for word in found.values() if word.style} == {14.0}
    assert found["npm"].ground == found["left-pad"].ground
    ground = found["create"].ground
    assert ground is not None
    assert (ground.box, ground.fill) == (Box(202, 28, 60, 20), Color(243, 244, 246))
    assert ground.radius_px == pytest.approx(4, abs=0.5)


def test_what_is_no_code_keeps_its_face_and_grounds_of_words_are_no_rectangles(observation: Read) -> None:
    page = observation("code")
    assert {(line.style.family, line.style.size_px) for line in page.lines} == {(FontFamily.SANS, 16.0)}
    assert {line.style.letter_spacing_px for line in page.lines} == {0.0}
    assert [rect.box for rect in page.rects] == [Box(24, 166, 472, 50)]
    assert page.pictures == ()


def test_code_in_a_line_does_not_hide_its_letter_spacing(observation: Read) -> None:
    found, *others = observation("spaced").lines
    assert [word.text for word in found.words if word.ground] == ["save"]
    assert found.style.letter_spacing_px == pytest.approx(1, abs=0.2)
    assert {other.style.letter_spacing_px for other in others} == {0.0}


def test_a_badge_beside_a_name_is_a_rectangle() -> None:
    pixels = np.full((120, 400, 3), 255, np.uint8)
    pixels[38:60, 110:160] = (241, 241, 252)
    words = []
    for text, x in (("SPECTRE", 40), ("DOCS", 115)):
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
        cv2.putText(pixels, text, (x, 56), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)
        words.append(RawWord(text=text, box=Box(x, 56 - height, width, height)))
    name = RawLine(text="SPECTRE DOCS", box=words[0].box.union(words[1].box), words=tuple(words))

    found = read_with_lines(pixels, [name])

    assert [word.ground for line in found.lines for word in line.words] == [None, None]


def test_words_in_outlined_pills_and_on_badges_with_gradients_have_their_own_size(observation: Read) -> None:
    page = observation("badges")
    pills = [rect for rect in page.rects if rect.border is not None]
    badges = [rect for rect in page.rects if rect.gradient is not None]
    assert sorted(pill.box.x for pill in pills) == [20, 65, 124, 169]
    assert [(pill.box.h, pill.radius_px) for pill in pills] == [(20, 10)] * 4
    assert sorted(round(badge.box.x) for badge in badges) == [20, 90, 190]
    assert {text.text for text in page.lines} >= {"PHP", "Laravel", "CSS", "DONE", "PROGRESS", "WAITING"}
    for text in page.lines:
        if any(rect.box.contains(text.box) for rect in (*pills, *badges)):
            assert 10.5 <= text.style.size_px <= 13.0
            assert (text.style.color.luminance > 0.8) == (text.box.y > 50)


def test_a_badge_over_the_end_of_a_word_does_not_colour_it(observation: Read) -> None:
    found = line(observation("badges"), "Settings")
    assert found.style.color == Color(102, 115, 130)
    assert found.style.size_px == pytest.approx(15, abs=0.3)


def test_a_low_field_and_a_grey_button_beside_words_keep_their_frames(observation: Read) -> None:
    page = observation("low-fields")
    field, button = sorted(page.rects, key=lambda rect: rect.box.x)
    assert (field.box, field.radius_px, field.border) == (Box(20, 20, 140, 18), 3.0, button.border)
    assert (button.box, button.radius_px, button.fill) == (Box(164, 20, 40, 18), 3.0, Color(239, 239, 239))
    assert field.border is not None
    assert field.border.sides == "trbl"
    assert [text.text for text in page.lines[:3]] == ["Quick search", "Go", "| modules | index"]
    assert not page.pictures
    link = line(page, "An underlined link beside words")
    assert not link.style.underline
    assert [word.style is not None and word.style.underline for word in link.words] == [True] * 3 + [False] * 2


def test_what_a_field_in_a_cell_cuts_off_is_read_once(observation: Read) -> None:
    texts = [found.text for found in observation("notes").lines if 200 < found.box.y < 330]
    assert texts == ["Tokyo", "Chief Executive Off", "Team lead", "London", "Engineer", "Junior Technical Au"]


def test_the_dots_of_small_print_are_bullets(observation: Read) -> None:
    page = observation("notes")
    assert [found.text.split()[0] for found in page.lines if found.bullet is not None] == ["Won", "Built", "Using"]
    assert min((picture.box.h for picture in page.pictures), default=99) > 4


def test_a_line_with_more_links_than_words_is_words_with_links(observation: Read) -> None:
    found = next(found for found in observation("notes").lines if found.text.startswith("Copyright"))
    assert (found.style.color, found.style.underline) == (Color(102, 102, 102), False)
    linked = [word.text for word in found.words if word.style is not None and word.style.underline]
    assert linked == ["David", "Bushell", "and", "Company", "Browser", "vendors"]


def test_words_with_a_shadow_on_a_steep_gradient_are_read(observation: Read) -> None:
    found = line(observation("notes"), "Fruits")
    assert (found.style.color, found.style.size_px) == (Color(255, 255, 255), 16)


def test_code_and_the_words_around_it_have_faces_of_their_own(observation: Read) -> None:
    page = observation("notes")
    assert line(page, "forwards.h").style.family is FontFamily.SANS
    assert line(page, "Tokyo").style.family is FontFamily.SANS
    code = ("class StreamWriter;", "class StreamWriterBuilder;", "class Writer;", "class CharReader;")
    assert {line(page, text).style.family for text in code} == {FontFamily.MONO}


def test_code_on_grey_in_a_sentence_is_part_of_its_line(observation: Read) -> None:
    page = observation("code-on-grey")
    grounds = [{word.text: word.ground for word in text.words if word.ground is not None} for text in page.lines]
    assert [list(found) for found in grounds] == [["flask"], ["npm", "start"]]
    assert [text.style.family for text in page.lines] == [FontFamily.SERIF, FontFamily.SANS]
    assert (grounds[0]["flask"].fill, grounds[1]["npm"].fill) == (Color(232, 239, 240), Color(239, 241, 243))
    assert not page.rects


def test_code_on_grey_keeps_its_letters_and_signs_and_tags_and_buttons_stay_alone(observation: Read) -> None:
    page = observation("code-and-tags")
    *others, sentence = [text.text for text in page.lines]
    assert sorted(others) == ["Cancel", "Draft", "Review", "Save as draft", "Status", "or go back"]
    assert sentence.startswith("Call set(key, value), then get(key). See Map")
    assert len(page.rects) == 4


def test_digits_in_small_frames_are_text_on_a_frame_and_ticks_are_pictures(observation: Read) -> None:
    page = observation("steps")
    digits = {found.text: found for found in page.lines if found.text.isdigit()}
    assert sorted(found.text for found in page.lines if found.text.isdigit()) == ["2", "3", "4"]
    assert (digits["2"].style.color, digits["2"].style.weight) == (Color(14, 165, 233), 700)
    round_frame, square_frame = rect(page, Box(20, 64, 28, 28)), rect(page, Box(229, 64, 28, 28))
    assert round_frame.border is not None
    assert (round_frame.border.color, round_frame.border.width_px) == (Color(14, 165, 233), 2)
    assert round_frame.radius_px == pytest.approx(14, abs=2)
    assert square_frame.radius_px == pytest.approx(6, abs=1)
    (tick,) = (picture for picture in page.pictures if picture.box.w < 20)
    assert tick.box.center_x == pytest.approx(345, abs=1)


def with_lines(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], *words: tuple[str, int, int]) -> Observation:
    """
    The reading of a drawn page with words written on it, recognition left out.
    """
    lines = []
    for text, x, y in words:
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
        cv2.putText(pixels, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)
        box = Box(x, y - height, width, height)
        lines.append(RawLine(text=text, box=box, words=(RawWord(text=text, box=box),)))
    return read_with_lines(pixels, lines)


def test_a_band_with_a_line_sticking_out_is_a_rectangle_and_no_picture() -> None:
    pixels = np.full((200, 600, 3), 255, np.uint8)
    pixels[60:100, 50:550] = (238, 238, 239)
    pixels[40:160, 50:51] = pixels[40:160, 549:550] = (
        238,
        238,
        238,
    )  # the frame of the table that the band is a row of

    found = with_lines(pixels, ("First column", 60, 84), ("Second column", 300, 84))

    assert not found.pictures
    assert rect(found, Box(50, 60, 500, 40)).fill == Color(238, 238, 239)


def test_a_thick_border_on_one_side_is_read_once() -> None:
    pixels = np.full((200, 600, 3), 255, np.uint8)
    pixels[60:106, 50:550] = (255, 251, 235)
    pixels[60:106, 50:54] = (245, 158, 11)

    found = with_lines(pixels, ("A note on the side", 80, 88))

    (note,) = found.rects
    assert note.border is not None
    assert (note.box, note.border.sides, note.border.width_px) == (Box(50, 60, 500, 46), "l", 4)


def test_a_header_that_cards_lie_over_is_no_picture() -> None:
    pixels = np.full((900, 800, 3), (248, 250, 252), np.uint8)
    pixels[0:250] = (219, 39, 119)
    for left in (40, 420):
        pixels[180:420, left : left + 340] = 255
        pixels[420:424, left : left + 340] = (225, 228, 232)  # shadow

    words = [("Card tables of everything", 60, 60), ("First card", 60, 230), ("Second card", 440, 230)]
    found = with_lines(pixels, *words)

    assert all(picture.box.h < 20 for picture in found.pictures)
    assert rect(found, Box(0, 0, 800, 250)).fill == Color(219, 39, 119)
    assert rect(found, Box(40, 180, 340, 240)).fill == Color(255, 255, 255)


def test_page_colour_and_palette_come_from_the_page(observation: Read) -> None:
    assert observation("login").background == Color(243, 244, 246)
    assert observation("dark").background == Color(15, 23, 42)
    palette = observation("login").palette
    assert palette[0] == Color(255, 255, 255)
    assert Color(37, 99, 235) in palette


def test_measures_of_a_dense_display_are_divided_by_its_scale(screenshot: Callable[[str], Screenshot]) -> None:
    doubled = np.repeat(np.repeat(screenshot("login").pixels, 2, axis=0), 2, axis=1)
    page = read(as_shot(doubled), scale=2.0)
    assert (page.width_px, page.height_px, page.scale) == (560, 460, 2)
    assert [found.text for found in page.lines] == LOGIN_TEXTS
    assert rect(page, Box(83, 268, 394, 44)).fill == Color(37, 99, 235)
    assert line(page, "Continue").style.size_px == pytest.approx(16, abs=1)


def test_surfaces_survive_lossy_compression(screenshot: Callable[[str], Screenshot]) -> None:
    _, encoded = cv2.imencode(".jpg", screenshot("login").pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    page = read(open_screenshot(None, encoded.tobytes()))
    assert [found.text for found in page.lines] == LOGIN_TEXTS
    for box in (Box(50, 40, 460, 370), Box(83, 268, 394, 44)):
        assert max(r.box.iou(box) for r in page.rects) > 0.95


def test_given_lines_are_measured_without_recognition(screenshot: Callable[[str], Screenshot]) -> None:
    box = Box(240, 276, 80, 26)  # larger than the ink, as a browser gives it
    given = RawLine(text="Continue", box=box, words=(RawWord(text="Continue", box=box),))
    page = read_with_lines(screenshot("login").pixels, [given])
    found = line(page, "Continue")
    assert found.style.weight == 700
    assert found.box.iou(Box(246, 283, 68, 12)) > 0.8


@pytest.mark.parametrize("color", [(255, 255, 255), (12, 18, 30)])
def test_a_blank_picture_is_read_as_empty_and_says_so(color: tuple[int, int, int]) -> None:
    page = read(as_shot(np.full((300, 400, 3), color, np.uint8)))
    assert (page.lines, page.rects, page.pictures, page.background) == ((), (), (), Color(*color))
    assert page.notes == ("Nothing to read: no text and no pictures.",)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 3)])
def test_tiny_pictures_are_read(size: tuple[int, int]) -> None:
    page = read(as_shot(np.zeros((*size, 3), np.uint8)))
    assert (page.height_px, page.width_px) == size


def test_a_photograph_is_called_one(screenshot: Callable[[str], Screenshot]) -> None:
    page = read(as_shot(np.ascontiguousarray(screenshot("media").pixels[30:190, 30:270])))
    assert page.notes == ("This looks like a photograph, not a user interface.",)


def test_notes_of_the_screenshot_are_kept(screenshot: Callable[[str], Screenshot]) -> None:
    note = "first frame of an animation"
    shot = Screenshot(pixels=screenshot("login").pixels, sha256="", format="GIF", notes=(note,))
    assert note in read(shot).notes


def over_photo(screenshot: Callable[[str], Screenshot]) -> Screenshot:
    """
    A white headline over a photograph of 480×320.
    """
    photo = cv2.resize(screenshot("media").pixels[30:190, 30:270], (480, 320), interpolation=cv2.INTER_CUBIC)
    page = np.full((420, 560, 3), 255, np.uint8)
    page[50:370, 40:520] = photo // 2
    cv2.putText(page, "Summer holidays", (90, 220), cv2.FONT_HERSHEY_DUPLEX, 1.4, (255, 255, 255), 2, cv2.LINE_AA)
    return as_shot(page)


def test_a_headline_over_a_photograph_stays_text_and_leaves_the_picture(
    screenshot: Callable[[str], Screenshot],
) -> None:
    shot = over_photo(screenshot)
    page = read(shot)
    headline = line(page, "Summer holidays")
    assert headline.style.color == Color(255, 255, 255)
    (photo,) = page.pictures
    assert (photo.box.iou(Box(40, 50, 480, 320)) > 0.95, photo.text) == (True, "")
    again = read(as_shot(erase_text(shot, page)))
    assert "Summer" not in " ".join([found.text for found in again.lines] + [p.text for p in again.pictures])


def test_erased_text_leaves_flat_surfaces_flat(screenshot: Callable[[str], Screenshot], observation: Read) -> None:
    clean = erase_text(screenshot("login"), observation("login"))
    assert (clean[275:305, 200:360] == (37, 99, 235)).all()


def test_drawing_marks_what_was_found(screenshot: Callable[[str], Screenshot], observation: Read) -> None:
    shot, page = screenshot("login"), observation("login")
    picture = draw(shot, page)
    assert picture.shape == shot.pixels.shape
    assert (picture != shot.pixels).any()
    strip = draw_palette(page)
    assert strip.shape == (64, 64 * len(page.palette), 3)
    assert tuple(strip[32, 32]) == tuple(page.palette[0])


def test_a_lone_dash_in_a_column_is_a_word_of_its_row(observation: Read) -> None:
    page = observation("members")
    dash, edit = line(page, "—"), next(each for each in page.lines if each.text == "Edit")
    assert dash.box.x == pytest.approx(line(page, "3 weeks ago").box.x, abs=2)
    assert dash.baseline_y == edit.baseline_y
    assert dash.style.color == line(page, "3 weeks ago").style.color


def test_a_number_in_a_box_is_read_where_boxes_of_its_kind_hold_numbers(observation: Read) -> None:
    page = observation("members")
    numbers = [each.text for each in page.lines if each.box.y > 200]
    assert numbers == ["Previous", "1", "2", "3", "Next"]
    assert not [picture for picture in page.pictures if picture.box.y > 200]


def test_initials_are_read_without_the_edge_of_their_disc_and_in_capitals_as_all_are(observation: Read) -> None:
    page = observation("people")
    assert [each.text for each in page.lines if each.box.x < 60] == ["RM", "TK", "SS", "OC"]
    discs = [rect for rect in page.rects if rect.box.x < 60 and rect.radius_px > 17]
    assert [round(disc.box.w) for disc in discs] == [36] * 4


def test_what_hangs_down_from_the_line_above_is_no_part_of_a_word() -> None:
    pixels = np.full((200, 300, 3), 255, np.uint8)
    for text, y in (("gypsy gypsy", 100), ("over there", 124), ("lifted hats", 148)):
        cv2.putText(pixels, text, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)

    def measured(top: int, bottom: int) -> TextLine:
        words = [
            RawWord(text=text, box=Box(x, top, w, bottom - top)) for text, x, w in (("over", 20, 38), ("there", 66, 46))
        ]
        raw = RawLine(text="over there", box=Box(20, top, 92, bottom - top), words=tuple(words))
        (found,) = read_with_lines(pixels, [raw]).lines
        return found

    alone, crowded = measured(112, 126), measured(103, 139)
    assert crowded.box == alone.box
    assert crowded.style == alone.style


@pytest.mark.parametrize("value", ["0.01", "1234567.89"])
def test_a_value_has_its_own_size_and_its_field_stays_whole(observation: Read, value: str) -> None:
    page = observation("native")
    found = line(page, value)
    assert found.style.size_px == pytest.approx(13.33, abs=1.5)
    assert not found.style.underline
    (field,) = (rect for rect in page.rects if rect.box.contains(found.box))
    assert (field.box.x, field.box.w, field.box.h) == (8, 177, 21)
    assert field.border is not None


def test_frames_and_rules_that_go_on_beyond_the_words_are_no_underlines(observation: Read) -> None:
    page = observation("native")
    assert not line(page, "passing a value").style.underline
    assert not line(page, "Shipping").style.underline
    underlined = [word.text for each in page.lines for word in each.words if (word.style or each.style).underline]
    assert underlined == ["shipping.prices"], "the link is underlined"


def test_a_link_on_a_gradient_is_underlined(observation: Read) -> None:
    page = observation("gradient-links")
    assert [each.text for each in page.lines if each.style.underline] == [
        "Underlined words here",
        "Another linked sentence",
    ]


def test_what_a_texture_leaves_where_words_were_painted_over_is_nothing_drawn() -> None:
    x = np.broadcast_to(np.arange(900.0), (300, 900))
    pixels = np.stack([180 + 0.07 * x, 160 + 0.03 * x, 210 + 0.0 * x], axis=2)
    pixels[143:145, 248:250] -= 14  # a texture that touches both ends of the words in one row
    pixels[143:145, 511:513] -= 14
    page = with_lines(pixels.astype(np.uint8), ("Sleek, intuitive, and powerful framework", 250, 150))
    (text,) = page.lines
    painted = text.box.inset(-3)
    assert not [rect for rect in page.rects if painted.contains(rect.box)]
    assert not [picture for picture in page.pictures if painted.contains(picture.box)]
