"""A change is recorded under the name of whoever made it."""

from __future__ import annotations

from backend.app import House
from backend.domain.accounts import Access
from backend.domain.audit import Change
from backend.domain.site import SiteSettings
from backend.services.make_token import make_token
from backend.services.record_change import by, record_change
from tests.services.people import BOSS, EMAIL, HERE, come_in


def test_a_person_and_a_tool_are_named_with_where_they_come_from(timed: House) -> None:
    site = timed.sites.create(SiteSettings(name="Tea", origins=()), "pk_tea")
    person = come_in(timed).person
    token = make_token(person, ["edit"], BOSS, timed, name="Parcel desk").token
    change = Change("draft.changed", "rule 3", "$300", "$200", site.id)
    first = record_change(change, by(Access(person), HERE), timed)
    second = record_change(change, by(Access(person, token), HERE), timed)
    assert (first.who, second.who) == (EMAIL, f"Parcel desk of {EMAIL}")
    assert (first.address, first.number, second.number) == (HERE.address, 1, 2)
    assert second.previous == first.hash
    assert list(timed.audit.entries(site.id, None, 5)) == [second, first]
