"""A document cut into passages.

Rules: a passage stands under one heading; it has about 900 characters; no list item, table row or line of code is
ever cut; a question stands alone with its answer; a sentence that leads in to a list stays with it; a table's or code's
head is repeated where it goes on; a heading without text is found by itself;
every document has at least one passage, or it could not be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.knowledge import Document
from backend.knowledge.index.blocks import MarkdownBlock, split_blocks

TARGET_CHARACTERS = 900
HEADING_GLUE = " > "


@dataclass(frozen=True, slots=True)
class Cutting:
    """A passage that has no place in the index yet."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class _Part:
    """The smallest thing that a passage is made of, with the block that it comes from."""

    text: str
    block: MarkdownBlock
    is_first: bool


def cut_document(document: Document) -> list[Cutting]:
    """Return the passages of a document in reading order."""
    cuttings = [
        Cutting(heading, text)
        for heading, blocks in _sections(document)
        for text in _pack([part for block in blocks for part in _parts(block)])
    ]
    return cuttings or [Cutting("", document.title)]


def _sections(document: Document) -> Iterator[tuple[str, list[MarkdownBlock]]]:
    """Yield each heading path with the blocks under it; the title's own heading is not part of a path."""
    path: list[tuple[int, str]] = []
    blocks: list[MarkdownBlock] = []
    for block in split_blocks(document.text):
        if block.kind != "heading":
            blocks.extend([block] if block.parts else [])  # an empty fence says nothing
            continue
        yield HEADING_GLUE.join(text for _, text in path), blocks or _said_alone(path, block)
        blocks = []
        path = [(level, text) for level, text in path if level < block.level]
        if block.text.strip() != document.title.strip():
            path.append((block.level, block.text))
    yield HEADING_GLUE.join(text for _, text in path), blocks or _said_alone(path)


def _said_alone(path: list[tuple[int, str]], following: MarkdownBlock | None = None) -> list[MarkdownBlock]:
    """Return a heading that nothing stands under as a text of its own, or its words could not be found."""
    if not path or (following is not None and following.level > path[-1][0]):
        return []
    return [MarkdownBlock("paragraph", (path[-1][1],))]


def _parts(block: MarkdownBlock) -> Iterator[_Part]:
    for number, text in enumerate(block.parts):
        yield _Part(text, block, is_first=number == 0)


def _pack(parts: list[_Part]) -> Iterator[str]:
    held: list[_Part] = []
    size = 0
    for part in parts:
        if held and size + len(part.text) > TARGET_CHARACTERS:
            carried = _lead_in(held, part)
            if len(carried) < len(held):
                yield _write(held[: len(held) - len(carried)])
                held = carried
                size = sum(len(each.text) for each in held)
        held.append(part)
        size += len(part.text) + 1
    if held:
        yield _write(held)


def _lead_in(held: list[_Part], following: _Part) -> list[_Part]:
    """Return the last parts that must move on with what follows: a sentence that leads in to a list."""
    last = held[-1].block
    if not (following.is_first and last.is_lead_in and following.block.kind != "paragraph"):
        return []
    return [part for part in held if part.block is last][-1:]


def _write(parts: list[_Part]) -> str:
    """Return the passage's text, with a blank line between blocks."""
    runs: list[list[_Part]] = []
    for part in parts:
        if runs and runs[-1][-1].block is part.block:
            runs[-1].append(part)
        else:
            runs.append([part])
    return "\n\n".join(_write_run(run) for run in runs).strip("\n")


def _write_run(run: list[_Part]) -> str:
    block = run[0].block
    body = block.glue.join(part.text for part in run)
    if block.kind == "code":
        return f"{block.head}\n{body}\n{block.head[:3]}"
    return f"{block.head}\n{body}" if block.head else body
