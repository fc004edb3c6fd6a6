"""The export of a help centre that stands elsewhere, taken apart into its articles.

Zendesk, Intercom, Help Scout and Freshdesk write JSON, WordPress and Freshdesk XML, and everybody a table (CSV). What
each looks like stands in `help_centres.toml`. Rules: an article that was not published is left out and counted; XML
defines no entities; a file that is none of these is refused by name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from backend.domain.errors import SettingsError
from backend.domain.toml import read_toml
from backend.knowledge.intake.formats.encoding import decode

EXPORTS = (".json", ".xml", ".csv")
MOST_BYTES = 64 * 1024 * 1024
MOST_ARTICLES = 20_000
LONGEST_CELL = 1_000_000
PARTS_COLUMNS = ",;\t|"
NOT_IN_A_NAME = re.compile(r"[^\w-]+")
IS_MARKUP = re.compile(r"<(?:p|div|ul|ol|h[1-6]|br|table|strong|a|span)\b", re.I)
Get = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Article:
    """An article: `text` is HTML where `is_html`, else plain text. `key` is its name in the knowledge base."""

    key: str
    title: str
    text: str
    url: str
    is_html: bool = True


@dataclass(frozen=True, slots=True)
class Export:
    """What stood in an export: the articles, how many were not published, and what wrote it."""

    articles: Sequence[Article]
    unpublished: int
    source: str


def is_export(name: str) -> bool:
    return name.lower().endswith(EXPORTS)


def read_export(name: str, content: bytes, columns: Mapping[str, str] | None = None) -> Export:
    """Return the articles of an export; raise SettingsError that says what the file lacks.

    `columns` names a table's columns for `title`, `text`, `url` and `id`, where they are called something else.
    """
    if len(content) > MOST_BYTES:
        raise SettingsError(f"{name}: has more than {MOST_BYTES // 1024 // 1024} MB; export it in parts.")
    read = {".json": _read_json, ".xml": _read_xml}.get(Path(name).suffix.lower())
    export = read(name, content) if read else _read_csv(name, content, columns or {})
    if len(export.articles) > MOST_ARTICLES:
        raise SettingsError(f"{name}: has more than {MOST_ARTICLES} articles; export it in parts.")
    if not export.articles:
        raise SettingsError(f"{name}: holds no published article ({export.unpublished} are drafts or empty).")
    return export


def _read_json(name: str, content: bytes) -> Export:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as wrong:
        raise SettingsError(f"{name}: is no JSON: {wrong}.") from None
    for source, rule in _table()["json"].items():
        rows = document if isinstance(document, list) else _first(rule["articles"], lambda path: _down(document, path))
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if rows and all(needed in rows[0] for needed in rule["needs"]):
            return _gather(source, rule, [row.get for row in rows])
    raise SettingsError(f"{name}: is no export of {', '.join(_table()['json'])}; a table (CSV) can be read, too.")


def _read_xml(name: str, content: bytes) -> Export:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise SettingsError(f"{name}: cannot be read as XML: {wrong}.") from None
    for source, rule in _table()["xml"].items():
        if rows := [each for each in root.iter() if _tag(each) == rule["article"]]:
            return _gather(source, rule, [_children(row).get for row in rows])
    wanted = ", ".join(f"<{rule['article']}> ({source})" for source, rule in _table()["xml"].items())
    raise SettingsError(f"{name}: holds none of {wanted}.")


def _read_csv(name: str, content: bytes, columns: Mapping[str, str]) -> Export:
    csv.field_size_limit(LONGEST_CELL)
    text = (decode(content) or "").lstrip("\ufeff")
    heading = text.partition("\n")[0]
    mark = max(PARTS_COLUMNS, key=heading.count)
    try:
        rows = [row for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=mark) if any(row.values())]
    except csv.Error as wrong:
        raise SettingsError(f"{name}: cannot be read as a table: {wrong}.") from None
    there = {str(each).strip().casefold(): each for each in (rows[0] if rows else {}) if each}
    rule: dict[str, Any] = {"only": {}}
    for field, usual in _table()["csv"].items():
        wanted = [columns[field].casefold()] if field in columns else usual
        rule["html" if field == "text" else field] = [there[each] for each in wanted if each in there]
        if field in columns and not rule["html" if field == "text" else field]:
            raise SettingsError(
                f"{name}: has no column {columns[field]!r}; it has {', '.join(map(str, there.values()))}."
            )
    if not rule["title"] or not rule["html"]:
        lacks = "title" if not rule["title"] else "text"
        raise SettingsError(f"{name}: no column is known as the {lacks}; name it, as {lacks}=COLUMN.")
    return _gather("table", rule, [row.get for row in rows])


def _gather(source: str, rule: Mapping[str, Any], rows: Sequence[Get]) -> Export:
    articles: dict[str, Article] = {}
    unpublished = 0
    for number, get in enumerate(rows, start=1):
        title, text = _text_of(rule["title"], get), _text_of(rule["html"], get)
        if not _is_published(rule["only"], get) or not text:
            unpublished += 1
            continue
        mark = NOT_IN_A_NAME.sub("-", _text_of(rule["id"], get) or f"{number}")[:60].strip("-") or f"{number}"
        is_html = bool(IS_MARKUP.search(text))
        key = f"{NOT_IN_A_NAME.sub('-', source.lower())}/{mark}.{'html' if is_html else 'txt'}"
        articles[key] = Article(key, title or key, text, _web(_text_of(rule["url"], get)), is_html)
    return Export(list(articles.values()), unpublished, source)


def _is_published(only: Mapping[str, Sequence[object]], get: Get) -> bool:
    return all(get(field) in (None, *values) for field, values in only.items())


def _text_of(fields: Sequence[str], get: Get) -> str:
    found = _first(fields, get)
    return "" if found is None or isinstance(found, list | dict) else str(found).strip()


def _first(names: Sequence[str], get: Get) -> Any:
    return next((found for name in names if (found := get(name)) not in (None, "")), None)


def _down(document: object, path: str) -> object:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _children(row: Element) -> dict[str, str]:
    """Return an element's children by their names without a namespace; `content:encoded` goes before the excerpt's."""
    found: dict[str, str] = {}
    for child in row:
        if child.text and (_tag(child) not in found or "content" in child.tag):
            found[_tag(child)] = child.text
    return found


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def in_html(article: Article) -> str:
    """Return an article as a page of its own."""
    title = escape(article.title)
    return f"<!doctype html><title>{title}</title><h1>{title}</h1>{article.text}"


def names_of(columns: str) -> Iterator[tuple[str, str]]:
    """Yield the columns that `title=Headline,text=Body` names; raise SettingsError for what names none."""
    for part in filter(None, (each.strip() for each in columns.split(","))):
        field, equals, column = part.partition("=")
        if not equals or field.strip() not in _table()["csv"]:
            raise SettingsError(f"columns: {part!r} names none of {', '.join(_table()['csv'])}; write title=COLUMN.")
        yield field.strip(), column.strip()


@cache
def _table() -> dict[str, Any]:
    return read_toml(Path(__file__).with_name("help_centres.toml"))
