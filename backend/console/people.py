"""The people who may come in: who they are, what they may, inviting, resetting and removing them.

An owner of single sites sees and changes what belongs to these sites alone (`permissions.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.accounts.permissions import may_everywhere, may_manage, people_seen, permissions, sites_to_manage
from backend.accounts.tokens import link_address
from backend.console.browsers import browser_of
from backend.console.pages import language_of_viewer, page
from backend.console.parts import house, parts, where
from backend.console.proof import want_proof
from backend.console.toasts import done
from backend.console.viewer import Viewer, sites, viewer
from backend.console.words import say
from backend.domain.accounts import ROLES, Person, Role, Roles, is_role
from backend.domain.email import address_of_person
from backend.domain.errors import NotFound, ScopeMissing, SettingsError
from backend.domain.site import Site
from backend.services.change_roles import change_roles, within
from backend.services.invite_person import NewLink, invite_person
from backend.services.make_token import scopes_for
from backend.services.record_change import by
from backend.services.remove_person import remove_person, restore_person
from backend.services.reset_person import reset_person
from backend.services.sign_out import sign_out_everywhere

door = Blueprint("people", __name__)
COLUMNS = 2  # sites that stand side by side in the list
MOST_UNDONE = 50  # sites whose roles one press brings back: they stand in a cookie meanwhile
EVERYWHERE = "everywhere"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role can be given: a site, or every site."""

    field: str
    label: str
    site_id: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list, with the role at each place; `is_mine` where the viewer may do all with them."""

    person: Person
    roles: Sequence[tuple[Place, Role | None]]
    is_viewer: bool
    is_mine: bool


@door.get("/people")
def show() -> Response:
    """Show the people of the viewer's sites, and the viewer's own sign-in; without sites to manage, that alone."""
    who = look_from(request.args.get("site", ""))
    managed = sites_to_manage(who.access, sites())
    people = people_seen(who.access, house().people.people(), managed) if is_manager() else []
    places = _places(managed, COLUMNS)
    tokens = house().api_tokens.tokens(who.access.person)
    return page(
        "people",
        places=places,
        rows=[_row(each, places) for each in people],
        managed=managed,
        manages=is_manager(),
        tokens=tokens,
        site_names={site.id: site.settings.name for site in sites()},
        may_token=bool(scopes_for(who.access.person)),
        sessions=house().sessions.sessions(who.access.person),
        mine=who.session,
        browser_of=browser_of,
        codes_left=house().factors.codes_left(who.access.person),
        permissions=permissions(),
        roles=ROLES,
    )


@door.get("/people/invite")
def ask() -> Response:
    look_from(request.args.get("site", ""))
    return _invitation({})


@door.post("/people/invite")
def invite() -> Response:
    who = look_from(request.form.get("site", ""))
    refuse_unless_manager()
    want_proof()
    place = next((each for each in _places(_managed()) if each.field == request.form.get("place")), None)
    role = request.form.get("role", "")
    if place is None or not is_role(role):
        return _invitation({"place": say(language_of_viewer(), "people.no_place")})
    roles = Roles(role) if place.site_id is None else Roles(None, {place.site_id: role})
    given, name = request.form.get("email", ""), request.form.get("name", "")
    try:
        invited = invite_person(given, roles, by(who.access, where()), house(), name=name, access=who.access)
    except SettingsError:
        if address_of_person(given) is None:
            return _invitation({"email": say(language_of_viewer(), "people.no_address")})
        return _invitation({"role": say(language_of_viewer(), "people.last_owner")})
    return _link_page(invited.person, invited.link, "invited" if invited.link else "added")


@door.get("/people/<int:person_id>")
def one(person_id: int) -> Response:
    person = _person(person_id)
    places = _places(_managed())
    is_mine = may_manage(viewer().access, person)
    return page(
        "person",
        person=person,
        row=_row(person, places),
        roles=ROLES,
        sessions=house().sessions.sessions(person) if is_mine else [],
        tokens=house().api_tokens.tokens(person) if is_mine else [],
        browser_of=browser_of,
    )


@door.post("/people/<int:person_id>/roles")
def change(person_id: int) -> ResponseOfWerkzeug:
    person = _person(person_id)
    want_proof()
    wanted = within(person.roles, _roles_of_form(person.roles), viewer().access)
    mine = viewer().session if person.id == viewer().access.person.id else None
    try:
        change_roles(person, wanted, by(viewer().access, where()), house(), mine=mine)
    except SettingsError:
        done("done.last_owner", person=person.called)
        return _back()
    if wanted != person.roles:
        undo = f"/console/people/{person.id}/roles"
        done("done.roles", undo, _undoing(person.roles, wanted), person=person.called)
    return _back()


@door.post("/people/<int:person_id>/reset")
def reset(person_id: int) -> Response:
    person = _person_of_mine(person_id)
    want_proof()
    return _link_page(person, reset_person(person, by(viewer().access, where()), house()), "reset")


@door.post("/people/<int:person_id>/sign-out")
def sign_out(person_id: int) -> ResponseOfWerkzeug:
    person = _person_of_mine(person_id)
    sign_out_everywhere(person, house())
    done("done.signed_out", person=person.called)
    return redirect(f"/console/people/{person.id}", 303)


@door.post("/people/<int:person_id>/remove")
def remove(person_id: int) -> ResponseOfWerkzeug:
    person = _person_of_mine(person_id)
    want_proof()
    try:
        remove_person(person, by(viewer().access, where()), house())
    except SettingsError:
        done("done.last_owner", person=person.called)
        return _back()
    done("done.person_removed", f"/console/people/{person.id}/restore", person=person.called)
    return _back()


@door.post("/people/<int:person_id>/restore")
def restore(person_id: int) -> ResponseOfWerkzeug:
    person = house().people.person(person_id)
    if person is None or not may_manage(viewer().access, person):
        raise NotFound(f"/console/people/{person_id}: there is no such person")
    if restore_person(person, by(viewer().access, where()), house()):
        done("done.person_back", person=person.called)
    return _back()


def look_from(key: str) -> Viewer:
    """Let the page stand in the frame of a site, the viewer's first unless another is named; return the viewer."""
    who = viewer()
    found = sites()
    site = next((each for each in found if each.key == key), found[0] if found else None)
    looking = replace(who, site=site)
    g.viewer = looking
    return looking


def is_manager() -> bool:
    """Tell whether the viewer manages the people of any site, or of all that will come."""
    return may_everywhere(viewer().access, "people") or bool(_managed())


def refuse_unless_manager() -> None:
    if not is_manager():
        raise ScopeMissing("People are for owners.")


def _managed() -> list[Site]:
    return sites_to_manage(viewer().access, sites())


def _places(managed: Sequence[Site], most: int | None = None) -> list[Place]:
    """Return where the viewer may give roles, the site that they look at first."""
    looked_at = viewer().site
    ordered = sorted(managed, key=lambda site: looked_at is None or site.id != looked_at.id)[:most]
    places = [Place(f"site-{site.id}", site.settings.name, site.id) for site in ordered]
    return [Place(EVERYWHERE, "", None), *places] if may_everywhere(viewer().access, "people") else places


def _row(person: Person, places: Sequence[Place]) -> Row:
    access = viewer().access
    given = [
        (place, person.roles.everywhere if place.site_id is None else person.roles.on.get(place.site_id))
        for place in places
    ]
    return Row(person, given, person.id == access.person.id, may_manage(access, person))


def _person(person_id: int) -> Person:
    """Return a person of the viewer's sites; raise NotFound where there is none."""
    look_from(request.values.get("site", ""))
    refuse_unless_manager()
    person = house().people.person(person_id)
    if person is None or person.removed_at or not people_seen(viewer().access, [person], _managed()):
        raise NotFound(f"/console/people/{person_id}: there is no such person")
    return person


def _person_of_mine(person_id: int) -> Person:
    """Return a person who may nothing that the viewer does not manage."""
    person = _person(person_id)
    if not may_manage(viewer().access, person):
        raise ScopeMissing("This person also has a role where you manage nobody. An owner of every site can do this.")
    return person


def _roles_of_form(before: Roles) -> Roles:
    """Return the roles that a form gives; what it does not name stays as it was."""
    everywhere = request.form.get(EVERYWHERE)
    on = dict(before.on)
    for field, given in request.form.items():
        place, _, number = field.partition("-")
        if place == "site" and number.isascii() and number.isdigit():
            on.pop(int(number), None)
            if is_role(given):
                on[int(number)] = given
    kept = before.everywhere if everywhere is None else everywhere if is_role(everywhere) else None
    known = {site.id for site in house().sites.sites()}
    return Roles(kept, {site_id: role for site_id, role in on.items() if site_id in known})


def _undoing(before: Roles, after: Roles) -> dict[str, str]:
    """Return the fields of a form that takes a change of roles back: what was changed, and nothing else."""
    changed = [site_id for site_id in {**before.on, **after.on} if before.on.get(site_id) != after.on.get(site_id)]
    fields = {f"site-{site_id}": before.on.get(site_id, NONE) for site_id in changed[:MOST_UNDONE]}
    return fields if before.everywhere == after.everywhere else {EVERYWHERE: before.everywhere or NONE, **fields}


def _invitation(errors: dict[str, str]) -> Response:
    refuse_unless_manager()
    given = {name: request.form.get(name, "")[:254] for name in ("email", "name", "role", "place")}
    status = 422 if errors else 200
    return page(
        "invite", status, given=given, errors=errors, has_errors=bool(errors), places=_places(_managed()), roles=ROLES
    )


def _link_page(person: Person, link: NewLink | None, what: str) -> Response:
    """Show a link, this once: it is in no redirect, no cookie and no log."""
    address = link and link_address(parts().public_url, link.token)
    return page("new-link", person=person, address=address, what=what)


def _back() -> ResponseOfWerkzeug:
    site = viewer().site
    return redirect(f"/console/people?site={site.key}" if site else "/console/people", 303)
