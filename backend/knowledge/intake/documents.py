"""A file's text becomes a document that reads well.

Rules: words are never changed or left out; what only a browser understands goes (comments, tags, images); lists,
tables and code keep their lines; a link keeps its address, which is made absolute by the document's own address, or
goes where it leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.domain.toml import read_toml
from backend.knowledge.index import split_blocks
from backend.knowledge.intake.formats.markdown import read_markdown_text
from backend.knowledge.intake.suspicion import find_marks

LONGEST_KEY = 500
LONGEST_TITLE = 300
LONGEST_FRONT_MATTER = 50_000
MOST_NAMES = 100
FRONT_MATTER_TABLE = Path(__file__).with_name("front_matter.toml")
AUDIENCE = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
LANGUAGE = re.compile(r"\A\s*+[a-zA-Z]{2}(?:[-_]|\s*+\Z)")

FRONT_MATTER = re.compile(r"\A---[ \t]*+\n(.*?)^(?:---|\.\.\.)[ \t]*+(?:\n|\Z)", re.S | re.M)
OPENS_FRONT_MATTER = re.compile(r"\A---[ \t]*+\n(?:[ \t]*+(?:#.*+)?+\n)*+(?:[\w-]++[ \t]*+:|---[ \t]*+(?:\n|\Z))")
IN_BRACKETS = r"\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)"
IMAGE = re.compile(rf"!\[([^\]\[]*+)\]{IN_BRACKETS}")
LINK = re.compile(r"(?<!!)\[([^\[\]]*+)\]\(\s*+<?+([^)\s>\[]{0,2000}+)>?+(?:\s++(?:\"[^\"]*\"|'[^']*'))?\s*\)")
MARKUP = re.compile(r"[*`]+|(?<!\w)_++|(?<!_)_++(?!\w)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")  # what would steer a terminal that shows the page
MANY_BLANK_LINES = re.compile(r"\n{3,}")


def read_markdown(raw: str, path: str) -> Document:
    """Return the document of a Markdown file; `path` is relative to `kb/`, and the key when no id is given."""
    matter, body = split_front_matter(raw, path)
    return make_document(matter, path, clean_markdown(body, _read_url(matter, path)))


def read_plain_text(raw: str, path: str) -> Document:
    """Return the document of a plain text file, with front matter or without."""
    matter, body = split_front_matter(raw, path)
    text = MANY_BLANK_LINES.sub("\n\n", _unify_lines(body)).strip()
    return make_document(matter, path, text)


def split_front_matter(raw: str, path: str) -> tuple[Mapping[str, object], str]:
    """Return the fields of the front matter and the text after it; raise SettingsError when it is broken."""
    text = _unify_lines(raw).lstrip("\ufeff")
    if not OPENS_FRONT_MATTER.match(text):
        return {}, text  # a line of dashes may also just part what is above it from what is below
    match = FRONT_MATTER.match(text)
    if match is None:
        raise SettingsError(f"kb/{path}: the front matter is not closed; end it with a line of three dashes (---).")
    if len(match[1]) > LONGEST_FRONT_MATTER:
        raise SettingsError(
            f"kb/{path}: the front matter has more than {LONGEST_FRONT_MATTER:,} characters; shorten it."
        )
    try:
        matter = yaml.safe_load(match[1])
    except RecursionError:
        raise SettingsError(f"kb/{path}: the front matter is nested too deep; write it as simple lines.") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"kb/{path}: the front matter is not YAML ({_where(error)}).") from None
    if matter is None:
        return {}, text[match.end() :]
    if not isinstance(matter, dict):
        raise SettingsError(f'kb/{path}: the front matter must be lines such as "title: Our prices".')
    return {str(name): value for name, value in matter.items()}, text[match.end() :]


def clean_markdown(text: str, url: str = "", *, is_jsx: bool = False) -> str:
    """Return Markdown as people read it: no comments or tags, and links that lead somewhere."""
    return MANY_BLANK_LINES.sub("\n\n", read_markdown_text(_unify_lines(text), url, is_jsx=is_jsx)).strip()


def plain(text: str) -> str:
    """Return a line of Markdown without its marks: what a title looks like in a list."""
    return " ".join(MARKUP.sub("", LINK.sub(r"\1", IMAGE.sub(r"\1", text))).split())


def make_document(matter: Mapping[str, object], path: str, text: str) -> Document:
    """Return a document with what its front matter says; its title is given, else its first heading, else its file's.

    Raise SettingsError that names the field that cannot be used.
    """
    url = _read_url(matter, path)
    key = _read_line(matter, "id", path) or path
    if len(key) > LONGEST_KEY:
        raise SettingsError(f"kb/{path}: the id has {len(key)} characters; at most {LONGEST_KEY} can be kept.")
    text = CONTROL.sub("", text)
    title = _read_line(matter, "title", path) or plain(_first_heading(text))[:LONGEST_TITLE] or _name_of(path)
    whole = "\n\n".join(part for part in (*_said_before(matter, text), text, *_said_after(matter)) if part)
    return Document(key, title, url, whole, find_marks(title, whole), _language(matter), _audience(matter, path))


def _said_before(matter: Mapping[str, object], text: str) -> Iterator[str]:
    """Yield the sentence with which front matter sums the page up, unless the page says it itself."""
    said = (matter.get(field) for field in _front_matter()["says"])
    sentence = next((" ".join(each.split()) for each in said if isinstance(each, str) and each.strip()), "")
    if sentence and text and sentence not in " ".join(text.split()):
        yield sentence


def _said_after(matter: Mapping[str, object]) -> Iterator[str]:
    """Yield the questions with answers, and the other names, that front matter holds."""
    table = _front_matter()
    for field in table["pairs"]:
        for pair in _listed(matter.get(field)):
            if (
                isinstance(pair, dict)
                and (ask := _line(pair.get("question")))
                and (answer := _line(pair.get("answer")))
            ):
                yield f"## {ask}\n\n{answer}"
    names = [_line(name) for field in table["also_found_as"] for name in _listed(matter.get(field))]
    if any(names):
        listed = "\n".join(f"- {name}" for name in dict.fromkeys(names) if name)
        yield f"## {table['also_found_heading']}\n\n{listed}"


def _listed(value: object) -> list[object]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value[:MOST_NAMES] if isinstance(value, list) else []


def _line(value: object) -> str:
    """Return a value as a line of text; "" for what is no text, since a list may be nested without end."""
    return " ".join(CONTROL.sub(" ", str(value)).split()) if isinstance(value, (str, int, float)) else ""


def _language(matter: Mapping[str, object]) -> str:
    said = (matter.get(field) for field in _front_matter()["language"])
    found = next((each for each in said if isinstance(each, str) and LANGUAGE.match(each)), "")
    return found.strip().lower()[:2]


def _audience(matter: Mapping[str, object], path: str) -> tuple[str, ...]:
    """Return for whom alone the page is, in order; nobody where it is for everyone."""
    table = _front_matter()
    said = next((matter[field] for field in table["audience"] if matter.get(field) not in (None, "", [])), [])
    listed = _listed(said) if isinstance(said, (str, list)) else [said]
    names = [each.strip().lower() if isinstance(each, str) else "?" for each in listed]
    for name in names:
        if not AUDIENCE.fullmatch(name):
            raise SettingsError(
                f"kb/{path}: audience in the front matter must be a word or a list of words, such as staff."
            )
    return () if set(names) & set(table["everyone"]) else tuple(sorted(set(names)))


@cache
def _front_matter() -> Mapping[str, Any]:
    return read_toml(FRONT_MATTER_TABLE)


def _read_line(matter: Mapping[str, object], field: str, path: str) -> str:
    """Return a field as one line of text; YAML reads `id: 12` as a number and `id: 2024-05-01` as a date."""
    value = matter.get(field)
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise SettingsError(f"kb/{path}: {field} in the front matter must be one line of text; put it in quotes.")
    return " ".join(CONTROL.sub(" ", str(value)).split())


def _read_url(matter: Mapping[str, object], path: str) -> str:
    url = _read_line(matter, "url", path)
    if url and not re.match(r"https?://[^\s/]|/(?!/)", url):
        raise SettingsError(f"kb/{path}: url in the front matter must begin with https://, http:// or /, not {url!r}.")
    return url


def _first_heading(text: str) -> str:
    return next((block.text for block in split_blocks(text) if block.kind == "heading"), "")


def _name_of(path: str) -> str:
    """Return a file's name as a title: `opening-hours.md` becomes `Opening hours`."""
    last = unquote(path.partition("?")[0] if "://" in path else path).rstrip("/").rsplit("/", 1)[-1]
    name = re.sub(r"\.[^.]+$", "", last)
    words = " ".join(re.split(r"[-_\s]+", name)).strip() or name
    return words[:1].upper() + words[1:]


def _unify_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\t", "    ")
    return CONTROL.sub("", lines)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 2}: " if mark is not None else ""
    problem = getattr(error, "problem", None) or "it cannot be read"
    return f"{line}{problem}"
