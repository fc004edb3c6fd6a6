"""Settings become the file site.toml again: what is read back are equal settings. Defaults are not written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from backend.domain.site import Site, SiteSettings
from backend.sites.declared import settings_of

BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_site(site: Site) -> str:
    """Return the text of site.toml for a published site, with its key."""
    lines = [_line("key", site.key), *_lines_of(site.settings)]
    for each in settings_of(SiteSettings):
        value = getattr(site.settings, each.name)
        if each.is_list and each.table:
            for row in value:
                lines += ["", f"[[{each.name}]]", *_lines_of(row)]
        elif each.table:
            lines += _table(each.name, value)
    return "\n".join(lines) + "\n"


def _table(name: str, table: Any) -> Iterator[str]:
    """Yield a table with what differs from its defaults, and the tables in it."""
    if own := list(_lines_of(table)):
        yield from ("", f"[{name}]", *own)
    for each in settings_of(table.__class__):
        for row_name, row in _rows(getattr(table, each.name)).items():
            yield from ("", f"[{name}.{each.name}.{_name(row_name)}]")
            yield from (_line(_name(field), value) for field, value in row.items())


def _lines_of(table: Any) -> Iterator[str]:
    """Yield a line for each field that differs from its default, in the order of their declaration."""
    for each in settings_of(table.__class__):
        value = getattr(table, each.name)
        if each.table is None and value != each.default and not _rows(value):
            yield _line(each.name, value)


def _rows(value: object) -> Mapping[str, Mapping[str, object]]:
    """Return the tables that a value is made of; none for every other value."""
    if isinstance(value, Mapping) and all(isinstance(row, Mapping) for row in value.values()):
        return value
    return {}


def _line(name: str, value: object) -> str:
    return f"{name} = {write_value(value)}"


def _name(name: str) -> str:
    return name if BARE.fullmatch(name) else _string(name)


def write_value(value: object) -> str:
    """Return a value as TOML spells it."""
    if isinstance(value, str):
        return _long_string(value) if "\n" in value else _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        items = ", ".join(f"{_name(str(name))} = {write_value(item)}" for name, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, (tuple, list)):
        return _list([write_value(item) for item in value])
    raise TypeError(f"a setting cannot be written: {value!r}")


def _list(items: list[str]) -> str:
    short = f"[{', '.join(items)}]"
    return short if len(short) <= 100 and "\n" not in short else "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _string(text: str) -> str:
    """JSON's strings are TOML's, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _long_string(text: str) -> str:
    """Quotes stay as they are for the reader's sake, unless they could be taken for the end."""
    escaped = "\n".join(_string(line)[1:-1] for line in text.split("\n"))
    if '""' not in text and not text.endswith('"'):
        escaped = escaped.replace('\\"', '"')
    return f'"""\n{escaped}"""'
