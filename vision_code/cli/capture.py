"""
``vision-code capture``: a picture of the screen, or of a page, into a file.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.cli.arguments import output_file
from vision_code.cli.report import note, out, out_json
from vision_code.errors import UsageError

if TYPE_CHECKING:
    from vision_code.capture import Area, Monitor, Picture


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``capture``.
    """
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the monitors and write nothing")
    what.add_argument("--monitor", type=int, metavar="N", help="number of a monitor (default: the primary one)")
    what.add_argument(
        "--region",
        metavar="X,Y,W,H",
        help="part of the screen, in its own coordinates; write --region=-80,0,… if X < 0",
    )
    what.add_argument(
        "--url",
        metavar="URL",
        help="a page: http: or https:, the only thing this program ever loads from the network, "
        "or file: inside the current folder, which is shown without network",
    )
    parser.add_argument("-o", "--output", type=output_file, metavar="FILE", help="the PNG to write")
    parser.add_argument("--width", type=int, metavar="PX", help="with --url: width of the window (1280)")
    parser.add_argument("--viewport", action="store_true", help="with --url: only what the window shows, 800 px high")
    parser.add_argument("--deadline", type=float, metavar="S", help="with --url: seconds that the page may take (30)")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def run(args: argparse.Namespace) -> int:
    """
    List the monitors, or write one picture.
    """
    _refuse_early(args)
    if args.list:
        _list(as_json=args.json)
    elif args.url is not None:
        _page(args)
    else:
        _screen(args)
    return 0


def _refuse_early(args: argparse.Namespace) -> None:
    """
    What can be refused without work is refused before any work.
    """
    from vision_code.output import refuse_early

    if args.url is None and (args.width is not None or args.viewport or args.deadline is not None):
        raise UsageError("usage.arguments", "--width, --viewport and --deadline belong to --url")
    if args.list:
        if args.output is not None:
            raise UsageError("usage.arguments", "--list writes nothing; leave -o away")
        return
    if args.output is None:
        raise UsageError("usage.arguments", "name the PNG to write with -o FILE, or use --list")
    if args.output.suffix.lower() != ".png":
        raise UsageError("usage.output", f"{args.output}: pictures are written as PNG; let the name end in .png")
    refuse_early(args.output, force=args.force)


def _list(*, as_json: bool) -> None:
    from vision_code.capture import monitors

    found = monitors()
    if as_json:
        out_json({"monitors": [_monitor(each) for each in found]})
        return
    for each in found:
        said = [f"{each.number}  {each.area}", f"scale {each.scale:g}", each.name, "primary" if each.primary else ""]
        out("  ".join(word for word in said if word))


def _monitor(monitor: Monitor) -> dict[str, object]:
    return {
        "number": monitor.number,
        "name": monitor.name,
        **_sides(monitor.area),
        "scale": monitor.scale,
        "primary": monitor.primary,
    }


def _sides(area: Area) -> dict[str, int]:
    return {"x": area.x, "y": area.y, "width": area.width, "height": area.height}


def _screen(args: argparse.Namespace) -> None:
    from vision_code.capture import capture_screen, parse_region

    region = parse_region(args.region) if args.region is not None else None
    grab = capture_screen(monitor=args.monitor, region=region)
    facts: dict[str, object] = {"monitor": grab.monitor, "area": _sides(grab.area), "scale": grab.scale}
    _written(args, grab.picture, facts, f"monitor {grab.monitor}" if grab.monitor else f"region {grab.area}")


def _page(args: argparse.Namespace) -> None:
    from vision_code.capture import capture_page

    given = {"width_px": args.width, "deadline_s": args.deadline}
    page = capture_page(args.url, whole=not args.viewport, **{k: v for k, v in given.items() if v is not None})
    _written(args, page.picture, {"url": page.url, "status": page.status}, page.url)


def _written(args: argparse.Namespace, picture: Picture, facts: dict[str, object], what: str) -> None:
    from vision_code.output import write_all

    file: Path = args.output
    write_all({file: picture.png}, force=args.force)
    for line in picture.notes:
        note(f"note: {line}")
    if args.json:
        size = {"width": picture.width_px, "height": picture.height_px}
        out_json({"file": str(file), **size, **facts, "notes": list(picture.notes)})
    else:
        out(f"{file} ({picture.width_px}x{picture.height_px} px, {what})")
