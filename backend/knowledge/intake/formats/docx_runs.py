"""What the library that reads Word documents leaves out, or shows though it is hidden, becomes plain runs of text.

Rules: a field shows what it was last worked out as; a reading above a word stands in brackets behind it; hidden text
goes; what is struck twice is struck.
"""

from __future__ import annotations

from xml.etree import ElementTree

SIGNS = (b"fldSimple", b"ruby", b"vanish", b"dstrike")
OFF = ("0", "false", "off")


def mend_runs(part: bytes) -> bytes:
    """Return a part of a document with these as the library reads them; one without them as it is.

    The part defines no entities: that was seen to before. Raise ParseError for one that is no XML.
    """
    if not any(sign in part for sign in SIGNS):
        return part
    root = ElementTree.fromstring(part)  # noqa: S314  without entities it is as large as it looks
    for holder in reversed(list(root.iter())):  # what stands within is mended before what it stands in
        made: list[ElementTree.Element] = []
        for child in holder:
            made.extend(_mended(child))
        if len(made) != len(holder) or any(old is not new for old, new in zip(holder, made, strict=True)):
            holder[:] = made
    made_of: bytes = ElementTree.tostring(root)
    return made_of


def _mended(node: ElementTree.Element) -> list[ElementTree.Element]:
    """Return what stands in the place of a node."""
    name = _name(node)
    if name == "fldSimple":
        return [child for child in node if _name(child) != "fldData"]
    if name != "r":
        return [node]
    if _is_on(node, "vanish"):
        return []
    for ruby in (child for child in node if _name(child) == "ruby"):
        return [*_runs(ruby, "rubyBase", "", ""), *_runs(ruby, "rt", "(", ")")]
    for struck in _is_on(node, "dstrike"):
        struck.tag = f"{_space(node)}strike"
    return [node]


def _runs(ruby: ElementTree.Element, part: str, before: str, behind: str) -> list[ElementTree.Element]:
    said = "".join(
        each.text or "" for child in ruby if _name(child) == part for each in child.iter() if _name(each) == "t"
    )
    run = ElementTree.Element(f"{_space(ruby)}r")
    ElementTree.SubElement(run, f"{_space(ruby)}t").text = f"{before}{said}{behind}" if said else ""
    return [run]


def _is_on(run: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """Return the marks of this name that a run's letters have."""
    marks = (mark for child in run if _name(child) == "rPr" for mark in child if _name(mark) == name)
    return [mark for mark in marks if mark.get(f"{_space(run)}val", "1").lower() not in OFF]


def _name(node: ElementTree.Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _space(node: ElementTree.Element) -> str:
    return str(node.tag).rpartition("}")[0] + "}"
