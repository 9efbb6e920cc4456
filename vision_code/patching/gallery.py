"""
Pages before and after a patch, for people: pictures as files, and one page that shows them side by side by itself.

GitHub takes ``data:`` addresses out of a job's summary, and shows pictures there only from a server that anybody can
ask. So nothing is shown inline: the summary says in which artifact these files are.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vision_code.patching.sight import View

if TYPE_CHECKING:
    from vision_code.render import Pixels

PAGE = "before-after.html"
_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Before and after the patch</title>
<style>
body { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff }
div { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: start }
figure { margin: 0 } img { max-width: 100%; border: 1px solid #888 } h2 { overflow-wrap: anywhere }
</style>
<h1>Before and after the patch</h1>
"""


def gallery(views: Sequence[View]) -> dict[str, bytes]:
    """
    File name → content: ``before-1.png`` and so on, and `PAGE`; nothing where nothing was seen.
    """
    files: dict[str, bytes] = {}
    body = []
    for number, view in enumerate(views, 1):
        figures = []
        for when, pixels in (("before", view.before), ("after", view.after)):
            if pixels is None:
                figures.append(f"<figure><figcaption>{when}: there is no such page</figcaption></figure>")
                continue
            picture = _png(pixels)
            files[f"{when}-{number}.png"] = picture
            held = base64.b64encode(picture).decode()
            figures.append(
                f'<figure><figcaption>{when}</figcaption><img src="data:image/png;base64,{held}"'
                f' alt="{html.escape(view.page)} {when} the patch"></figure>'
            )
        body.append(f"<h2>{html.escape(view.page)}</h2>\n<div>{''.join(figures)}</div>\n")
    return files | {PAGE: (_HEAD + "".join(body)).encode()} if body else {}


def _png(pixels: Pixels) -> bytes:
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    return held.getvalue()
