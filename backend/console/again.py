"""A form that came too late is not lost: it is shown again with what was typed, and one press sends it.

It comes too late where its session has ended meanwhile, or where somebody has signed in again in another tab. Passwords
and codes are not shown again: they are typed anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Response, request

from backend.console.forms import FIELD
from backend.console.pages import page

KEPT = "kept"
HOME = "/console/"
SECRETS = frozenset({"password", "old", "new", "code", "proof"})
NO_FURTHER = ("//", "\\", "\n", "\r")  # what would make an address of ours one of somebody else's


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: where to, and its fields."""

    action: str
    fields: tuple[tuple[str, str], ...]

    def as_text(self) -> str:
        return json.dumps([self.action, self.fields])


def typed_now() -> Typed | None:
    """Return what this request's form holds; None where there is none that can be shown again."""
    fields = tuple(request.form.items(multi=True))
    if request.method != "POST" or request.files or any(name in SECRETS - {"proof"} for name, _ in fields):
        return None
    return Typed(request.full_path.rstrip("?"), tuple((name, value) for name, value in fields if is_shown(name)))


def typed_before() -> Typed | None:
    """Return what a form held that waits for its sender to sign in; None for what is no such form of ours."""
    try:
        action, given = json.loads(request.form.get(KEPT, ""))
        fields = tuple((str(name), str(value)) for name, value in given)
    except (ValueError, TypeError):
        return None
    is_ours = isinstance(action, str) and is_our_address(action)
    return Typed(action, tuple(each for each in fields if is_shown(each[0]))) if is_ours else None


def show_again(typed: Typed, status: int = 200) -> Response:
    return page("again", status, fields=typed.fields, action=typed.action)


def is_shown(name: str) -> bool:
    return name not in SECRETS and name not in (FIELD, KEPT, "username")


def is_our_address(address: str) -> bool:
    return address.startswith(HOME) and not any(part in address for part in NO_FURTHER)
