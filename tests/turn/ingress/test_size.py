"""How much may be asked, and with which characters."""

from __future__ import annotations

import pytest

from backend.domain.errors import InvalidRequest, MessageTooLong
from backend.domain.site import Safety, Site, SiteSettings
from backend.domain.turn import Asked, Page, Question
from backend.turn.ingress import Checks, admit


def let_in(message: str, checks: Checks, page: Page = Page(), locale: str = "en", **safety: object) -> Question:  # noqa: B008
    site = Site(
        1,
        "pk_test",
        1,
        SiteSettings(name="Larkmoor", origins=(), safety=Safety(**safety)),  # type: ignore[arg-type]
    )
    return admit(Asked("t", site, "v", "c", message, "127.0.0.1", page=page, locale=locale), (), checks)


def test_control_characters_do_not_reach_the_model(checks: Checks) -> None:
    assert let_in("a\x00b\r\nc\x1b[31m\td", checks).text == "ab\nc[31m\td"


@pytest.mark.parametrize("message", ["", "   \n", "\x00\x01", "\u3164\u2800", "\u202e\u200b", "\u0301"])
def test_a_question_with_nothing_to_read_is_refused(message: str, checks: Checks) -> None:
    with pytest.raises(InvalidRequest, match="message"):
        let_in(message, checks)


def test_a_question_may_have_4000_characters_and_no_more(checks: Checks) -> None:
    let_in("x" * 4000, checks)
    with pytest.raises(MessageTooLong, match="4001"):
        let_in("x" * 4001, checks)
