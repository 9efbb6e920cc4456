"""
A page of HTML, or a part of one, rewritten to a new picture: new elements, the head and all scripts as they were.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.errors import InputRejected
from vision_code.rewrite.dialect import DOTS_AS_ENTITIES, Dialect
from vision_code.rewrite.markup import Attribute, Expression, Markup, Piece, indent_at
from vision_code.rewrite.places import Replacement, applied, markup_in, replaced
from vision_code.rewrite.renew import Rewritten, own_sheets, renew
from vision_code.rewrite.template import Child, Reader, plainly
from vision_code.rewrite.tokens import NO_MESSAGES, Messages
from vision_code.syntax import descendants, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

#: A name that HTML does not know is somebody's library's: ``hx-post``, ``x-on:click``, ``(click)``, ``_``.
_PAGE = Dialect(
    kept=re.compile(r"on|slot$|[^a-z]|[a-z]+[^a-z]"),
    invisible=re.compile(r"(?!)"),
    dots=DOTS_AS_ENTITIES,
    closes_itself=False,
)
#: Languages of templates on servers: Jinja, Django, Liquid, Handlebars; ERB and EJS; PHP.
_MARKS = re.compile(rb"\{\{(.*?)\}\}|\{%.*?%\}|<%.*?%>|<\?.*?\?>", re.DOTALL)
#: Those of them that may show nothing.
_STATEMENT = re.compile(r"\{%|<%(?!=)|<\?(?!=)|\{\{[#/!]")
#: Writes a hidden field against forged requests. Sources: Django, "csrf_token"; Laravel, "csrf_field".
_TOKEN = re.compile(r"csrf", re.IGNORECASE)
#: On the stylesheet of the last drawing, so that the next one takes its place.
_OURS = "data-vision-code"
#: Outermost elements that stand beside what a part of a page shows.
_BESIDE = frozenset({"head", "title", "base", "meta", "link", "script", "style", "template"})
#: Selectors for the whole page, for everything in it, for a class.
_ROOTS, _ALL, _CLASS = (":root", "html"), "*, ::before, ::after", re.compile(r"\.(?:\\.|[\w-])+")
_RULE = re.compile(r"(?m)^(\s*)(\S.*?)(?= \{)")


class PageReader(Reader):
    """
    Reads one page.
    """

    def __init__(self, content: bytes, path: str, messages: Messages) -> None:
        super().__init__(content, path, messages)
        self.document = parsed("page.html", plainly(content, _MARKS))

    def element(self, node: Node, parent: Piece) -> Iterator[Child]:
        is_ours = node.type == "style_element" and self.is_ours(node)
        if not is_ours and (parent.tag or parent.parent is not None or self.tag(node).lower() not in _BESIDE):
            yield self.piece(node, parent)

    def is_ours(self, node: Node) -> bool:
        """
        Whether it is the stylesheet of the last drawing.
        """
        return any(each.type == "attribute" and self.name(each) == _OURS for each in node.children[0].children)

    def attribute(self, node: Node, tag: str, kind: str) -> Attribute:
        found = self.plain(node, self.name(node).lower())
        if found.literal is not None and _MARKS.search(found.literal.encode()):
            return Attribute(found.name, found.written, found.source, None, None, found.value)
        return found

    def words(self, start: int, stop: int) -> Iterator[Child]:
        for each in self.interpolated(start, stop, _MARKS):
            if isinstance(each, Expression) and _TOKEN.search(each.source):
                hidden = Attribute("type", "type", "", "hidden")
                yield Piece("input", (hidden,), each.start, each.stop, None, each.line)
                continue
            if isinstance(each, Expression):
                each.is_statement = _STATEMENT.match(each.source) is not None
            yield each

    def other(self, node: Node, parent: Piece) -> Iterator[Child]:
        yield self.expression(node.start_byte, node.end_byte)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    A page, or a part of one.

    Attributes:
        markup: What it shows; of a page, its body.
        reader: Of the file.
        head: Byte before the end of its head; None where it has none.
        style: Where the stylesheet of the last drawing stands in the head.
        sheets: Lines of the page's own stylesheets.
    """

    markup: Markup
    reader: PageReader
    head: int | None
    style: tuple[int, int] | None
    sheets: tuple[int, ...]


def read_page(content: bytes, path: str, messages: Messages = NO_MESSAGES) -> Page:
    """
    Raises:
        InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``, ``rewrite.uncertain``, ``rewrite.unsupported``.
    """
    if path.endswith(".component.html"):
        raise InputRejected("rewrite.unsupported", f"{path} is a template of Angular, which is not rewritten so far")
    reader = PageReader(content, path, messages)
    reader.check(reader.document)
    elements = {name: list(_tagged(reader, name)) for name in ("html", "head", "body")}
    if any(len(found) > 1 for found in elements.values()):
        raise InputRejected("rewrite.uncertain", f"{path} holds more than one page")
    head = next((each.children[-1].start_byte for each in elements["head"] if _is_closed(each)), None)
    styles = (each for each in descendants(reader.document) if each.type == "style_element" and reader.is_ours(each))
    style = next(((each.start_byte, each.end_byte) for each in styles if head and each.end_byte <= head), None)
    sheets = tuple(each.start_point.row + 1 for each in descendants(reader.document) if _is_sheet(reader, each))
    if elements["body"]:
        root = reader.piece(elements["body"][0], None)
        indent = indent_at(content, root.start)
        markup = Markup(content=content, root=root, spans=((root.start, root.stop),), indent=indent)
        return Page(markup=markup, reader=reader, head=head, style=style, sheets=sheets)
    around = elements["html"][0] if elements["html"] else reader.document
    nodes = [each for each in around.children if each.type not in ("start_tag", "end_tag", "doctype")]
    beside = [each for each in around.children if each not in nodes or _is_beside(reader, each)]
    root = Piece("", (), 0, len(content), (0, len(content)), 1)
    root.children = reader.children(nodes, root, 0, len(content))
    places = [(each.start_byte, each.end_byte) for each in beside]
    markup = markup_in(content, root, places, len(content), "")
    return Page(markup=markup, reader=reader, head=head, style=style, sheets=sheets)


def _is_sheet(reader: PageReader, node: Node) -> bool:
    if node.type == "style_element":
        return not reader.is_ours(node)
    is_link = node.type == "element" and reader.tag(node).lower() == "link"
    return is_link and "stylesheet" in reader.source(node.children[0])


def _tagged(reader: PageReader, name: str) -> Iterator[Node]:
    for each in descendants(reader.document):
        if each.type == "element" and reader.tag(each).lower() == name:
            yield each


def _is_closed(node: Node) -> bool:
    return node.children[-1].type == "end_tag"


def _is_beside(reader: PageReader, node: Node) -> bool:
    is_element = node.type.endswith("element")
    return is_element and reader.tag(node).lower() in _BESIDE


def rewrite_page(old: str, new: str, path: str, messages: Messages = NO_MESSAGES) -> Rewritten:
    """
    Args:
        old: The file as it is.
        new: The page that `vision_code.emit` wrote for the picture.
        path: Of the old file, for its name and messages.
        messages: Texts of the project's catalogue, by their keys.

    Raises:
        InputRejected: As `read_page`.
    """
    before = read_page(old.encode(), path, messages)
    drawn = read_page(new.encode(), path)
    rules = _rules(drawn)
    changes: list[Replacement] = []
    if before.markup.root.tag == "body" and before.head is not None:
        changes.append(_styled(before, rules, drawn.markup.step))
    else:
        drawn = read_page(_part(drawn, rules, before.markup.root.tag == "body"), path)
    renewed = renew(before.markup, drawn.markup, _PAGE, before.markup.indent)
    return Rewritten(
        text=applied(old.encode(), [*changes, *replaced(before.markup, renewed.text)]),
        name=PurePosixPath(path).stem,
        kept=renewed.kept,
        left=(*renewed.left, *own_sheets(before.sheets)),
        pairs=renewed.pairs,
    )


def _rules(drawn: Page) -> str:
    """
    The rules of the generated page, lines without their common indentation.
    """
    style = next(each for each in descendants(drawn.reader.document) if each.type == "style_element")
    lines = drawn.reader.text(style.children[0].end_byte, style.children[-1].start_byte).strip("\n").split("\n")
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[depth:] for line in lines).rstrip()


def _styled(page: Page, rules: str, step: str) -> Replacement:
    """
    The stylesheet at the end of the head, where its rules count more than those before it.
    """
    content = page.markup.content
    assert page.head is not None
    if page.style is not None:
        start, stop = page.style
        return Replacement(start, stop, _sheet(rules, indent_at(content, start), step))
    line = content.rfind(b"\n", 0, page.head) + 1
    own = content[line : page.head]
    if own.strip():
        return Replacement(page.head, page.head, f"\n{step}{_sheet(rules, step, step)}\n")
    indent = own.decode() + step
    return Replacement(line, line, f"{indent}{_sheet(rules, indent, step)}\n")


def _sheet(rules: str, indent: str, step: str) -> str:
    lines = [f"{indent}{step}{line}" if line else line for line in rules.split("\n")]
    return "\n".join([f"<style {_OURS}>", *lines, f"{indent}</style>"])


def _part(drawn: Page, rules: str, is_body: bool) -> bytes:
    """
    The generated body as a part of a page: an element with its rules in it, which are for this part alone.
    """
    root = drawn.markup.root
    assert root.inside is not None
    step = drawn.markup.step
    classes = (root.literal("class") or "").split()
    lines = _scoped(rules, classes).split("\n")
    scoped = "\n".join(["@scope {", *(step + line if line else line for line in lines), "}"])
    text = drawn.markup.text(root.start, root.stop)
    opening = drawn.markup.text(root.start, root.inside[0])
    inner, indent = text[len(opening) : len(text) - len("</body>")], drawn.markup.indent
    tag = "body" if is_body else "div"
    sheet = _sheet(scoped, indent + step, step)
    return f"{indent}<{tag}{opening[len('<body') :]}\n{indent}{step}{sheet}{inner}</{tag}>\n".encode()


def _scoped(rules: str, classes: Collection[str]) -> str:
    """
    The rules for one element and all in it. Source: CSS Cascade 6, "Scoped Style Rules": a selector that does not name
    the scope means what is in it.
    """

    def scoped(found: re.Match[str]) -> str:
        indent, selector = found.groups()
        if selector in _ROOTS:
            return f"{indent}:scope"
        if selector == _ALL:
            return f"{indent}:scope, {selector}"
        is_own = _CLASS.fullmatch(selector) is not None and re.sub(r"\\(.)", r"\1", selector[1:]) in classes
        return f"{indent}{selector}, :scope{selector}" if is_own else found[0]

    return _RULE.sub(scoped, rules)
