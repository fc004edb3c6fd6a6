"""A file's text becomes a document that reads well.

Rules: words are never changed or left out; what only a browser understands goes (comments, tags, images); lists,
tables and code keep their lines; a link keeps its address, which is made absolute by the document's own address, or
goes where it leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.knowledge.index import split_blocks
from backend.knowledge.intake.formats.markdown import read_markdown_text, read_shown_text
from backend.knowledge.intake.front_matter import (
    CONTROL,
    addresses_in,
    audience_of,
    language_in,
    read_line,
    read_url,
    said_after,
    said_before,
    split_front_matter,
    unify_lines,
)
from backend.knowledge.intake.suspicion import find_marks

LONGEST_KEY = 500
LONGEST_TITLE = 300

IN_BRACKETS = r"\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)"
IMAGE = re.compile(rf"!\[([^\]\[]*+)\]{IN_BRACKETS}")
LINK = re.compile(r"(?<!!)\[([^\[\]]*+)\]\(\s*+<?+([^)\s>\[]{0,2000}+)>?+(?:\s++(?:\"[^\"]*\"|'[^']*'))?\s*\)")
MARKUP = re.compile(r"[*`]+|(?<!\w)_++|(?<!_)_++(?!\w)")
UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b\u2060\ufeff]")
JOINER = re.compile("(?<=[A-Za-z0-9\u00c0-\u024f\u0370-\u052f])[\u200c\u200d](?=[A-Za-z0-9\u00c0-\u024f\u0370-\u052f])")
MANY_BLANK_LINES = re.compile(r"\n{3,}")


def read_markdown(raw: str, path: str) -> Document:
    """Return the document of a Markdown file; `path` is relative to `kb/`, and the key when no id is given."""
    matter, body = split_front_matter(raw, path)
    url = read_url(matter, path)
    text, hidden = read_shown_text(unify_lines(body), url, is_jsx=path.endswith(".mdx"))
    return replace(make_document(matter, path, _tidy(text)), left_out=tuple(hidden))


def read_plain_text(raw: str, path: str) -> Document:
    """Return the document of a plain text file, with front matter or without."""
    matter, body = split_front_matter(raw, path)
    return make_document(matter, path, _tidy(unify_lines(body)))


def clean_markdown(text: str, url: str = "", *, is_jsx: bool = False) -> str:
    """Return Markdown as people read it: no comments or tags, and links that lead somewhere."""
    return _tidy(read_markdown_text(unify_lines(text), url, is_jsx=is_jsx))


def _tidy(text: str) -> str:
    return MANY_BLANK_LINES.sub("\n\n", text).strip()


def without_invisible(text: str) -> str:
    """Return a text without soft hyphens and spaces of no width; joiners stay where a script needs them."""
    return JOINER.sub("", UNSEEN.sub("", text))


def plain(text: str) -> str:
    """Return a line of Markdown without its marks: what a title looks like in a list."""
    return " ".join(MARKUP.sub("", LINK.sub(r"\1", IMAGE.sub(r"\1", text))).split())


def make_document(matter: Mapping[str, object], path: str, text: str) -> Document:
    """Return a document with what its front matter says; its title is given, else its first heading, else its file's.

    Raise SettingsError that names the field that cannot be used.
    """
    url = read_url(matter, path)
    key = read_line(matter, "id", path) or path
    if len(key) > LONGEST_KEY:
        raise SettingsError(f"kb/{path}: the id has {len(key)} characters; at most {LONGEST_KEY} can be kept.")
    text = CONTROL.sub("", text)
    title = read_line(matter, "title", path) or plain(_first_heading(text))[:LONGEST_TITLE] or _name_of(path)
    before, after = (clean_markdown("\n\n".join(said)) for said in (said_before(matter, text), said_after(matter)))
    whole = "\n\n".join(part for part in (before, text, after) if part)
    marks = find_marks(title, whole)  # before what nobody sees is taken out
    return Document(
        key,
        without_invisible(title),
        url,
        without_invisible(whole),
        marks,
        language_in(matter),
        audience_of(matter, path),
        addresses_in(matter),
    )


def _first_heading(text: str) -> str:
    return next((block.text for block in split_blocks(text) if block.kind == "heading"), "")


def _name_of(path: str) -> str:
    """Return a file's name as a title: `opening-hours.md` becomes `Opening hours`."""
    last = unquote(path.partition("?")[0] if "://" in path else path).rstrip("/").rsplit("/", 1)[-1]
    name = re.sub(r"\.[^.]+$", "", last)
    words = " ".join(re.split(r"[-_\s]+", name)).strip() or name
    return words[:1].upper() + words[1:]
