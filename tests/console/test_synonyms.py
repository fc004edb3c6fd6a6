"""Same words are changed in the draft, and come back by a press."""

from __future__ import annotations

from backend.domain.site import Site
from tests.console.staff import Member, Staff


def test_words_are_added_in_the_draft_and_live_when_published(staff: Staff, site: Site, owner: Member) -> None:
    assert owner.post(f"{site.key}/synonyms", {"words": "fleece, jumper"}).status_code == 303
    draft = staff.house.drafts.draft(site)
    assert staff.house.passages.synonyms(draft.shelf) == [("fleece", "jumper")]
    assert staff.house.passages.synonyms(site.id) == []
    owner.post(f"{site.key}/publish")
    assert staff.house.passages.synonyms(site.id) == [("fleece", "jumper")]


def test_words_that_make_no_group_are_refused_beside_the_field(site: Site, owner: Member) -> None:
    answer = owner.post(f"{site.key}/synonyms", {"words": "fleece"})
    assert answer.status_code == 422
    assert "give 2 to 20 words with commas between them" in answer.text
    assert 'value="fleece"' in answer.text


def test_a_group_is_taken_out_and_comes_back(staff: Staff, site: Site, owner: Member) -> None:
    owner.post(f"{site.key}/synonyms", {"words": "fleece, jumper"})
    gone = {"remove": ["fleece", "jumper"], "group": ["fleece", "jumper"]}
    answer = owner.post(f"{site.key}/synonyms", gone, follow_redirects=True)
    assert "Taken out" in answer.text
    assert 'name="words" value="fleece, jumper"' in answer.text
    assert staff.house.passages.synonyms(staff.house.drafts.draft(site).shelf) == []
