"""Formulas of a Word document become text on their line (`A=πr^2`), since what reads the document leaves them out."""

from __future__ import annotations

from xml.etree import ElementTree

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The parts of a thing, and what stands between them.
GLUE = {"f": ("num", "/", "den"), "sSup": ("e", "^", "sup"), "sSub": ("e", "_", "sub")}


def write_formulas(part: bytes) -> bytes:
    """Return a part of a document with its formulas as text; one without formulas as it is.

    The part defines no entities: that was seen to before. Raise ParseError for one that is no XML.
    """
    if b"oMath" not in part:
        return part
    root = ElementTree.fromstring(part)  # noqa: S314  without entities it is as large as it looks
    for holder in list(root.iter()):
        for number, child in enumerate(list(holder)):
            if child.tag in (f"{MATH}oMath", f"{MATH}oMathPara"):
                holder[number] = _written(child, is_alone=holder.tag != f"{WORD}p")
    made: bytes = ElementTree.tostring(root)
    return made


def _written(formula: ElementTree.Element, *, is_alone: bool) -> ElementTree.Element:
    """Return a run of text with the formula; a paragraph of it where it stands in none."""
    run = ElementTree.Element(f"{WORD}r")
    ElementTree.SubElement(run, f"{WORD}t").text = _flat(formula)
    if not is_alone:
        return run
    paragraph = ElementTree.Element(f"{WORD}p")
    paragraph.append(run)
    return paragraph


def _flat(node: ElementTree.Element) -> str:
    name = node.tag.removeprefix(MATH)
    if name == "t":
        return node.text or ""
    if name in GLUE:
        first, glue, last = GLUE[name]
        return f"{_of(node, first)}{glue}{_of(node, last)}"
    if name == "rad":
        return f"√{_of(node, 'e')}"
    if name == "sSubSup":
        return f"{_of(node, 'e')}_{_of(node, 'sub')}^{_of(node, 'sup')}"
    if name == "d":
        return f"({''.join(_flat(child) for child in node if child.tag == f'{MATH}e')})"
    return "".join(map(_flat, node))


def _of(node: ElementTree.Element, name: str) -> str:
    """Return a part of a thing, in brackets where it is more than one letter or number."""
    part = node.find(f"{MATH}{name}")
    text = "".join(map(_flat, part)) if part is not None else ""
    return text if len(text) < 2 or text.isalnum() or text.startswith("(") else f"({text})"
