"""Who calls: a tool with a token of a person, and the site that it asks for."""

from __future__ import annotations

from flask import g, request

from backend.accounts.permissions import require, sites_of
from backend.console.parts import house, where
from backend.domain.accounts import Access
from backend.domain.audit import Change
from backend.domain.errors import TokenInvalid
from backend.domain.site import Site
from backend.services.check_token import check_token
from backend.services.record_change import by, record_change


def access() -> Access:
    """Return who calls; raise TokenInvalid without a token that counts."""
    if "access" not in g:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenInvalid("Authorization: missing; send `Bearer dk_…`, a token that `user token` prints")
        g.access = check_token(token.strip(), house())
    found: Access = g.access
    return found


def site_for(key: str, action: str) -> Site:
    """Return the site that is asked for; raise UnknownSite or ScopeMissing where the caller may not do this."""
    caller = access()
    site = house().sites.site(key)
    require(caller, site.id, action)
    return site


def sites_of_caller() -> list[Site]:
    return sites_of(access(), house().sites.sites())


def person() -> str:
    """Return who is behind the call, as versions and drafts name them."""
    return access().person.email


def note(action: str, site: Site, subject: str, before: object = None, after: object = None) -> None:
    """Record a change of this caller."""
    record_change(Change(action, subject, before, after, site.id), by(access(), where()), house())
