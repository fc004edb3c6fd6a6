"""A tool gets a token of a person's: never more than the person may, shown once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from backend.accounts.permissions import scopes_of
from backend.accounts.tokens import API_PREFIX, SHOWN, hash_of, new_token
from backend.domain.accounts import LONGEST_NAME, ROLES, SCOPES, ApiToken, Person, Scope
from backend.domain.audit import By, Change
from backend.domain.errors import SettingsError
from backend.domain.one_line import in_one_line
from backend.domain.site import Site
from backend.services.account_parts import AccountParts
from backend.services.record_change import record_change

NAMELESS = "Token"


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token; `secret` is shown this once."""

    token: ApiToken
    secret: str


def make_token(
    person: Person,
    scopes: Collection[Scope],
    by: By,
    parts: AccountParts,
    *,
    sites: Collection[Site] = (),
    name: str = "",
    until: datetime | None = None,
) -> MadeToken:
    """Make a token for some sites, or for all of the person's; raise SettingsError for what the person may not."""
    _refuse_more_than_may(person, scopes, sites)
    secret = new_token(API_PREFIX)
    token = ApiToken(
        id=0,
        person_id=person.id,
        name=in_one_line(name, LONGEST_NAME) or NAMELESS,
        begins=secret[:SHOWN],
        scopes=frozenset(scopes),
        sites=frozenset(site.id for site in sites) if sites else None,
        created_at=parts.time(),
        until=until,
    )
    kept = parts.api_tokens.add(hash_of(secret), token)
    record_change(_change("token.made", kept, sites), by, parts)
    return MadeToken(kept, secret)


def end_token(token: ApiToken, by: By, parts: AccountParts) -> bool:
    """End a token at once; False where it has ended already."""
    if not parts.api_tokens.end(token.id):
        return False
    record_change(_change("token.ended", token, ()), by, parts)
    return True


def scopes_for(person: Person) -> list[Scope]:
    """Return the scopes that are of use to a person on any site."""
    roles = {person.roles.everywhere, *person.roles.on.values()}
    useful = {scope for role in ROLES if role in roles for scope in scopes_of(role)}
    return [scope for scope in SCOPES if scope in useful]


def _refuse_more_than_may(person: Person, scopes: Collection[Scope], sites: Collection[Site]) -> None:
    if not scopes:
        raise SettingsError(f"Give at least one scope: {', '.join(SCOPES)}.")
    if unseen := next((site for site in sites if person.roles.at(site.id) is None), None):
        raise SettingsError(f"{person.email} has no role on {unseen.key}.")
    if beyond := sorted(set(scopes) - set(scopes_for(person))):
        raise SettingsError(f"{person.email} has no role that allows {', '.join(beyond)}.")


def _change(action: str, token: ApiToken, sites: Collection[Site]) -> Change:
    made = {
        "begins": token.begins,
        "scopes": sorted(token.scopes),
        "sites": [site.key for site in sites] or "every site",
    }
    before, after = (None, made) if action == "token.made" else (made, None)
    return Change(action, token.name, before, after)
