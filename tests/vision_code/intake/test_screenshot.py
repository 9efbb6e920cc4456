"""
Intake: every picture that can be read is read as sRGB on white; every other one is refused with its own kind.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from vision_code.errors import InputRejected, LimitExceeded, VisionCodeError
from vision_code.intake import Screenshot, open_screenshot, screenshot


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def refuse(data: bytes) -> VisionCodeError:
    with pytest.raises(VisionCodeError) as caught:
        open_screenshot(None, data)
    return caught.value


def pixel(shot: Screenshot, x: int = 0, y: int = 0) -> tuple[int, ...]:
    return tuple(shot.pixels[y, x].tolist())


RED = (200, 30, 40)
SOLID = Image.new("RGB", (40, 30), RED)


def png_header(width: int, height: int) -> bytes:
    """
    A PNG that declares a size and holds almost no data.
    """

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("kind", "tolerance"), [("PNG", 0), ("BMP", 0), ("GIF", 0), ("WEBP", 8), ("JPEG", 8)])
def test_each_format_decodes_to_its_colours(kind: str, tolerance: int) -> None:
    shot = open_screenshot(None, encode(SOLID, kind))
    assert shot.format == kind
    assert shot.pixels.shape == (30, 40, 3)
    assert np.abs(shot.pixels.astype(int) - RED).max() <= tolerance


def test_file_and_bytes_give_the_same_screenshot(tmp_path: Path) -> None:
    file = tmp_path / "shot.png"
    file.write_bytes(encode(SOLID))
    by_file, by_data = open_screenshot(file), open_screenshot(None, encode(SOLID))
    assert by_file.sha256 == by_data.sha256
    assert (by_file.pixels == by_data.pixels).all()


def test_pixels_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        open_screenshot(None, encode(SOLID)).pixels[0, 0] = 0


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match=r"nowhere\.png does not exist") as caught:
        open_screenshot(tmp_path / "nowhere.png")
    assert (caught.value.kind, caught.value.exit_code) == ("input.missing", 3)


def test_a_name_too_long_for_any_file_is_missing() -> None:
    with pytest.raises(InputRejected, match="too long") as caught:
        open_screenshot(Path("x" * 5000))
    assert caught.value.kind == "input.missing"


def test_a_pipe_is_refused_unopened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputRejected, match="not a regular file") as caught:
        open_screenshot(tmp_path / "pipe.png")
    assert caught.value.kind == "input.unreadable"


def test_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected) as caught:
        open_screenshot(tmp_path)
    assert caught.value.kind == "input.directory"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello, this is text\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF",
    ],
    ids=["empty", "text", "svg", "pdf", "eps"],
)
def test_what_is_no_picture_is_refused_under_any_name(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(data)
    with pytest.raises(InputRejected, match="not a PNG, JPEG, WebP, GIF or BMP file") as caught:
        open_screenshot(file)
    assert caught.value.kind == "image.format"


def test_tiff_and_ico_are_not_accepted_formats() -> None:
    assert refuse(encode(SOLID, "TIFF")).kind == "image.format"
    assert refuse(encode(SOLID, "ICO")).kind == "image.format"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_truncated_data_is_corrupt(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (120, 120, 3), dtype=np.uint8))
    data = encode(noise, kind)
    assert refuse(data[: len(data) // 2]).kind == "image.corrupt"


def test_png_without_its_end_is_read_and_noted() -> None:
    data = encode(SOLID)
    shot = open_screenshot(None, data[:-12])
    assert pixel(shot) == RED
    assert "truncated_tail" in shot.notes


def test_huge_png_is_refused_from_its_header() -> None:
    error = refuse(png_header(30_000, 30_000))
    assert error.kind == "image.too_large"
    assert error.message == "30000x30000 (900.0 MP), limit 40.0 MP"


def test_side_limit_holds_on_its_own() -> None:
    assert refuse(png_header(20_000, 10)).kind == "image.too_large"


def test_huge_webp_is_refused_before_its_canvas_exists() -> None:
    size = (16_383 - 1).to_bytes(3, "little")
    header = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size + size
    data = b"RIFF" + struct.pack("<I", 4 + len(header)) + b"WEBP" + header
    assert refuse(data).kind == "image.too_large"


def test_too_many_bytes_are_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.png"
    with file.open("wb") as handle:
        handle.truncate(21 << 20)
    with pytest.raises(InputRejected, match=r"21\.0 MiB encoded, limit 20\.0 MiB"):
        open_screenshot(file)


def test_animation_gives_its_first_frame_and_says_so() -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("#ff0000", "#00ff00", "#0000ff")]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    shot = open_screenshot(None, data)
    assert pixel(shot) == (255, 0, 0)
    assert shot.notes == ("first frame of an animation",)


def test_exif_rotation_is_applied() -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste((0, 0, 0), (0, 0, 10, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90° clockwise to show
    shot = open_screenshot(None, encode(image, "JPEG", exif=exif, quality=95))
    assert shot.pixels.shape == (40, 20, 3)
    assert shot.pixels[2].max() < 60
    assert shot.pixels[-2].min() > 200


def test_transparency_shows_white() -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    image.paste((0, 0, 255, 128), (5, 0, 10, 10))
    shot = open_screenshot(None, encode(image))
    assert pixel(shot) == (255, 255, 255)
    assert pixel(shot, 9) == (127, 127, 255)


def test_palette_with_transparency_shows_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 20, 30, 200, 100, 50] + [0] * 762)
    image.paste(1, (4, 0, 8, 8))
    shot = open_screenshot(None, encode(image, "PNG", transparency=0))
    assert pixel(shot) == (255, 255, 255)
    assert pixel(shot, 7) == (200, 100, 50)


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    grey = Image.fromarray(np.full((6, 6), 0x80FF, np.uint16))
    assert pixel(open_screenshot(None, encode(grey))) == (128, 128, 128)


def test_cmyk_becomes_rgb() -> None:
    shot = open_screenshot(None, encode(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95))
    r, g, b = pixel(shot)
    assert r > 200
    assert max(g, b) < 60


def test_srgb_profile_changes_nothing_and_a_broken_one_is_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert pixel(open_screenshot(None, encode(SOLID, "PNG", icc_profile=profile))) == RED
    assert pixel(open_screenshot(None, encode(SOLID, "PNG", icc_profile=b"no profile at all"))) == RED


def test_one_pixel_is_a_picture() -> None:
    assert open_screenshot(None, encode(Image.new("RGB", (1, 1), RED))).pixels.tolist() == [[list(RED)]]


def test_long_page_is_a_picture() -> None:
    page = Image.new("RGB", (1920, 12_000), RED)
    assert open_screenshot(None, encode(page, "PNG", compress_level=1)).pixels.shape == (12_000, 1920, 3)


def test_hanging_decoder_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshot, "DECODE_TIMEOUT_S", 0.001)
    with pytest.raises(LimitExceeded) as caught:
        open_screenshot(None, encode(SOLID))
    assert (caught.value.kind, caught.value.exit_code) == ("image.timeout", 7)


def test_dead_decoder_costs_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshot, "_pillow_folder", lambda: "/nowhere")
    with pytest.raises(LimitExceeded) as caught:
        open_screenshot(None, encode(SOLID))
    assert caught.value.kind == "image.decoder_died"
    monkeypatch.undo()
    assert pixel(open_screenshot(None, encode(SOLID))) == RED


@pytest.mark.parametrize("seed", range(4))
def test_damaged_pictures_never_raise_anything_else(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = bytearray(
        encode(Image.fromarray(rng.integers(0, 255, (30, 30, 3), dtype=np.uint8)), ["PNG", "JPEG"][seed % 2])
    )
    for position in rng.integers(8, len(data), 12):
        data[position] = rng.integers(0, 256)
    with contextlib.suppress(VisionCodeError):
        open_screenshot(None, bytes(data))


@pytest.mark.parametrize(("claimed", "dpi"), [({"dpi": (144, 144)}, 144), ({}, None)])
def test_what_a_file_claims_of_its_density_is_kept(claimed: dict[str, tuple[int, int]], dpi: int | None) -> None:
    found = open_screenshot(None, encode(Image.new("RGB", (8, 8)), "PNG", **claimed)).dpi
    assert found == (None if dpi is None else pytest.approx(dpi, abs=0.1))
