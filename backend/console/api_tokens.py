"""Tokens for tools: made and shown once, ended in one press."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, where
from backend.console.people import look_from
from backend.console.proof import want_proof
from backend.console.toasts import done
from backend.console.viewer import sites, viewer
from backend.console.words import say
from backend.domain.accounts import is_scope
from backend.domain.errors import NotFound, SettingsError
from backend.services.make_token import end_token, make_token, scopes_for
from backend.services.record_change import by

door = Blueprint("api_tokens", __name__)
DAYS = ("30", "90", "365", "")  # empty: for ever


@door.get("/tokens/new")
def ask() -> Response:
    look_from(request.args.get("site", ""))
    return _form({})


@door.post("/tokens/new")
def make() -> Response:
    look_from(request.form.get("frame", ""))
    want_proof()
    who = viewer().access
    scopes = frozenset(filter(is_scope, request.form.getlist("scope")))
    chosen = [site for site in sites() if site.key == request.form.get("site")]
    days = request.form.get("days", "")
    until = house().time() + timedelta(days=int(days)) if days and days in DAYS else None
    name = request.form.get("name", "")
    try:
        made = make_token(who.person, scopes, by(who, where()), house(), sites=chosen, name=name, until=until)
    except SettingsError:
        return _form({"scope-read": say(language_of_viewer(), "token.no_scope")})
    return page("new-token", token_made=made.token, secret=made.secret)


@door.post("/tokens/<int:token_id>/end")
def end(token_id: int) -> ResponseOfWerkzeug:
    """End a token of one's own, or of somebody whom one manages."""
    who = look_from(request.form.get("site", "")).access
    token = next((each for each in house().api_tokens.tokens(who.person) if each.id == token_id), None)
    if token is None or not end_token(token, by(who, where()), house()):
        raise NotFound(f"/console/tokens/{token_id}: you have no such token")
    done("done.token_ended", what=token.name)
    return redirect("/console/people#tokens", 303)


def _form(errors: dict[str, str]) -> Response:
    given = {name: request.form.get(name, "")[:254] for name in ("name", "site", "days")}
    return page(
        "token",
        422 if errors else 200,
        given=given,
        chosen=request.form.getlist("scope"),
        errors=errors,
        has_errors=bool(errors),
        scopes=scopes_for(viewer().access.person),
        sites=sites(),
        days=DAYS,
    )
