"""The book of the answers that our team has given."""

from __future__ import annotations

from dataclasses import replace

from backend.domain.approved import AskedBefore, NewApproved
from backend.domain.reply import Reply
from backend.domain.site import SiteSettings
from backend.store import Store
from tests.contracts.people import HeldClock

NEW = NewApproved(
    Reply("Within **60 days**.", 1.0, ("And worn ones?",)),
    [AskedBefore("How long?", "returns.md"), AskedBefore("Until when?", "")],
    {"returns.md": "d1"},
    "ada@shop.example",
    7,
)


def test_an_answer_is_kept_with_its_questions_and_found_again(timed: Store) -> None:
    site, other = (timed.sites.create(SiteSettings(name, ())) for name in ("Shop", "Other"))
    book = timed.approved
    assert (book.stamp(site.id), list(book.answers(site.id))) == ("", [])
    made = book.add(site.id, NEW)
    assert list(book.answers(site.id)) == [made]
    assert (made.reply, made.phrasings, made.pages, made.item) == (NEW.reply, tuple(NEW.phrasings), NEW.pages, 7)
    assert (made.state, made.served, made.by) == ("serving", 0, NEW.by)
    assert (book.stamp(other.id), list(book.answers(other.id))) == ("", [])
    assert not book.remove(other.id, made.id)
    assert book.remove(site.id, made.id)
    assert not book.remove(site.id, made.id)
    assert book.stamp(site.id) == ""


def test_its_stamp_changes_with_what_may_be_served_and_not_with_serving(timed: Store, clock: HeldClock) -> None:
    site, book = timed.sites.create(SiteSettings("Shop", ())), timed.approved
    stamps = [book.stamp(site.id)]
    made = book.add(site.id, NEW)
    stamps.append(book.stamp(site.id))
    book.was_served(site.id, made.id)
    book.was_served(site.id, made.id)
    assert book.stamp(site.id) == stamps[-1]
    assert book.answers(site.id)[0].served == 2
    clock.wait(1.0)
    assert book.page_changed(site.id, made.id)
    assert not book.page_changed(site.id, made.id)
    assert book.answers(site.id)[0].state == "page_changed"
    stamps.append(book.stamp(site.id))
    book.add(site.id, replace(NEW, item=None))
    stamps.append(book.stamp(site.id))
    assert len(set(stamps)) == 4


def test_a_question_is_forgotten_and_with_its_last_one_the_answer_goes(timed: Store, clock: HeldClock) -> None:
    site, other = (timed.sites.create(SiteSettings(name, ())) for name in ("Shop", "Other"))
    book, (first, second) = timed.approved, NEW.phrasings
    made = book.add(site.id, replace(NEW, phrasings=[first, second, second]))
    stamp = book.stamp(site.id)
    clock.wait(1.0)
    book.forget(other.id, made.id, first)
    assert not book.forget(site.id, made.id, AskedBefore("Never asked", ""))
    assert book.stamp(site.id) == stamp
    assert not book.forget(site.id, made.id, second)
    assert book.stamp(site.id) != stamp
    assert not book.forget(site.id, made.id, first)
    assert book.answers(site.id)[0].phrasings == (second,)
    assert book.forget(site.id, made.id, second)
    assert book.answers(site.id) == []


def test_it_goes_with_its_site(timed: Store) -> None:
    site = timed.sites.create(SiteSettings("Shop", ()))
    timed.approved.add(site.id, NEW)
    timed.sites.remove(site)
    assert timed.approved.answers(site.id) == []
