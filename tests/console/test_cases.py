"""Saved questions: asked of draft and live, compared, and in the way of a draft that makes one of them worse."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from backend.domain.cases import Expected, Judged
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import Change
from backend.services.keep_documents import keep_documents
from backend.services.run_cases import save_case
from tests.console.staff import Member, Staff
from tests.servers import run_backend

QUESTION = "Within how many days may I return something?"
HOLDS = Expected(QUESTION, must_contain=("60 days",), must_cite=("returns.md",), is_must=True)
JOB_S = 60.0


def page_of(text: str) -> Change:
    return Change([Document("returns.md", "Returns", "", f"# Returns\n\n{text}")], "added")


@pytest.fixture
def answered(staff: Staff, site: Site) -> Site:
    """A site whose page answers the question."""
    keep_documents(site, page_of("You may return anything within 60 days of buying it."), staff.house)
    return staff.live(site)


def spoil_draft(staff: Staff, site: Site) -> None:
    shelf = staff.house.drafts.draft(site).site
    keep_documents(shelf, page_of("You may return anything within 6 weeks of buying it."), staff.house.in_draft)


def wait_until_asked(staff: Staff, site: Site) -> None:
    deadline = time.monotonic() + JOB_S
    while len(staff.house.cases.last_runs(site)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_a_draft_makes_worse_is_seen_beside_what_is_live(staff: Staff, answered: Site, owner: Member) -> None:
    save_case(answered, HOLDS, owner.email, staff.house)
    spoil_draft(staff, answered)
    assert "Not asked yet" in owner.get(f"{answered.key}/cases").text
    assert owner.post(f"{answered.key}/cases/run").status_code == 303
    wait_until_asked(staff, answered)
    page = owner.get(f"{answered.key}/cases").text
    assert "1 worse" in page
    assert "It does not say: 60 days" in page
    assert "within 6 weeks" in page


def test_a_must_case_is_in_the_way_of_publishing_unless_there_is_a_reason(
    staff: Staff, answered: Site, owner: Member
) -> None:
    save_case(answered, HOLDS, owner.email, staff.house)
    spoil_draft(staff, answered)
    stopped = owner.post(f"{answered.key}/publish", {"note": "Weeks"})
    assert stopped.status_code == 409
    assert "1 question that must hold does not." in stopped.text
    assert 'value="Weeks"' in stopped.text
    assert staff.live(answered).version == answered.version
    owner.post(f"{answered.key}/publish", {"note": "Weeks", "override": "The case is out of date"})
    live = staff.live(answered)
    assert live.version == answered.version + 1
    assert staff.house.versions.versions(live)[0].override == "The case is out of date"
    assert "The case is out of date" in owner.get(f"{answered.key}/versions").text


def test_a_case_that_holds_is_in_nobodys_way(staff: Staff, answered: Site, owner: Member) -> None:
    save_case(answered, HOLDS, owner.email, staff.house)
    keep_documents(
        staff.house.drafts.draft(answered).site,
        Change([Document("rent.md", "Rent", "", "# Rent\n\nBicycles.")], "added"),
        staff.house.in_draft,
    )
    assert owner.post(f"{answered.key}/publish").status_code == 303
    assert staff.live(answered).version == answered.version + 1


def test_questions_are_added_by_form_and_by_rows_and_come_back(staff: Staff, site: Site, owner: Member) -> None:
    path = f"{site.key}/cases"
    assert owner.post(path, {"question": QUESTION}).status_code == 422
    assert owner.post(path, {"question": QUESTION, "must_contain": "60 days\n\n", "is_must": "1"}).status_code == 303
    rows = "question,must_contain,is_must\nDo you ship?,yes|daily,x\nRent?,weekend,\n"
    assert owner.post(f"{path}/file", {"rows": rows}).status_code == 303
    cases = staff.house.cases.cases(site)
    assert [each.expected.question for each in cases] == [QUESTION, "Do you ship?", "Rent?"]
    assert (cases[1].expected.must_contain, cases[1].expected.is_must) == (("yes", "daily"), True)
    assert owner.post(f"{path}/file", {"rows": "words\nx"}).status_code == 422
    removed = owner.post(f"{path}/{cases[1].id}/remove", follow_redirects=True)
    assert "The question is removed." in removed.text
    assert 'name="must_contain" value="yes\ndaily"' in removed.text
    assert owner.post(f"{path}/{cases[1].id}/remove").status_code == 404


def test_nothing_of_a_question_that_is_tried_is_kept(staff: Staff, answered: Site, owner: Member) -> None:
    save_case(answered, HOLDS, owner.email, staff.house)
    owner.post(f"{answered.key}/cases/run")
    wait_until_asked(staff, answered)
    assert staff.house.traces.latest(answered.id, 5) == []


def test_a_rubric_that_nobody_judges_is_said_plainly(staff: Staff, answered: Site, owner: Member) -> None:
    save_case(answered, Expected(QUESTION, rubric="It is friendly."), owner.email, staff.house)
    owner.post(f"{answered.key}/cases/run")
    wait_until_asked(staff, answered)
    assert "Nobody judges this: no model&#39;s key is set." in owner.get(f"{answered.key}/cases").text
    run = staff.house.cases.last_runs(answered)["draft"]
    told = [replace(each, judged=Judged(False, "It is curt.", "claude-sonnet-4-6", 0.001)) for each in run.results]
    staff.house.cases.keep_judged(answered, run.id, told)
    page = owner.get(f"{answered.key}/cases").text
    assert "claude-sonnet-4-6 finds:" in page
    assert "It is curt." in page
    assert "1 worse" in page
    asked = run_backend("eval", "--site", answered.key, environment=staff.server.environment)
    assert asked.returncode == 0
    assert "no model's key is set, so nobody judges a rubric" in asked.stderr


def test_the_command_line_asks_the_same_and_fails_where_one_must_hold(
    staff: Staff, answered: Site, owner: Member
) -> None:
    save_case(answered, HOLDS, owner.email, staff.house)
    arguments = ("eval", "--site", answered.key)
    held = run_backend(*arguments, environment=staff.server.environment)
    assert (held.returncode, held.stdout) == (0, f"holds  {QUESTION}\n"), held.stderr
    spoil_draft(staff, answered)
    failed = run_backend(*arguments, "--json", environment=staff.server.environment)
    assert failed.returncode == 1
    assert '"missed": {"must_contain": ["60 days"]}' in failed.stdout
    assert run_backend(*arguments, "--on", "live", environment=staff.server.environment).returncode == 0
    assert run_backend("eval", "--site", "pk_nobody", environment=staff.server.environment).returncode == 2
