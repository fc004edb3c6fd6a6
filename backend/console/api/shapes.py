"""How answers look: lists with a cursor, times, and one JSON shape for each thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Response, jsonify, request

from backend.domain.errors import InvalidRequest
from backend.domain.jobs import Job
from backend.domain.turn import Prompt
from backend.http.body import read_body

MOST_AT_ONCE = 200
USUAL_AT_ONCE = 50
MOST_BODY = 1024 * 1024

Listed = TypeVar("Listed")


def listing(items: Sequence[Any], after: object = None) -> Response:
    """Return a list; `after` is the cursor of the next page, None at the end."""
    return jsonify(items=list(items), next=None if after is None else str(after))


def page_of(items: Sequence[Listed], most: int, cursor: Callable[[Listed], object]) -> tuple[Sequence[Listed], object]:
    """Return at most so many items, and the cursor where there are more (`items` holds one beyond)."""
    return items[:most], cursor(items[most - 1]) if len(items) > most else None


def most_wanted() -> int:
    """Return how many items the caller wants at once."""
    given = request.args.get("most", str(USUAL_AT_ONCE))
    if not given.isdecimal() or not 1 <= int(given) <= MOST_AT_ONCE:
        raise InvalidRequest(f"most: must be a whole number from 1 to {MOST_AT_ONCE}")
    return int(given)


def number_after() -> int | None:
    """Return the cursor that the caller got with the page before."""
    given = request.args.get("after")
    if given is None:
        return None
    if not given.isdecimal() or len(given) > 18:
        raise InvalidRequest("after: must be the `next` of the page before")
    return int(given)


def body() -> dict[str, Any]:
    """Return the JSON object that was sent; an empty one for no body."""
    request.max_content_length = MOST_BODY + 1
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        return {}
    return dict(read_body(request, most=MOST_BODY))


def moment(at: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def job_shape(job: Job) -> dict[str, object]:
    return {
        "job": job.id,
        "state": job.state,
        "done": job.done,
        "of": job.of,
        "note": job.note,
        "what": job.what,
        "at": moment(job.created_at),
    }


def prompt_shape(prompt: Prompt) -> dict[str, object]:
    """Return a prompt as texts: the system's parts, then each message."""
    return {
        "system": [block.text for block in prompt.system],
        "messages": [
            {"role": message.role, "text": "\n\n".join(block.text for block in message.blocks)}
            for message in prompt.messages
        ],
        "max_tokens": prompt.max_tokens,
    }
