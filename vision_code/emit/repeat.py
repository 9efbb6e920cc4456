"""
Repeated items as data and one template: what the instances share is markup, what differs becomes fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from vision_code.emit.build import SourceOf, attributes, tag, text_nodes
from vision_code.emit.data import Collection, Datum, Field
from vision_code.emit.fields import attribute_field, collection_names, text_field
from vision_code.emit.names import camel, singular, unique
from vision_code.emit.nodes import Chars, Choice, Each, Joined, Node, Ref, Tag, Value, When
from vision_code.emit.segments import Run, Segment, Unlike, columns, segments
from vision_code.uitree import Element, Text

#: Field of classes that differ between instances.
#: A divider below each but the last.
_EDGE = "border"
_TONE = "tone"
#: Classes that make one instance look other than the next: colours, type, and how far a bar goes.
_PAINT = ("bg-", "text-", "border-", "from-", "to-", "fill-", "font-", "w-", "placeholder:", "size-")
#: What so many instances have is usual.
_MOST_SHARE = 0.6
#: From this many fields on, a record says less than the markup would.
_MOST_FIELDS = 16
#: Attributes whose values are words of a fixed vocabulary: their fields are unions of what occurs.
_FREE_ATTRIBUTES = frozenset({
    "href", "src", "alt", "title", "placeholder", "id", "for", "name", "value", "aria-label", "aria-describedby",
    "aria-labelledby", "datetime", "class",
})  # fmt: skip

TokensOf = Callable[[Element], tuple[str, ...]]


@dataclass(slots=True)
class Scope:
    """
    What is known while one collection is taken apart.

    Attributes:
        item: Name of the loop variable.
        size: Number of instances; every column of values has that many.
        tokens_of, source: Class tokens of an element, and the expression for a picture.
        headers: Field names for table cells, from the header row.
        hint: Name that the next text field should get, empty when there is none better than its element's.
        taken: Names of constants and types that are in use.
        loops: Names of the loop variables around, this loop's own among them.
    """

    item: str
    size: int
    tokens_of: TokensOf
    source: SourceOf
    headers: tuple[str, ...]
    taken: set[str]
    loops: frozenset[str] = frozenset()
    hint: str = ""
    fields: list[Field] = field(default_factory=list)
    nested: list[Collection] = field(default_factory=list)

    def ref(self, name: str, values: Sequence[Datum], type_name: str = "string") -> Ref:
        """
        A reference to the field that holds ``values``: an existing one with the same values, else a new one.
        """
        for known in self.fields:
            if known.values == list(values) and known.type == type_name:
                return Ref(f"{self.item}.{known.name}")
        free = unique(name, [known.name for known in self.fields])
        self.fields.append(Field(free, list(values), type_name))
        if len(self.fields) > _MOST_FIELDS:
            raise Unlike
        return Ref(f"{self.item}.{free}")

    def flag(self, name: str, values: Sequence[bool | None]) -> Ref:
        """
        A reference to a field that is true for some instances and absent for the others.
        """
        return self.ref(name, [value or None for value in values], "boolean")


def factor(
    run: tuple[Element, ...],
    parent: Element,
    *,
    tokens_of: TokensOf,
    source: SourceOf,
    headers: tuple[str, ...],
    taken: set[str],
) -> tuple[Each, Collection]:
    """
    A run of repeated siblings as a loop over data; the names it uses are added to ``taken``.

    Raises:
        Unlike: the siblings have no structure in common, or nothing that differs.
    """
    variable, type_name = collection_names(run, parent)
    names = set(taken)
    variable = unique(variable, names)
    type_name = unique(type_name, names)
    names |= {variable, type_name}
    item, body, found = _collect(run, variable, type_name, Scope("", len(run), tokens_of, source, headers, names))
    taken |= names
    return Each(items=Ref(variable), item=item, key=_key(item, found, [found.entries]), body=body), found


def _collect(run: tuple[Element, ...], variable: str, type_name: str, around: Scope) -> tuple[str, Tag, Collection]:
    """
    Loop variable, template and data of a run; ``around`` gives the names that are taken and how classes are made.
    """
    item = unique(_item_name(type_name, variable), around.taken | around.loops)
    loops = around.loops | {item}
    scope = Scope(item, len(run), around.tokens_of, around.source, around.headers, around.taken, loops)
    body = _element(list(run), scope)
    if not scope.fields:
        raise Unlike
    only = scope.fields[0]
    if len(scope.fields) == 1 and only.type == "string" and not only.is_optional:
        return item, _rename(body, f"{item}.{only.name}", item), Collection(variable, "string", [], only.values, [])
    records: list[Datum] = [{each.name: each.values[i] for each in scope.fields} for i in range(len(run))]
    return item, body, Collection(variable, type_name, scope.fields, records, scope.nested)


def _item_name(type_name: str, variable: str) -> str:
    """
    Name of the loop variable: the last word of the type ("card" for "PricingCard"), which reads well and stays short.
    """
    name = (camel(type_name) or singular(variable)).rstrip("0123456789")
    last = [i for i, char in enumerate(name) if char.isupper()]
    return camel(name[last[-1] :].lower()) if last else name


def _key(item: str, found: Collection, lists: Sequence[Sequence[Datum]]) -> str | None:
    """
    What tells the entries of each list apart: the plain value, or the first field that differs in all of them; words
    before classes.
    """

    def differs(values: list[list[str]]) -> bool:
        return all(len(set(column)) == len(column) for column in values)

    if not found.fields:
        return item if differs([[str(entry) for entry in entries] for entries in lists]) else None
    for each in sorted(found.fields, key=lambda field: field.name.startswith(_TONE)):
        if each.type != "string" or each.is_optional:
            continue
        if differs([[str(entry[each.name]) for entry in entries if isinstance(entry, dict)] for entries in lists]):
            return f"{item}.{each.name}"
    return None


def _element(instances: list[Element | None], scope: Scope) -> Tag:
    """
    One template for the instances that are there.
    """
    present = [element for element in instances if element is not None]
    first = present[0]
    if any(element.tag != first.tag for element in present):
        raise Unlike
    attrs = _attributes(instances, first, _class_value(instances, scope), scope)
    children: list[Node] = []
    rows = [None if element is None else segments(element) for element in instances]
    for position, column in enumerate(columns(rows)):
        children += _column(column, first, position, instances, scope)
    regions = tuple(element.region for element in present if element.region is not None)
    return replace(tag(first, attrs, tuple(children)), regions=regions)


def _column(
    column: list[Segment | None], parent: Element, position: int, instances: list[Element | None], scope: Scope
) -> list[Node]:
    """
    One segment of the template. ``instances`` are the parents: a segment is optional where its parent is there.
    """
    texts = [segment if isinstance(segment, Text) else None for segment in column]
    if any(texts):
        return _text(texts, parent, scope)
    if any(isinstance(segment, Run) for segment in column):
        return [_run([segment if isinstance(segment, Run) else None for segment in column], parent, scope)]
    elements = [segment if isinstance(segment, Element) else None for segment in column]
    if parent.tag == "tr":
        scope.hint = scope.headers[position] if position < len(scope.headers) else ""
    body = _element(elements, scope)
    missing = any(
        element is None and parent_there is not None for element, parent_there in zip(elements, instances, strict=True)
    )
    return [When(test=_presence(elements, body, scope), body=body)] if missing else [body]


def _presence(elements: list[Element | None], body: Tag, scope: Scope) -> Ref:
    """
    The value that is there exactly when the element is: a field it shows, else a flag.
    """
    there = [element is not None for element in elements]
    for known in scope.fields:
        if known.type == "string" and [value is not None for value in known.values] == there:
            return Ref(f"{scope.item}.{known.name}")
    name = camel(next((element.component for element in elements if element is not None), "")) or body.name
    return scope.flag(f"has{name[:1].upper()}{name[1:]}", there)


def _text(texts: list[Text | None], parent: Element, scope: Scope) -> list[Node]:
    present = [text for text in texts if text is not None]
    if len({text.break_after for text in present}) > 1:
        raise Unlike
    first = present[0]
    if len({text.text for text in present}) == 1 and len(present) == scope.size:
        return text_nodes(first)
    name, scope.hint = scope.hint or text_field(parent, [text.text for text in present]), ""
    ref = scope.ref(name, [None if text is None else text.text for text in texts])
    return [Chars(ref), *text_nodes(Text(text="", break_after=first.break_after))]


def _run(runs: list[Run | None], parent: Element, scope: Scope) -> Each:
    """
    A loop inside the loop: an array field.
    """
    everything = tuple(element for run in runs if run is not None for element in run.elements)
    variable, type_name = collection_names(everything, parent)
    type_name = unique(type_name, scope.taken)
    scope.taken.add(type_name)
    item, body, found = _collect(everything, variable, type_name, scope)
    lists: list[list[Datum]] = []
    for run in runs:
        start = sum(len(entries) for entries in lists)
        lists.append(found.entries[start : start + len(run.elements)] if run is not None else [])
    scope.nested += [found] if found.fields else []
    ref = scope.ref(variable, [*lists], f"{found.type_name}[]")
    return Each(items=ref, item=item, key=_key(item, found, lists), body=body)


def _attributes(
    instances: list[Element | None], first: Element, class_value: Value, scope: Scope
) -> tuple[tuple[str, Value], ...]:
    given = [None if element is None else dict(attributes(element, "", scope.source)) for element in instances]
    template = dict(attributes(first, class_value, scope.source))
    for other in given:
        for name in other or {}:
            template.setdefault(name, "")
    found: list[tuple[str, Value]] = []
    for name, value in template.items():
        if name == "class":
            found.append((name, value))
            continue
        column = [None if attrs is None else attrs.get(name) for attrs in given]
        seen = [value for attrs, value in zip(given, column, strict=True) if attrs is not None]
        same = all(value == seen[0] for value in seen)
        if name == "start" and not same:
            raise Unlike  # a number where the data has texts
        found.append((name, seen[0] if same and seen[0] is not None else _attribute_ref(name, column, first, scope)))
    return tuple(found)


def _attribute_ref(name: str, column: list[Value | None], element: Element, scope: Scope) -> Ref:
    field_name = attribute_field(element, name)
    if any(isinstance(value, bool) for value in column):
        return scope.flag(field_name, [bool(value) for value in column])
    values: list[Datum] = [value if isinstance(value, str | Ref) else None for value in column]
    if name in _FREE_ATTRIBUTES:
        return scope.ref(field_name, values)
    words = sorted({value for value in values if isinstance(value, str)})
    return scope.ref(field_name, values, " | ".join(f'"{word}"' for word in words))


def _class_value(instances: list[Element | None], scope: Scope) -> Value:
    """
    The class list of a template: what all share, and a flag or a field for the rest.
    """
    lists = [None if element is None else scope.tokens_of(element) for element in instances]
    present = [tokens for tokens in lists if tokens is not None]
    if all(tokens == present[0] for tokens in present):
        return " ".join(present[0])
    shared = [token for token in present[0] if all(token in tokens for tokens in present)]
    rest = [None if tokens is None else " ".join(token for token in tokens if token not in shared) for tokens in lists]
    common, variants = " ".join(shared), list(dict.fromkeys(part for part in rest if part is not None))
    if len(variants) > 2:
        if _are_laid_out_differently(rest):
            raise Unlike  # measures are no data: such instances are written out
        return Joined(common, scope.ref(_TONE, rest))
    counts = [rest.count(variant) for variant in variants]
    marked = variants[0] if counts[0] < counts[1] else variants[1]
    plain = variants[1] if marked == variants[0] else variants[0]
    tag_name = next(element.tag for element in instances if element is not None)
    once = counts[variants.index(marked)] == 1
    if once and rest[-1] == marked and all(token.startswith(_EDGE) for token in f"{marked} {plain}".split()):
        name = "last"
    else:
        name = "active" if once and tag_name in ("a", "li", "button") else "featured"
    test = scope.flag(name, [None if part is None else part == marked for part in rest])
    return Choice(test, common, marked, plain)


def _are_laid_out_differently(rest: list[str | None]) -> bool:
    """
    Whether more than the odd one of several instances has a place or size that most have not.

    Args:
        rest: The classes of each that not all share; None where it is not there.
    """
    parts = [part.split() for part in rest if part is not None]
    times = Counter(token for tokens in parts for token in tokens if not token.startswith(_PAINT))
    rare = {token for token, count in times.items() if count < _MOST_SHARE * len(parts)}
    return sum(bool(rare & set(tokens)) for tokens in parts) > max(1, len(parts) // 4)


def _rename(node: Tag, old: str, new: str) -> Tag:
    """
    The template with one reference renamed: ``feature.text`` is ``feature`` when the entries are plain strings.
    """

    def value(given: Value) -> Value:
        if isinstance(given, Ref):
            return Ref(new) if given.path == old else given
        return Joined(given.common, Ref(new)) if isinstance(given, Joined) and given.ref.path == old else given

    def child(given: Node) -> Node:
        if isinstance(given, Chars):
            return Chars(Ref(new)) if isinstance(given.text, Ref) and given.text.path == old else given
        if isinstance(given, Tag):
            return _rename(given, old, new)
        return given

    attrs = tuple((name, value(given)) for name, given in node.attrs)
    children = tuple(child(given) for given in node.children)
    return replace(node, attrs=attrs, children=children)
