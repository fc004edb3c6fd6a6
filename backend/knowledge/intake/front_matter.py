"""What stands at the head of a file about it: YAML between lines of dashes, or TOML between lines of plus signs.

Rules: words stay as they are written (`3.10` is no number, `yes` no truth); a draft is no page; fields that steer a
site's generator say nothing to people, lists of sentences that a template shows do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from backend.domain.errors import SettingsError
from backend.domain.toml import read_toml, read_toml_text
from backend.knowledge.intake.formats.refusal import Refused

LONGEST_FRONT_MATTER = 50_000
MOST_NAMES = 100
MOST_SENTENCES = 500
DEEPEST_LIST = 5
TABLE = Path(__file__).with_name("front_matter.toml")
AUDIENCE = re.compile(r"(?<![^\W_])(?!\d++\Z)[^\W_]++(?:-[^\W_]++)*+")
LANGUAGE = re.compile(r"\A\s*+[a-zA-Z]{2}(?:[-_]|\s*+\Z)")
YAML = re.compile(r"\A---[ \t]*+\n(.*?)^(?:---|\.\.\.)[ \t]*+(?:\n|\Z)", re.S | re.M)
TOML = re.compile(r"\A\+\+\+[ \t]*+\n(.*?)^\+\+\+[ \t]*+(?:\n|\Z)", re.S | re.M)
OPENS_YAML = re.compile(r"\A---[ \t]*+\n(?:[ \t]*+(?:#.*+)?+\n)*+(?:[\w-]++[ \t]*+:|---[ \t]*+(?:\n|\Z))")
OPENS_TOML = re.compile(r"\A\+\+\+[ \t]*+\n(?:[ \t]*+(?:#.*+)?+\n)*+(?:[\w.\"-]++[ \t]*+=|\[|\+\+\+[ \t]*+(?:\n|\Z))")
DATE = re.compile(r"\A(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
ADDRESS = re.compile(r"/|\A\w+:|\.html?\Z")
SENTENCE = re.compile(r"\A(?!(?=[^/{<$\s]*+[/{<$])\S++\Z)(?:.*[.!?。！？]|(?:\S++\s++){3}\S.*)\Z", re.S)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")  # what would steer a terminal that shows the page


class _Words(yaml.SafeLoader):
    """Reads every word as it is written; only what is left empty is nothing."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def split_front_matter(raw: str, path: str) -> tuple[Mapping[str, object], str]:
    """Return the fields of the front matter and the text after it.

    Raise SettingsError when it is broken, Refused when it says that the page is a draft.
    """
    text = unify_lines(raw).lstrip("\ufeff")
    for opens, whole, mark, read in ((OPENS_YAML, YAML, "---", _read_yaml), (OPENS_TOML, TOML, "+++", _read_toml)):
        if not opens.match(text):
            continue  # a line of dashes may also just part what is above it from what is below
        match = whole.match(text)
        if match is None:
            raise SettingsError(f"kb/{path}: the front matter is not closed; end it with a line of {mark}.")
        if len(match[1]) > LONGEST_FRONT_MATTER:
            most = f"{LONGEST_FRONT_MATTER:,} characters"
            raise SettingsError(f"kb/{path}: the front matter has more than {most}; shorten it.")
        matter = read(match[1], path)
        _refuse_drafts(matter)
        return matter, text[match.end() :]
    return {}, text


def _read_yaml(text: str, path: str) -> Mapping[str, object]:
    try:
        matter = yaml.load(text, Loader=_Words)  # noqa: S506  it is the safe loader, with fewer kinds of values
    except RecursionError:
        raise SettingsError(f"kb/{path}: the front matter is nested too deep; write it as simple lines.") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"kb/{path}: the front matter is not YAML ({_where(error)}).") from None
    if matter is None:
        return {}
    if not isinstance(matter, dict):
        raise SettingsError(f'kb/{path}: the front matter must be lines such as "title: Our prices".')
    return {str(name): value for name, value in matter.items()}


def _read_toml(text: str, path: str) -> Mapping[str, object]:
    try:
        matter = read_toml_text(text)
    except ValueError as error:
        raise SettingsError(f"kb/{path}: the front matter is not TOML ({error}).") from None
    return {**matter, **matter["params"]} if isinstance(matter.get("params"), dict) else matter


def _refuse_drafts(matter: Mapping[str, object]) -> None:
    """Raise Refused for a page that its author does not publish yet."""
    for field, said in _front_matter()["unpublished"].items():
        value = str(matter.get(field, "")).strip().lower()
        if value in said:
            raise Refused("draft", field=f"{field}: {value}")


def find_bad_dates(raw: str, path: str) -> Iterator[str]:
    """Yield a sentence for each date in the front matter that no calendar has; the page is kept."""
    for field, value in split_front_matter(raw, path)[0].items():
        found = DATE.match(value) if isinstance(value, str) else None
        if found and not _is_day(*map(int, found.groups())):
            yield f"{field} in its front matter is no day of the calendar: {value}. The page is kept; mend the date."


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def said_before(matter: Mapping[str, object], text: str) -> Iterator[str]:
    """Yield the sentence with which front matter sums the page up, unless the page says it itself."""
    said = (matter.get(field) for field in _front_matter()["says"])
    sentence = next((" ".join(each.split()) for each in said if isinstance(each, str) and each.strip()), "")
    if sentence and text and sentence not in " ".join(text.split()):
        yield sentence


def said_after(matter: Mapping[str, object]) -> Iterator[str]:
    """Yield the questions with answers, the sentences, and the other names, that front matter holds."""
    table = _front_matter()
    for field in table["pairs"]:
        for pair in _listed(matter.get(field)):
            if (
                isinstance(pair, dict)
                and (ask := _line(pair.get("question")))
                and (answer := _line(pair.get("answer")))
            ):
                yield f"## {ask}\n\n{answer}"
    known = {*table["says"], *table["pairs"], *table["also_found_as"], *table["steers"]}
    for field, value in matter.items():
        if field not in known and not isinstance(value, str):
            yield from _sentences(value)
    names = [_line(name) for field in table["also_found_as"] for name in _listed(matter.get(field))]
    names = [name for name in dict.fromkeys(names) if name and not ADDRESS.search(name)]
    if names:
        listed = "\n".join(f"- {name}" for name in names)
        yield f"## {table['also_found_heading']}\n\n{listed}"


def addresses_in(matter: Mapping[str, object]) -> tuple[str, ...]:
    """Return the other addresses of a page, which are left out of its text."""
    table = _front_matter()
    fields = [*table["also_found_as"], *table["other_addresses"]]
    named = [_line(each) for field in fields for each in _listed(matter.get(field))]
    return tuple(dict.fromkeys(name for name in named if ADDRESS.search(name)))


def _sentences(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the lists with sentences in a value, and the sentences that it has beside a title of theirs."""
    if depth > DEEPEST_LIST:
        return
    if isinstance(value, list):
        lines = [_line(each) for each in value[:MOST_SENTENCES] if isinstance(each, str)]
        if any(SENTENCE.match(line) for line in lines):
            yield "\n".join(f"- {line}" for line in lines if line)
        for each in value[:MOST_SENTENCES]:
            if isinstance(each, (list, dict)):
                yield from _sentences(each, depth + 1)
    elif isinstance(value, dict):
        yield from _titled(value)
        for field, each in value.items():
            if isinstance(each, (list, dict)) and field not in _front_matter()["steers"]:
                yield from _sentences(each, depth + 1)


def _titled(value: Mapping[object, object]) -> Iterator[str]:
    """Yield the title and the sentences of one thing in a list; nothing for a thing without a sentence."""
    table = _front_matter()
    said = {str(field): _line(each) for field, each in value.items() if isinstance(each, str)}
    title = next((said[field] for field in table["titles"] if said.get(field)), "")
    told = [text for field, text in said.items() if field not in table["steers"] and SENTENCE.match(text)]
    told = [text for text in told if text != title]
    if told:
        yield "\n\n".join([f"**{title}**", *told] if title else told)
    elif SENTENCE.match(title):
        yield title


def _listed(value: object) -> list[object]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value[:MOST_NAMES] if isinstance(value, list) else []


def _line(value: object) -> str:
    """Return a value as a line of text; "" for what is no text, since a list may be nested without end."""
    return " ".join(CONTROL.sub(" ", str(value)).split()) if isinstance(value, (str, int, float)) else ""


def language_in(matter: Mapping[str, object]) -> str:
    said = (matter.get(field) for field in _front_matter()["language"])
    found = next((each for each in said if isinstance(each, str) and LANGUAGE.match(each)), "")
    return found.strip().lower()[:2]


def audience_of(matter: Mapping[str, object], path: str) -> tuple[str, ...]:
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


def read_line(matter: Mapping[str, object], field: str, path: str) -> str:
    """Return a field as one line of text; YAML reads `id: 12` as a number and `id: 2024-05-01` as a date."""
    value = matter.get(field)
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise SettingsError(f"kb/{path}: {field} in the front matter must be one line of text; put it in quotes.")
    return " ".join(CONTROL.sub(" ", str(value)).split())


def read_url(matter: Mapping[str, object], path: str) -> str:
    url = read_line(matter, "url", path)
    if url and not re.match(r"https?://[^\s/]|/(?!/)", url):
        raise SettingsError(f"kb/{path}: url in the front matter must begin with https://, http:// or /, not {url!r}.")
    return url


def unify_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\t", "    ")
    return CONTROL.sub("", lines)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 2}: " if mark is not None else ""
    problem = getattr(error, "problem", None) or "it cannot be read"
    return f"{line}{problem}"


@cache
def _front_matter() -> Mapping[str, Any]:
    return read_toml(TABLE)
