"""A page of the console: its template in the frame that all share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from backend.console import words
from backend.console.forms import FIELD, form_token
from backend.console.toasts import Toast, toasts
from backend.console.viewer import Viewer, draft_changes, draft_of, maybe_viewer, queue_counts
from backend.domain.site import Site

STATIC = Path(__file__).with_name("static")
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the rail or of a row of tabs."""

    label: str
    href: str
    is_here: bool
    icon: str = ""
    is_wide: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class DraftBar:
    """What stands above every page of a site: what is live, and how much the draft would change."""

    live: int
    published: str
    changes: int


# Which pages stand in the rail, and below which of them each other page belongs.
RAIL: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    ("", (("start", "home"), ("queue", "list"), ("live", "chat"))),
    ("shell.assistant", (("persona", "person"), ("knowledge", "book"), ("playground", "play"))),
    ("shell.how", (("numbers", "chart"),)),
)
TABS: Sequence[Sequence[str]] = (
    ("playground", "cases", "versions"),
    ("knowledge", "gaps", "synonyms"),
    ("numbers", "calibration"),
)
WIDE = frozenset({"playground", "live"})
NEEDED = {"queue": "review"}  # what somebody must be allowed to do to see an entry of the rail
# Pages in a site's frame that are about people and what they did: what the draft would change is not read for them.
OF_PEOPLE = frozenset(
    {
        "people",
        "person",
        "invite",
        "new-link",
        "token",
        "new-token",
        "password",
        "factor",
        "factor-on",
        "codes",
        "audit",
        "queue",
        "second",
        "live",
        "webhooks",
        "webhook",
        "new-webhook",
    }
)


def page(name: str, status: int = 200, template: str = "", **values: Any) -> Response:
    """Return the page with this name. Nothing keeps it: what staff see is not for caches."""
    shown = {**frame_of(name), **values}
    response = make_response(render_template(template or f"{name}.html", name=name, **shown), status)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")
    return response


def frame_of(name: str) -> dict[str, Any]:
    """Return what every page needs besides its own."""
    language = language_of_viewer()
    say = partial(words.say, language)
    viewer = maybe_viewer()
    site = viewer.site if viewer else None
    return {
        "language": language,
        "say": say,
        "viewer": viewer,
        "site": site,
        "rail": rail(name, site, viewer, say) if site and viewer else (),
        "tabs": tabs(name, site, say) if site else (),
        "draft": draft_bar(site, viewer, say) if site and viewer and name not in OF_PEOPLE else None,
        "toasts": [
            Toast(say(each["name"], **each["values"]), each["undo"], each["fields"])
            for each in toasts()
            if each["name"] in words.words_in(language)
        ],
        "token": token_field,
        "static": static_address,
        "ago": partial(ago, say),
        "number": lambda value: words.number(value, language),
        "has_errors": False,
    }


def rail(name: str, site: Site, viewer: Viewer, say: Callable[..., str]) -> list[Group]:
    here = next((row[0] for row in TABS if name in row), name)

    def entry(each: str, icon: str) -> Entry:
        waiting = queue_counts(site).groups if each == "queue" else 0
        count = str(words.number(waiting, language_of_viewer())) if waiting else ""
        return Entry(say(f"{each}.title"), f"/console/{site.key}/{each}", each == here, icon, each in WIDE, count)

    return [
        Group(
            say(title) if title else "",
            [entry(*each) for each in entries if each[0] not in NEEDED or viewer.may(NEEDED[each[0]])],
        )
        for title, entries in RAIL
    ]


def tabs(name: str, site: Site, say: Callable[..., str]) -> list[Entry]:
    row = next((row for row in TABS if name in row), ())
    return [Entry(say(f"{each}.tab"), f"/console/{site.key}/{each}", each == name) for each in row]


def draft_bar(site: Site, viewer: Viewer, say: Callable[..., str]) -> DraftBar | None:
    """Return the bar above a site's pages, for those who may read its draft."""
    if not viewer.may("read"):
        return None
    draft = draft_of(site)
    published = say("draft.published", by=draft.published_by or say("draft.nobody"), ago=ago(say, draft.published_at))
    return DraftBar(site.version, published, draft_changes(site).count)


def ago(say: Callable[..., str], moment: datetime) -> str:
    """Return how long ago a moment was, in one unit."""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= length:
            return say(f"ago.{unit}", count=seconds // length)
    return say("ago.now")


def language_of_viewer() -> str:
    return request.accept_languages.best_match(words.languages(), words.FALLBACK)


def token_field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_token())


def static_address(name: str) -> str:
    """Return the address of a file of ours, which changes with the file."""
    return f"/console/static/{name}?v={_hash_of(name, (STATIC / name).stat().st_mtime_ns)}"


@cache
def _hash_of(name: str, changed_ns: int) -> str:  # noqa: ARG001  a file that has changed is read anew
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:HASH_LENGTH]
