"""
Which pictures a document refers to, and where each of them lies.

Knows nothing of editors: spans are characters of the text, paths are files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vision_code.project.aliases import aliases_of
from vision_code.project.files import Files
from vision_code.project.packages import package_of
from vision_code.project.references.css import scan_css
from vision_code.project.references.markdown import scan_markdown
from vision_code.project.references.markup import scan_markup
from vision_code.project.references.mention import Kind, Mention
from vision_code.project.references.resolve import Resolver
from vision_code.project.references.script import scan_script
from vision_code.project.span import Span

__all__ = ["Kind", "Reference", "Span", "references"]

#: A longer document is made by a machine.
MAX_CHARS = 2 * 1024 * 1024
_Scan = Callable[[str], Iterator[Mention]]
_SCSS: _Scan = partial(scan_css, line_comments=True)
_JSX: _Scan = partial(scan_script, jsx=True)
#: Scanner by a file's ending, and by the name that editors give a language where that is another word.
_SCANNERS: dict[str, _Scan] = {
    **dict.fromkeys(
        ("html", "htm", "xhtml", "vue", "svelte", "php", "twig", "hbs", "erb", "njk", "jinja", "j2", "liquid", "ejs",
         "vue-html", "handlebars", "blade"), scan_markup),
    "astro": partial(scan_markup, front_matter=True),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "tsx", "javascript", "javascriptreact", "typescriptreact"), _JSX),
    **dict.fromkeys(("ts", "mts", "cts", "typescript"), scan_script),
    **dict.fromkeys(("md", "markdown"), scan_markdown),
    "mdx": partial(scan_markdown, modules=True),
    **dict.fromkeys(("css", "pcss", "postcss"), scan_css),
    **dict.fromkeys(("scss", "sass", "less", "styl", "stylus"), _SCSS),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    A picture that a document refers to.

    Attributes:
        kind: Element, Markdown picture, module import or CSS ``url()``.
        span: The whole construct: ``<img …>``, ``![…](…)``, ``import … from "…"``, ``url(…)``.
        path_span: The name as it is written, without quotes; of a Markdown reference it stands in the definition.
        raw: That name.
        path: The file that it means, below the workspace as it is with links followed.
        exists: Whether a file is there.
    """

    kind: Kind
    span: Span
    path_span: Span
    raw: str
    path: Path
    exists: bool


def references(text: str, document: Path, *, root: Path, language: str = "") -> tuple[Reference, ...]:
    """
    The pictures that a document refers to, in the order in which they stand in it.

    Remote and ``data:`` addresses, files outside the workspace and names that only running the code would tell are no
    references. Nothing is raised for a broken document: what can be told is told.

    Args:
        text: The document, as it is in the editor.
        document: Its path; it need not exist.
        root: The workspace. Nothing outside it is looked at.
        language: What the editor calls the language; the document's ending decides when it is empty or unknown.
    """
    scan = _SCANNERS.get(language) or _SCANNERS.get(document.suffix[1:].lower())
    mentions = list(scan(text)) if scan is not None and len(text) <= MAX_CHARS else []
    if not mentions:
        return ()
    files = Files.below(root)
    folder = files.real(document.parent)
    package = package_of(files, folder)
    resolver = Resolver(files, folder, package.folder, aliases_of(files, package))
    found: list[Reference] = []
    for mention in sorted(mentions, key=lambda mention: (mention.span, mention.path)):
        resolved = resolver.resolve(mention)
        if resolved is not None:
            found.append(
                Reference(
                    kind=mention.kind,
                    span=mention.span,
                    path_span=mention.path,
                    raw=text[mention.path.start : mention.path.end],
                    path=resolved[0],
                    exists=resolved[1],
                )
            )
    return tuple(found)
