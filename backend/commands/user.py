"""`user add`, `list`, `reset`, `remove`, `token`: the people who may come in by the staff's door, and their tools.

Standard output holds what is handed on (the link, the token, the JSON); what people read goes to standard error.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection

from backend.accounts.tokens import link_address
from backend.app import House
from backend.commands.output import say
from backend.domain.accounts import ROLES, SCOPES, Person, Roles, Scope, is_role, is_scope
from backend.domain.audit import COMMAND_LINE
from backend.domain.email import address_of_person
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.change_roles import told
from backend.services.find_site import find_site
from backend.services.invite_person import NewLink, invite_person
from backend.services.make_token import make_token
from backend.services.remove_person import remove_person
from backend.services.reset_person import reset_person


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `user` with its commands."""
    parser = subparsers.add_parser("user", help="invite, list and remove people and their tools", description=__doc__)
    commands = parser.add_subparsers(dest="user_command", required=True, metavar="COMMAND")
    add = _with_email(commands, "add", "invite a person, or add to what they may; prints a link that signs in once")
    add.add_argument("--role", required=True, choices=ROLES, help="what the person may")
    add.add_argument("--site", action="append", default=[], metavar="KEY", help="on this site; without one, on every")
    add.add_argument("--name", default="", help="what others see the person called")
    listing = commands.add_parser("list", help="list the people, oldest first")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    _with_email(commands, "reset", "print a new link; password, second factor and sessions of before end")
    _with_email(commands, "remove", "remove a person, with sessions and tokens")
    token = _with_email(commands, "token", "print a token for a tool, once")
    token.add_argument("--scope", required=True, metavar="SCOPE,…", help=f"of {', '.join(SCOPES)}")
    token.add_argument("--site", action="append", default=[], metavar="KEY", help="for this site; without one, for all")
    token.add_argument("--name", default="", help="what the token is for")


def run(args: argparse.Namespace, house: House) -> int:
    """Run `user …`; raise SettingsError with one sentence when the input cannot be used."""
    match args.user_command:
        case "add":
            return _add(args, house)
        case "reset":
            return _reset(args, house)
        case "remove":
            return _remove(args, house)
        case "token":
            return _token(args, house)
        case _:
            return _list(house, as_json=args.json)


def _with_email(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, helped: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=helped, description=f"{helped[0].upper()}{helped[1:]}.")
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _add(args: argparse.Namespace, house: House) -> int:
    sites = [find_site(key, house.sites) for key in args.site]
    invited = invite_person(args.email, _roles(args.role, sites), COMMAND_LINE, house, name=args.name)
    _print_link(invited.person, invited.link, house, as_json=args.json)
    return 0


def _reset(args: argparse.Namespace, house: House) -> int:
    person = _person(args.email, house)
    _print_link(person, reset_person(person, COMMAND_LINE, house), house, as_json=args.json)
    return 0


def _remove(args: argparse.Namespace, house: House) -> int:
    person = _person(args.email, house)
    remove_person(person, COMMAND_LINE, house)
    if args.json:
        print(json.dumps({"email": person.email}))
    else:
        say(f"{person.email} is removed: sessions and tokens have ended.")
    return 0


def _token(args: argparse.Namespace, house: House) -> int:
    sites = [find_site(key, house.sites) for key in args.site]
    scopes = read_scopes(args.scope)
    made = make_token(_person(args.email, house), scopes, COMMAND_LINE, house, sites=sites, name=args.name)
    if args.json:
        shown = {"token": made.secret, "name": made.token.name, "scopes": sorted(scopes), "sites": args.site or None}
        print(json.dumps(shown, ensure_ascii=False))
    else:
        print(made.secret)
        say("Keep it now: it is shown this once.")
    return 0


def _list(house: House, *, as_json: bool) -> int:
    people = house.people.people()
    if as_json:
        print(json.dumps([_row(person, house) for person in people], ensure_ascii=False, indent=1))
        return 0
    for person in people:
        roles = ", ".join(f"{role} on {place}" for place, role in told(person.roles, house).items())
        print(f"{person.email}  {roles or 'no role'}  {_state(person)}")
    if not people:
        say("There is nobody yet; `python -m backend user add EMAIL --role owner` prints a link.")
    return 0


def read_scopes(given: str) -> frozenset[Scope]:
    """Return the scopes of `read,review`; raise SettingsError for a word that is none."""
    words = [word.strip() for word in given.split(",") if word.strip()]
    if wrong := next((word for word in words if not is_scope(word)), None):
        raise SettingsError(f"--scope: {wrong[:40]!r} is not one of {', '.join(SCOPES)}.")
    return frozenset(filter(is_scope, words))


def _roles(role: str, sites: Collection[Site]) -> Roles:
    assert is_role(role)  # noqa: S101 - the parser takes no other
    return Roles(None, {site.id: role for site in sites}) if sites else Roles(role)


def _person(given: str, house: House) -> Person:
    person = house.people.with_email(address_of_person(given) or "")
    if person is None:
        raise SettingsError(f"There is nobody with the address {given[:80]!r}; `user list` names all.")
    return person


def _print_link(person: Person, link: NewLink | None, house: House, *, as_json: bool) -> None:
    address = link and link_address(house.settings.public_url, link.token)
    if as_json:
        until = link and link.until.isoformat(timespec="seconds").replace("+00:00", "Z")
        row = {"email": person.email, "link": address, "until": until, "roles": told(person.roles, house)}
        print(json.dumps(row, ensure_ascii=False))
    elif link:
        print(address)
        say(f"The link signs {person.email} in once, within 24 hours, and asks for a password.")
    else:
        say(f"{person.email} has a password already; the roles are changed. `user reset` prints a new link.")


def _row(person: Person, house: House) -> dict[str, object]:
    return {
        "email": person.email,
        "name": person.name,
        "role": person.roles.everywhere,
        "roles": told(Roles(None, person.roles.on), house),
        "has_password": person.has_password,
        "second_factor": person.has_factor,
        "invited_until": _moment(person.invited_until),
        "seen": _moment(person.seen_at),
    }


def _moment(at: object) -> str | None:
    return str(at).replace(" ", "T").replace("+00:00", "Z") if at else None


def _state(person: Person) -> str:
    if not person.has_password:
        return "invited" if person.invited_until else "has no link that counts"
    return "with second factor" if person.has_factor else "without second factor"
