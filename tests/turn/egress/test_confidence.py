"""How far a reply can be believed follows what staff decided, for replies that pages carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.approved import Approved
from backend.domain.calibration import FEW, Curve
from backend.domain.knowledge import Found
from backend.domain.reply import Reply, Usage
from backend.domain.site import Review, Site
from backend.domain.turn import Asked, Ended, Model, Opening, Question, Route, Timings
from backend.turn.egress.confidence import confidence_of
from backend.turn.egress.ending import conclude
from backend.turn.egress.holding import Hold
from tests.turn.pages import FOUND, SITE

BOASTFUL = replace(SITE, curve=Curve(1.0, -3.0, FEW))
SURE = Reply("Within 60 days.", 0.9, ())


def opening(site: Site, question: str = "How long?", found: Found = FOUND, approved: Approved | None = None) -> Opening:
    asked = Asked("t1", site, "v1", "c1", question, "192.0.2.1", locale="en")
    return Opening(asked, Question(question), Route(Model("m"), ""), found, Timings(), approved=approved)


class Written:
    """A reply as it was written."""

    caught = None
    is_valid = True

    def __init__(self, reply: Reply) -> None:
        self.reply: Reply | None = reply

    def kind_in(self, text: str) -> str | None:  # noqa: ARG002
        return None


def flags_of(site: Site, reply: Reply) -> list[str]:
    ending = conclude(Written(reply), Ended("end_turn", Usage()), (), opening(site), Hold(False))
    return [flag.reason for flag in ending.flags]


def test_a_reply_has_its_own_word_until_staff_have_decided_enough() -> None:
    assert confidence_of(SURE, opening(SITE)) == 0.9
    assert confidence_of(None, opening(BOASTFUL)) == 0.0


def test_what_staff_decided_counts_more_than_what_a_reply_states() -> None:
    found = replace(FOUND, confidence=0.5)
    assert confidence_of(SURE, opening(BOASTFUL, found=found)) == BOASTFUL.curve.believed(0.9, 0.5) < 0.5


def test_greetings_and_what_people_wrote_are_believed_as_they_are() -> None:
    assert confidence_of(SURE, opening(BOASTFUL, "Hello!")) == 0.9


@pytest.mark.parametrize(
    ("site", "stated", "flags"),
    [
        (SITE, 0.6, []),
        (SITE, 0.4, ["low_confidence"]),
        (BOASTFUL, 0.6, ["low_confidence"]),
        (replace(SITE, settings=replace(SITE.settings, review=Review(ask_below=0.75))), 0.6, ["low_confidence"]),
        (replace(SITE, settings=replace(SITE.settings, review=Review(ask_below=0.3))), 0.4, []),
    ],
)
def test_staff_see_what_is_below_the_point_that_the_owner_chose(site: Site, stated: float, flags: list[str]) -> None:
    assert flags_of(site, replace(SURE, confidence=stated)) == flags
