"""
The decoder child: encoded bytes on stdin, one JSON line and raw RGB rows on stdout, under hard limits.

Run as a script by `screenshot`, with an isolated interpreter and the folder that holds Pillow as first argument. It
imports nothing of this package: start-up stays under 0.1 s and a fault in a codec kills only this process.
"""

from __future__ import annotations

import errno
import importlib
import io
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_MEMORY_BYTES = 1 << 30
_CPU_S = 5

_PLUGIN = {
    "PNG": "PngImagePlugin",
    "JPEG": "JpegImagePlugin",
    "WEBP": "WebPImagePlugin",
    "GIF": "GifImagePlugin",
    "BMP": "BmpImagePlugin",
}

#: What Pillow imports only when a picture needs it (EXIF is a small TIFF); later it could not be opened any more.
_LAZY_IMPORTS = ("PIL.TiffImagePlugin", "PIL.ImagePalette", "PIL.ImageColor", "copy", "mmap")

#: A complete IEND chunk; Pillow decodes a PNG without it and says nothing.
_PNG_TAIL = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def _bound_process() -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's wall clock is the only bound
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _close_doors() -> None:
    """
    From here on no file and no socket can be opened: the limit leaves room for the three standard streams only.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _answer(**fields: Any) -> None:
    sys.stdout.buffer.write(json.dumps(fields).encode() + b"\n")


def _to_srgb(image: Image.Image) -> Image.Image:
    """
    Colours through the embedded ICC profile, when there is one that is not sRGB itself.
    """
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        target = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a damaged profile is metadata: dropped, not an error
        return image
    return converted if converted is not None else image


def _to_rgb(image: Image.Image) -> Image.Image:
    """
    Any mode to 8-bit RGB, transparent pixels over white.
    """
    from PIL import Image as Pillow

    if image.mode.startswith("I") or image.mode == "F":  # 16-bit grey: keep the high byte
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Pillow.new("RGBA", layer.size, (255, 255, 255, 255))
        white.alpha_composite(layer)
        return white.convert("RGB")
    return image.convert("RGB")


def _decode(data: bytes, kind: str, max_pixels: int, max_side: int) -> None:
    from PIL import Image, ImageCms, ImageOps

    Image.preinit()  # all imports happen here, while files may still be opened
    for module in (f"PIL.{_PLUGIN[kind]}", *_LAZY_IMPORTS):
        importlib.import_module(module)
    ImageCms.createProfile("sRGB")  # loads the colour engine
    Image.MAX_IMAGE_PIXELS = None  # our own check below is stricter than Pillow's warning
    _close_doors()
    image: Image.Image = Image.open(io.BytesIO(data), formats=[kind])
    width, height = image.size
    if width * height > max_pixels or max(width, height) > max_side:
        _answer(error="too_large", width=width, height=height)
        return
    animated = bool(getattr(image, "is_animated", False))
    image.load()
    notes = ["first frame of an animation"] if animated else []
    if kind == "PNG" and _PNG_TAIL not in data[-4096:]:
        notes.append("truncated_tail")
    dpi = image.info.get("dpi") if kind == "PNG" else None
    oriented = ImageOps.exif_transpose(image)
    image = _to_rgb(_to_srgb(oriented if oriented is not None else image))
    _answer(width=image.width, height=image.height, notes=notes, dpi=dpi[0] if dpi else None)
    sys.stdout.buffer.write(image.tobytes())


def main() -> None:
    """
    ``decoder.py SITE_PACKAGES FORMAT MAX_PIXELS MAX_SIDE < encoded > header-line + rows``.

    Any exception of a codec is answered as ``corrupt``: Pillow raises at least nine classes for damaged input.
    """
    _bound_process()
    sys.path.insert(0, sys.argv[1])
    data = sys.stdin.buffer.read()
    try:
        _decode(data, sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    except MemoryError:
        _answer(error="memory")
    except ImportError:  # Pillow itself is missing or broken
        raise
    except OSError as error:
        if error.errno == errno.EMFILE:  # a closed door was tried: a fault of this program, not of the picture
            raise
        _answer(error="corrupt")
    except Exception:
        _answer(error="corrupt")


if __name__ == "__main__":
    main()
