"""What a person sets for themselves: name, single-letter keys, password, second factor, and their browsers."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.accounts.rules import rules
from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.people import look_from
from backend.console.proof import want_proof
from backend.console.sign_in import give_cookie
from backend.console.toasts import done
from backend.console.viewer import viewer
from backend.domain.accounts import LONGEST_NAME, Person
from backend.domain.errors import NotFound
from backend.domain.one_line import in_one_line
from backend.services.begin_session import SignedIn
from backend.services.change_password import change_password
from backend.services.record_change import by
from backend.services.second_factor import (
    Begun,
    SwitchedOn,
    begin_factor,
    confirm_factor,
    end_factor,
    renew_codes,
)
from backend.services.sign_in import MustWait, Wrong
from backend.services.sign_in_by_link import Refused
from backend.services.sign_out import sign_out_elsewhere, sign_out_everywhere

door = Blueprint("me", __name__)
HERE = "/console/people"


@door.post("/me/profile")
def change_profile() -> ResponseOfWerkzeug:
    name = in_one_line(request.form.get("name", ""), LONGEST_NAME)
    house().people.rename(_me(), name, uses_single_keys=bool(request.form.get("letters")))
    done("done.profile")
    return redirect(HERE, 303)


@door.post("/me/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseOfWerkzeug:
    if not sign_out_elsewhere(_me(), session_id, house()):
        raise NotFound("you have no such session: it may have ended by itself")
    done("done.session_ended")
    return redirect(f"{HERE}#sign-in", 303)


@door.post("/me/sessions/end")
def end_others() -> ResponseOfWerkzeug:
    ended = sign_out_everywhere(_me(), house(), mine=viewer().session)
    done("done.sessions_ended", count=ended)
    return redirect(f"{HERE}#sign-in", 303)


@door.get("/me/password")
def ask_for_password() -> Response:
    return _password_page({})


@door.post("/me/password")
def set_password() -> Response | ResponseOfWerkzeug:
    old, new = request.form.get("old", ""), request.form.get("new", "")
    found = change_password(_me(), old, new, viewer().session, where(), house())
    match found:
        case SignedIn():
            done("done.password")
            return give_cookie(redirect(HERE, 303), found.token, found.session)
        case Refused():
            return _password_page({"new": found.why}, 422)
        case Wrong() | MustWait():
            return _password_page({}, 429 if isinstance(found, MustWait) else 422, unproven=found)


@door.get("/me/factor")
def show_factor() -> Response:
    if _me().has_factor:
        return page("factor-on", codes_left=house().factors.codes_left(_me()))
    return _factor_page(begin_factor(_me(), house()))


@door.post("/me/factor")
def switch_on() -> Response:
    want_proof()
    person = _me()
    if person.has_factor:
        return page("factor-on", codes_left=house().factors.codes_left(person))
    found = confirm_factor(
        person, request.form.get("code", ""), by(viewer().access, where()), house(), mine=viewer().session
    )
    if isinstance(found, SwitchedOn):
        return page("codes", codes=found.codes)
    status = 429 if isinstance(found, MustWait) else 422
    return _factor_page(begin_factor(person, house()), status, unproven=found)


@door.post("/me/factor/codes")
def make_codes() -> Response | ResponseOfWerkzeug:
    want_proof()
    if not _me().has_factor:
        return redirect("/console/me/factor", 303)
    return page("codes", codes=renew_codes(_me(), by(viewer().access, where()), house()).codes)


@door.post("/me/factor/off")
def switch_off() -> ResponseOfWerkzeug:
    want_proof()
    end_factor(_me(), by(viewer().access, where()), house(), mine=viewer().session)
    done("done.factor_off")
    return redirect(f"{HERE}#sign-in", 303)


def _me() -> Person:
    look_from(request.values.get("site", ""))
    return viewer().access.person


def _password_page(errors: dict[str, str], status: int = 200, unproven: Wrong | MustWait | None = None) -> Response:
    _me()
    return page(
        "password",
        status,
        errors=errors,
        has_errors=status != 200,
        least=rules().password.least,
        wait_s=unproven.wait_s if isinstance(unproven, MustWait) else 0,
        left=unproven.left if isinstance(unproven, Wrong) else None,
    )


def _factor_page(begun: Begun, status: int = 200, unproven: Wrong | MustWait | None = None) -> Response:
    return page(
        "factor",
        status,
        secret=begun.secret,
        address=begun.address,
        picture=Markup(begun.picture),  # noqa: S704 - drawn by us, of an address without markup
        has_errors=status != 200,
        wait_s=unproven.wait_s if isinstance(unproven, MustWait) else 0,
        left=unproven.left if isinstance(unproven, Wrong) else None,
    )
