"""A change of who may come in wants a proof of who asks for it, and loses nothing that was typed."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.accounts import Person, Roles
from backend.domain.site import Site
from tests.console.people import PASSWORD, words_of
from tests.console.staff import Member, Staff


@pytest.fixture
def unproven(staff: Staff) -> Member:
    """An owner with a password, who signed in a while ago."""
    member = staff.member("owner")
    person = person_of(staff, member)
    staff.house.people.keep_password(person, staff.house.passwords.keep(PASSWORD))
    with sqlite3.connect(Path(staff.server.environment["DATA_DIR"]) / "deskbell.sqlite3", timeout=10) as database:
        long_ago = (staff.house.time() - timedelta(minutes=11)).replace(tzinfo=None).isoformat(sep=" ")
        database.execute("UPDATE session SET proved = ? WHERE person_id = ?", (long_ago, person.id))
    return member


def person_of(staff: Staff, member: Member) -> Person:
    found = staff.house.people.with_email(member.email)
    assert found is not None
    return found


def test_the_form_waits_for_the_password_and_goes_on_as_it_was(staff: Staff, unproven: Member) -> None:
    target = person_of(staff, staff.member("viewer"))
    asked = unproven.post(f"people/{target.id}/roles", {"everywhere": "editor"})
    assert asked.status_code == 200
    assert 'data-page="proof"' in asked.text
    assert staff.house.people.person(target.id) == target
    fields = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', asked.text))
    assert fields["everywhere"] == "editor"
    wrong = unproven.http.post(f"/console/people/{target.id}/roles", data={**fields, "proof": "wrong"})
    assert wrong.status_code == 422
    assert "The password is not right." in words_of(wrong)
    assert 'name="everywhere" value="editor"' in wrong.text
    right = unproven.http.post(f"/console/people/{target.id}/roles", data={**fields, "proof": PASSWORD})
    assert right.status_code == 303
    changed = staff.house.people.person(target.id)
    assert changed
    assert changed.roles == Roles("editor")
    assert unproven.post(f"people/{target.id}/roles", {"everywhere": "viewer"}).status_code == 303  # for a while


@pytest.mark.parametrize("form", ["people/invite", "tokens/new", "me/factor", "me/factor/off", "me/factor/codes"])
def test_every_form_that_lets_somebody_in_wants_it(unproven: Member, form: str) -> None:
    asked = unproven.post(form, {"email": "guest@shop.example", "place": "everywhere", "role": "owner"})
    assert 'data-page="proof"' in asked.text


def test_what_visitors_read_changes_only_for_whoever_proves_who_they_are(
    staff: Staff, site: Site, unproven: Member
) -> None:
    draft = staff.house.drafts.draft(site)
    staff.house.drafts.change(site, replace(draft.settings, greeting="Welcome"), None, unproven.email)
    asked = unproven.post(f"{site.key}/publish", {"note": "Warmer"})
    assert 'data-page="proof"' in asked.text
    assert 'name="note" value="Warmer"' in asked.text
    assert f"/console/{site.key}/versions" in asked.text
    assert 'data-page="proof"' in unproven.post(f"{site.key}/versions/1/restore").text
    assert staff.live(site).version == 1
    given = {"note": "Warmer", "proof": PASSWORD}
    assert unproven.post(f"{site.key}/publish", given).status_code == 303
    assert staff.live(site).settings.greeting == "Welcome"
    assert unproven.post(f"{site.key}/versions/1/restore").status_code == 303  # proved a moment ago
    assert staff.live(site).version == 3


def test_whoever_guesses_has_to_wait(staff: Staff, unproven: Member) -> None:
    answers = [unproven.post("tokens/new", {"proof": "wrong", "scope": "read"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"]
    assert list(staff.house.api_tokens.tokens(person_of(staff, unproven))) == []
