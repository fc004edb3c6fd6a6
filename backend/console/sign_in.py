"""The pages on which somebody signs in: with a password, a code, or a one-time link; and the way out.

None of them needs a session, so none tells who is there. A link's page is left by a redirect at once, since its address
is secret.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.accounts.rules import rules
from backend.console.again import HOME, Typed, is_our_address, show_again, typed_before
from backend.console.forms import FRESH
from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, parts, where
from backend.console.viewer import cookie_name
from backend.domain.accounts import Session
from backend.services.begin_session import SignedIn
from backend.services.recognise_session import Recognised, recognise_session
from backend.services.recover_password import ask_for_recovery
from backend.services.second_factor import give_code, give_recovery_code
from backend.services.sign_in import MustWait, Wrong, sign_in
from backend.services.sign_in_by_link import LinkGone, Refused, look_at_link, sign_in_by_link
from backend.services.sign_out import sign_out

door = Blueprint("sign_in", __name__)


@door.get("/sign-in")
def ask() -> Response:
    return _page("sign-in", email="")


@door.post("/sign-in")
def give_password() -> Response | ResponseOfWerkzeug:
    email, is_long = request.form.get("email", ""), bool(request.form.get("stay"))
    before = _recognised()
    former = before.session if before else None
    found = sign_in(email, request.form.get("password", ""), where(), house(), former=former, is_long=is_long)
    if isinstance(found, SignedIn):
        return _come_in(found)
    return _refused("sign-in", found, email=email[:254], stays=is_long)


@door.get("/code")
def ask_for_code() -> Response | ResponseOfWerkzeug:
    if _half() is None:
        return redirect("/console/sign-in", 303)
    return _page("code", on_paper="paper" in request.args)


@door.post("/code")
def take_code() -> Response | ResponseOfWerkzeug:
    half = _half()
    if half is None:
        return redirect("/console/sign-in", 303)
    on_paper = "paper" in request.args
    give = give_recovery_code if on_paper else give_code
    found = give(half.person, request.form.get("code", ""), half.session, where(), house())
    return _come_in(found) if isinstance(found, SignedIn) else _refused("code", found, on_paper=on_paper)


@door.get("/link/<token>")
def look(token: str) -> Response:
    found = look_at_link(token, house())
    if isinstance(found, LinkGone):
        return _page("link-gone", 410)
    return _page("link", email=found.email, is_first=found.link.purpose == "first", given="", least=_least())


@door.post("/link/<token>")
def use(token: str) -> Response | ResponseOfWerkzeug:
    given = request.form.get("email", "")
    found = sign_in_by_link(token, request.form.get("password", ""), where(), house(), given_email=given)
    match found:
        case SignedIn():
            return _come_in(found)
        case LinkGone():
            return _page("link-gone", 410)
        case Refused():
            opened = look_at_link(token, house())
            email = "" if isinstance(opened, LinkGone) else opened.email
            return _page(
                "link", 422, email=email, is_first=not email, given=given[:254], least=_least(), errors=_errors(found)
            )


@door.get("/forgotten")
def forgotten() -> Response:
    return _page("forgotten", mails=house().sends_mail, is_sent=False)


@door.post("/forgotten")
def recover() -> Response:
    """Send a link, where the address is somebody's; the page says the same for every address."""
    found = ask_for_recovery(request.form.get("email", ""), language_of_viewer(), where(), house())
    wait_s = found.wait_s if found else 0
    response = _page("forgotten", 429 if wait_s else 200, mails=house().sends_mail, is_sent=not wait_s, wait_s=wait_s)
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response


@door.post("/sign-out")
def leave() -> ResponseOfWerkzeug:
    if recognised := _recognised():
        sign_out(recognised.session, house())
    response = redirect("/console/sign-in", 303)
    response.delete_cookie(cookie_name(), path="/", secure=parts().is_https, httponly=True, samesite="Lax")
    return response


def give_cookie(response: ResponseOfWerkzeug, token: str, session: Session) -> ResponseOfWerkzeug:
    """Let the browser keep a session's token: no script reads it, and no other site's form sends it."""
    lasts = rules().session.long if session.is_long else None
    response.set_cookie(cookie_name(), token, lasts, path="/", secure=parts().is_https, httponly=True, samesite="Lax")
    return response


def next_page() -> str:
    """Return the page of ours that somebody wanted; the first one for an address that leads anywhere else."""
    wanted = request.values.get("next", "")
    return wanted if is_our_address(wanted) else HOME


def ask_and_keep(typed: Typed, *, owes_code: bool) -> Response:
    """Ask whoever sent a form to sign in, or for the code, and keep the form meanwhile."""
    if owes_code:
        return _page("code", 401, on_paper=False, kept=typed.as_text())
    return _page("sign-in", 401, email="", kept=typed.as_text())


def _come_in(signed_in: SignedIn) -> ResponseOfWerkzeug:
    response = _after_sign_in(signed_in)
    response.headers["Cache-Control"] = "no-store"
    return give_cookie(response, signed_in.token, signed_in.session)


def _after_sign_in(signed_in: SignedIn) -> ResponseOfWerkzeug:
    owes_code = signed_in.session.is_half
    if typed := typed_before():
        setattr(g, FRESH, signed_in.token)
        if owes_code:
            return _page("code", on_paper=False, kept=typed.as_text())
        g.viewer = None
        return show_again(typed)
    return redirect(_with_next("/console/code") if owes_code else next_page(), 303)


def _with_next(place: str) -> str:
    wanted = next_page()
    return place if wanted == HOME else f"{place}?next={quote(wanted)}"


def _recognised() -> Recognised | None:
    token = request.cookies.get(cookie_name())
    return recognise_session(token, house()) if token else None


def _half() -> Recognised | None:
    """Return who has given a password here and owes a code."""
    recognised = _recognised()
    return recognised if recognised and recognised.owes_code else None


def _refused(name: str, found: Wrong | MustWait, **values: object) -> Response:
    if isinstance(found, MustWait):
        response = _page(name, 429, wait_s=found.wait_s, **values)
        response.headers["Retry-After"] = str(found.wait_s)
        return response
    return _page(name, 422, left=found.left, is_wrong=True, **values)


def _page(name: str, status: int = 200, **values: Any) -> Response:
    g.viewer = None  # a half session is nobody yet
    kept = typed_before()
    known: dict[str, Any] = {
        "kept": kept.as_text() if kept else "",
        "wait_s": 0,
        "left": 0,
        "is_wrong": False,
        "stays": False,
        "errors": {},
        **values,
    }
    has_errors = bool(known["is_wrong"] or known["wait_s"] or known["errors"])
    return page(name, status, next=next_page(), has_errors=has_errors, **known)


def _errors(refused: Refused) -> dict[str, str]:
    return {refused.field: refused.why}


def _least() -> int:
    return rules().password.least
