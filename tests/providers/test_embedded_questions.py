"""Titles and headings become questions that a visitor would ask."""

from __future__ import annotations

import pytest

from backend.providers.embedded_questions import phrase_question


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Wix Stores: Creating Automatic Discounts", "How do I create automatic discounts in Wix Stores?"),
        ("Adding, Renaming and Deleting an Anchor", "How do I add, rename and delete an anchor?"),
        ("Changing Your Page URL", "How do I change my page URL?"),
        ("How to Park Your Car", "How do I park my car?"),
        ("What's next?", None),
        ("Cancel your subscription plan", "How do I cancel my subscription plan?"),
        ("Order status", "What should I know about order status?"),
        ("Can I come on Sunday?", "Can I come on Sunday?"),
        ("About Gift Vouchers", "What should I know about gift vouchers?"),
        ("Connecting Instagram", "How do I connect Instagram?"),
        ("Leaving the team & offboarding", None),
        ("Play 11 - Promote a healthy culture", None),
        ("Frequently Asked Questions", None),
        ("Error 403 (Forbidden)", None),
    ],
)
def test_a_title_becomes_a_question_that_a_visitor_would_ask(title: str, question: str | None) -> None:
    text = "Follow us on Instagram for gift vouchers and discounts."
    assert phrase_question(title, text, "What should I know about {title}?", is_english=True) == question
