"""An event in the form that its receiver reads: JSON of our own, a Slack message, or a Teams card.

Rules: a chat room reads what happened, the question and a link, never a whole conversation; what a visitor wrote can
neither wake a room (`<!channel>`) nor look like a link of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from backend.domain.outgoing import Form
from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("sentences.toml")
FALLBACK = "en"
LONGEST = 1_000  # characters of a visitor's words in a chat room; Slack takes 3,000
SHOWN = ("question", "note", "reason")


@dataclass(frozen=True, slots=True)
class Told:
    """What happened: to which site, when, with which details. `link` opens it in the console, where it can be."""

    id: str
    event: str
    at: str
    site: str
    name: str
    locale: str
    link: str
    details: Mapping[str, Any]


def body_of(form: Form, told: Told) -> bytes:
    """Return the body of the request."""
    return orjson.dumps(FORMS[form](told))


def generic(told: Told) -> dict[str, Any]:
    details = {**told.details, **({"link": told.link} if told.link else {})}
    return {"id": told.id, "type": told.event, "at": told.at, "site": told.site, "data": details}


def slack(told: Told) -> dict[str, Any]:
    title, lines = _escaped(_title(told)), _lines(told)
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*"}}]
    blocks += [{"type": "section", "text": {"type": "plain_text", "text": line, "emoji": False}} for line in lines]
    if told.link:
        button = {"type": "button", "text": {"type": "plain_text", "text": _say(told, "open")}, "url": told.link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": title, "blocks": blocks}


def teams(told: Told) -> dict[str, Any]:
    shown: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": _plain(_title(told)), "weight": "Bolder", "wrap": True}
    ]
    shown += [{"type": "TextBlock", "text": _plain(line), "wrap": True} for line in _lines(told)]
    actions = [{"type": "Action.OpenUrl", "title": _say(told, "open"), "url": told.link}] if told.link else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": shown,
        "actions": actions,
    }
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attached]}


FORMS = {"generic": generic, "slack": slack, "teams": teams}


def _title(told: Told) -> str:
    return _say(told, told.event).format(site=told.name)


def _lines(told: Told) -> list[str]:
    said = (str(told.details.get(name) or "").strip() for name in SHOWN)
    return [line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in said if line]


def _say(told: Told, name: str) -> str:
    spoken = _sentences()
    return spoken.get(told.locale.partition("-")[0], spoken[FALLBACK])[name]


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    return read_toml(TABLE)


def _escaped(text: str) -> str:
    """Return a text that Slack shows as it stands."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """Return a text in which Teams finds no Markdown."""
    for mark in "\\`*_[]()#":
        text = text.replace(mark, f"\\{mark}")
    return text
