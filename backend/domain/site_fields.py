"""What a field of site.toml may hold: the checks that stand beside each setting (site.py).

A check takes the value and the field's name and returns what the settings keep, or raises `Wrong` with the rest of a
sentence that begins with the file and the field, and ends with the remedy.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from backend.domain.email import address_of_person
from backend.domain.presence import maybe_opening, zone_of

Checked = TypeVar("Checked")
Check = Callable[[object, str], Checked]

ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?")
USUAL_PORTS = {"http": ":80", "https": ":443"}
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
DRAWING = re.compile(r"M[\d\s.,-][MmLlHhVvCcSsQqTtAaZz\d\s.,+-]{0,2000}")
MOST_LETTERS = 3
ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
KEY = re.compile(r"pk_[A-Za-z0-9]{4,64}")
LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
NAMES_OF_TYPES = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list in brackets",
    dict: "a table",
}


class Wrong(Exception):
    """A field that cannot be used; says which, why and what to write instead."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")


def text(value: object, field: str) -> str:
    """Return text that may have several lines."""
    if not isinstance(value, str):
        raise Wrong(field, f"must be {NAMES_OF_TYPES[str]}, not {_name_of(value)}.")
    if "\x00" in value:
        raise Wrong(field, "holds a zero character, which cannot be stored; remove it.")
    return value.strip()


def line(value: object, field: str) -> str:
    """Return one line of text that is not empty."""
    words = text(value, field)
    if not words:
        raise Wrong(field, "must not be empty.")
    if "\n" in words:
        raise Wrong(field, "must be a single line.")
    return words


def switch(value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise Wrong(field, f"must be {NAMES_OF_TYPES[bool]}, not {_name_of(value)}.")
    return value


def whole_number(least: int, most: int) -> Check[int]:
    """Return a check for a whole number in a range."""

    def check(value: object, field: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(field, f"must be {NAMES_OF_TYPES[int]}, not {_name_of(value)}.")
        if not least <= value <= most:
            raise Wrong(field, f"must be from {least} to {most}, not {value}.")
        return value

    return check


def number(least: float, most: float) -> Check[float]:
    """Return a check for a number in a range."""

    def check(value: object, field: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Wrong(field, f"must be {NAMES_OF_TYPES[float]}, not {_name_of(value)}.")
        if not least <= value <= most:
            raise Wrong(field, f"must be from {least:g} to {most:g}, not {value:g}.")
        return float(value)

    return check


def one_of(*choices: str) -> Check[str]:
    """Return a check for one of a few words."""

    def check(value: object, field: str) -> str:
        if value not in choices:
            raise Wrong(field, f"must be one of {', '.join(choices)}, not {value!r}.")
        return str(value)

    return check


def several(check_one: Check[Checked], *, least: int = 0, most: int | None = None) -> Check[tuple[Checked, ...]]:
    """Return a check for a list whose items pass the given check."""

    def check(value: object, field: str) -> tuple[Checked, ...]:
        if not isinstance(value, list):
            raise Wrong(field, f"must be {NAMES_OF_TYPES[list]}, not {_name_of(value)}.")
        if len(value) < least:
            raise Wrong(field, f"must name at least {'one' if least == 1 else least}.")
        if most is not None and len(value) > most:
            raise Wrong(field, f"has {len(value)} entries; at most {most} are shown.")
        return tuple(check_one(item, f"{field}, entry {number}") for number, item in enumerate(value, start=1))

    return check


def origin(value: object, field: str) -> str:
    """Return an origin exactly as a browser sends it, since it is compared letter by letter."""
    given = line(value, field)
    scheme = given.partition("://")[0]
    if ORIGIN.fullmatch(given) and not given.endswith(USUAL_PORTS.get(scheme, " ")):
        return given
    if given in {"*", "null"}:
        raise Wrong(field, f"must not be {given!r}: name each web site, such as https://www.example.com.")
    remedy = _nearest_origin(given)
    example = f"write {remedy!r}" if remedy else "write it such as https://www.example.com"
    raise Wrong(field, f"must be scheme://host or scheme://host:port and nothing more, not {given!r}; {example}.")


def accent(value: object, field: str) -> str:
    colour = line(value, field)
    if not ACCENT.fullmatch(colour):
        raise Wrong(field, f"must be a colour such as #17607a, not {colour!r}.")
    return colour.lower()


def avatar(value: object, field: str) -> str:
    given = line(value, field)
    if len(given) > MOST_LETTERS and not DRAWING.fullmatch(given):
        raise Wrong(field, "must be one to three characters, or the path of an SVG of 20 by 20 such as M4 10h12.")
    return given


def host(value: object, field: str) -> str:
    name = line(value, field).lower()
    if not HOST.fullmatch(name):
        raise Wrong(field, f"must be a host such as example.com, without scheme and path, not {name!r}.")
    return name


def address_or_none(value: object, field: str) -> str:
    address = line(value, field)
    if address and address_of_person(address) is None:
        raise Wrong(field, f"must be an address like help@example.com, not {address[:80]!r}.")
    return address


def hours(value: object, field: str) -> str:
    given = line(value, field)
    if maybe_opening(given) is None:
        raise Wrong(field, f"must be days and times like mon-fri 09:00-17:00, not {given[:80]!r}.")
    return given


def timezone(value: object, field: str) -> str:
    given = line(value, field)
    try:
        zone_of(given)
    except (ValueError, OSError, KeyError):
        raise Wrong(field, f"must be a time zone like Europe/Vienna, not {given[:80]!r}.") from None
    return given


def key(value: object, field: str) -> str:
    given = line(value, field)
    if not KEY.fullmatch(given):
        raise Wrong(field, f"must be pk_ and 4 to 64 letters or digits, not {given!r}.")
    return given


def locale(value: object, field: str) -> str:
    given = line(value, field)
    if not LOCALE.fullmatch(given):
        raise Wrong(field, f"must be a language such as en or de-CH, not {given!r}.")
    return given


def table(value: object, field: str) -> Mapping[str, object]:
    """Return a table of TOML; its fields are checked by whoever asked."""
    if not isinstance(value, dict):
        raise Wrong(field, f"must be {NAMES_OF_TYPES[dict]}, not {_name_of(value)}.")
    return value


def table_of(checks: Mapping[str, Check[Any]]) -> Check[Mapping[str, Any]]:
    """Return a check for a table that has some of these fields."""

    def check(value: object, field: str) -> Mapping[str, Any]:
        return MappingProxyType(check_all(table(value, field), checks, f"{field}."))

    return check


def rows_of(check_row: Check[Checked]) -> Check[Mapping[str, Checked]]:
    """Return a check for a table of tables, by names that the owner chooses."""

    def check(value: object, field: str) -> Mapping[str, Checked]:
        return MappingProxyType({name: check_row(row, f"{field}.{name}") for name, row in table(value, field).items()})

    return check


def check_all(given: Mapping[str, object], checks: Mapping[str, Check[Any]], prefix: str = "") -> dict[str, Any]:
    """Return each given field as it is kept; raise Wrong for the first that is unknown or cannot be used."""
    refuse_unknown(given, list(checks), prefix)
    return {name: checks[name](value, prefix + name) for name, value in given.items()}


def refuse_unknown(given: Mapping[str, object], known: Sequence[str], prefix: str = "") -> None:
    """Raise Wrong for a field that we do not know, with the one that was probably meant."""
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}."
            raise Wrong(prefix + name, f"is not a field that we know; {remedy}")


def _nearest_origin(given: str) -> str:
    """Return what was probably meant by a web address with a path, capitals or a usual port; empty when unclear."""
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    nearest = f"{parts.scheme}://{host}{'' if port == USUAL_PORTS.get(parts.scheme) else port}"
    return nearest if host and ORIGIN.fullmatch(nearest) else ""


def _name_of(value: object) -> str:
    return next((name for kind, name in NAMES_OF_TYPES.items() if type(value) is kind), type(value).__name__)
