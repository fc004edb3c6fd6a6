"""An answer that staff should look at is told to whoever wants to hear of it, and the visitor notices nothing."""

from __future__ import annotations

from datetime import timedelta

from backend.app import House
from backend.domain.errors import Busy
from backend.domain.knowledge import Found
from backend.domain.outgoing import EVENTS
from backend.domain.reply import Reply, Usage
from backend.domain.site import Site
from backend.domain.turn import Asked, FlagRaised, Model, Opening, Outcome, Question, Route, Timings
from backend.services.tell_of_turn import TellingObserver


class Counting:
    """Another observer, which counts what it hears."""

    heard = 0

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None:
        self.heard += bool(opening and outcome)


class Away:
    """Parts whose database is busy."""

    @property
    def webhooks(self) -> object:
        raise Busy("locked", retry_after_s=1)


def a_turn(site: Site, *flags: FlagRaised) -> tuple[Opening, Outcome]:
    asked = Asked("t1", site, "v1", "c1", "Is it 5 days?", "127.0.0.1", is_new_conversation=True)
    question = Question("Is it 5 days?")
    opening = Opening(asked, question, Route(Model("m"), "x"), Found((), 0.0), Timings())
    return opening, Outcome("done", Reply("No.", 0.2), "end_turn", True, flags, (), (), Usage(), Timings())


def test_a_flag_is_told_with_its_reasons_once_each(house: House, site: Site) -> None:
    house.webhooks.add(site, "https://hooks.example/", "generic", EVENTS, "whsec_eA==", "ada")
    other = Counting()
    observer = TellingObserver(other, house)
    observer.turn_ended(
        *a_turn(site, FlagRaised("low_confidence", "0.2"), FlagRaised("low_confidence", "0.1"), FlagRaised("card", "5"))
    )
    observer.turn_ended(*a_turn(site))
    assert other.heard == 2
    (parcel,) = house.webhooks.take_due(9, house.time() + timedelta(minutes=1))
    assert parcel.delivery.event == "flag.raised"
    assert parcel.told["page"] == "live/c1"
    assert parcel.told["details"] == {
        "turn": "t1",
        "conversation": "c1",
        "reasons": ["card", "low_confidence"],
        "question": "Is it 5 days?",
    }


def test_a_database_that_is_busy_is_no_matter_of_the_visitor(site: Site) -> None:
    other = Counting()
    TellingObserver(other, Away()).turn_ended(*a_turn(site, FlagRaised("card", "5")))  # type: ignore[arg-type]
    assert other.heard == 1
