"""Settings become the file site.toml again: what is read back are equal settings. Defaults are not written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

from backend.domain.site import Example, Limits, Models, Safety, Site, SiteSettings, Theme

BARE = re.compile(r"[A-Za-z0-9_-]+")
TABLES = ("theme", "limits", "models", "safety", "examples")


def write_site(site: Site) -> str:
    """Return the text of site.toml for a published site, with its key."""
    lines = [_line("key", site.key), *_lines_of(site.settings, SiteSettings("", ()), besides=TABLES)]
    for name, table, default in _tables(site.settings):
        own = list(_lines_of(table, default, besides=("known",)))
        lines += ["", f"[{name}]", *own] if own else []
    for model, row in site.settings.models.known.items():
        lines += ["", f"[models.known.{_name(model)}]", *(_line(_name(field), value) for field, value in row.items())]
    for example in site.settings.examples:
        lines += ["", "[[examples]]", *_lines_of(example, None)]
    return "\n".join(lines) + "\n"


Table = Theme | Limits | Models | Safety


def _tables(settings: SiteSettings) -> Iterator[tuple[str, Table, Table]]:
    yield "theme", settings.theme, Theme()
    yield "limits", settings.limits, Limits()
    yield "models", settings.models, Models()
    yield "safety", settings.safety, Safety()


def _lines_of(table: SiteSettings | Table | Example, default: object, besides: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line for each field that differs from the default, in the order of their declaration."""
    for field in fields(table):
        value = getattr(table, field.name)
        if field.name not in besides and (default is None or value != getattr(default, field.name)):
            yield _line(field.name, value)


def _line(name: str, value: object) -> str:
    return f"{name} = {_write(value)}"


def _name(name: str) -> str:
    return name if BARE.fullmatch(name) else _string(name)


def _write(value: object) -> str:
    if isinstance(value, str):
        return _long_string(value) if "\n" in value else _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_name(str(name))} = {_write(item)}" for name, item in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        return _list([_write(item) for item in value])
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
