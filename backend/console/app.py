"""The console's Flask side: its doors, what stands before and after each, and how errors look."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Flask, Response, redirect, request, send_from_directory
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console import (
    api_tokens,
    audit,
    calibration,
    cases,
    gaps,
    knowledge,
    live,
    me,
    numbers,
    people,
    persona,
    playground,
    preview,
    queue,
    replay,
    sign_in,
    start,
    synonyms,
    versions,
    webhooks,
)
from backend.console.again import show_again, typed_now
from backend.console.formatted import formatted
from backend.console.forms import StaleForm, check_write
from backend.console.pages import STATIC, language_of_viewer, page
from backend.console.parts import KEY, ConsoleParts
from backend.console.proof import ProofWanted, ask_for_proof
from backend.console.toasts import keep_for_next_page
from backend.console.told import language_name, route_reason
from backend.console.viewer import NotSignedIn
from backend.domain.errors import ChatError, NotFound
from backend.domain.words import error_sentence

FOR_EVER = "public, max-age=31536000, immutable"
SIGN_IN = "/console/sign-in"
ROOMS = (
    *(sign_in, people, api_tokens, webhooks, me, audit, start),
    *(
        live,
        persona,
        knowledge,
        synonyms,
        gaps,
        preview,
        playground,
        cases,
        versions,
        numbers,
        calibration,
        queue,
        replay,
    ),
)


def open_console(app: Flask, behind: ConsoleParts) -> None:
    """Open the staff's door on this app, with these parts behind it."""
    app.extensions[KEY] = behind
    door = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
    for room in ROOMS:
        door.register_blueprint(room.door)
    door.add_url_rule("/static/<name>", "static", static_file)
    door.add_url_rule("/<path:anything>", "nothing", nothing)
    door.before_request(check_write)
    door.after_request(keep_for_next_page)
    door.register_error_handler(NotSignedIn, ask_to_sign_in)
    door.register_error_handler(StaleForm, show_stale)
    door.register_error_handler(ProofWanted, ask_for_proof)
    door.register_error_handler(ChatError, show_problem)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(shown=shown, in_words=in_words, formatted=formatted)
    app.jinja_env.filters.update(language_name=language_name, route_reason=route_reason)
    app.register_blueprint(door)


def static_file(name: str) -> Response:
    response = send_from_directory(STATIC, name)
    response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else "no-cache"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # the frame of a replay has no origin
    return response


def nothing(anything: str) -> Response:
    raise NotFound(f"/console/{anything[:200]}: there is no such page")


def ask_to_sign_in(missing: NotSignedIn) -> ResponseOfWerkzeug:
    """Send a browser to the page where it can sign in, and from there back to where it wanted to go.

    A form that comes from nobody is kept there: what was typed is not lost with the session.
    """
    if typed := typed_now():
        return sign_in.ask_and_keep(typed, owes_code=missing.owes_code)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/console/"
    place = "/console/code" if missing.owes_code else SIGN_IN
    return redirect(f"{place}?next={quote(wanted)}", 303)


def show_stale(_stale: StaleForm) -> ResponseOfWerkzeug:
    """Show a stale form again; one of passwords or codes anew, without them."""
    typed = typed_now()
    return redirect(request.path, 303) if typed is None else show_again(typed, 409)


def show_problem(error: ChatError) -> Response:
    """Show an error as a page: what happened, and the way back."""
    title = error_sentence(error, language_of_viewer())
    response = page("problem", error.status, title=title, detail=error.detail or "")
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def shown(option: str, _path: str, say: Callable[..., str]) -> tuple[str, str]:
    """Return a choice with what it is called."""
    return option, say(f"choice.{option or 'as_usual'}")


def in_words(value: object) -> str:
    """Return a list or table of settings as people read it."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {in_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(map(in_words, value))
    return str(value)
