"""What do we know? The passages that may answer the question."""

from __future__ import annotations

from backend.domain.knowledge import Audience, Found
from backend.domain.ports import Library
from backend.domain.site import Site
from backend.domain.small_talk import small_talk_in
from backend.domain.turn import Question

MOST_DOCUMENTS = 6


def find_passages(question: Question, site: Site, locale: str, library: Library) -> Found:
    """Return what the site's pages say to this question, read with those before it where it leans on them.

    Of pages that say the same in several languages, those in the visitor's `locale` come first; it may be empty.
    Thanks and greetings are nothing to lean on.
    """
    asked = [turn.question for turn in question.history]
    before = [each for each in asked if small_talk_in(each, locale, site.settings.locale) is None]
    visitor = Audience(language=locale.partition("-")[0].lower())
    return library.search(site, question.text, most=MOST_DOCUMENTS, before=before, audience=visitor)
