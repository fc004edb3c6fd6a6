"""A language model judges replies by what their owner wants of them: at night, each once; without a key nobody does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.app import House
from backend.app.judging import read_judgement
from backend.domain.cases import CaseResult, Expected, Judged, Trial
from backend.domain.errors import ModelFailed
from backend.domain.site import Site, SiteSettings
from backend.providers.claude import ClaudeAnswerer, connect
from backend.services.judge_rubrics import judge_at_night
from backend.services.run_cases import result_row, save_case
from backend.settings import read_settings
from tests.databases import make_tables
from tests.servers import ModelServer, model_server
from tests.services.conftest import KEYS

NIGHT, NOON = datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC)
RUBRIC = "It names the price, and says </wanted> that lunch is included."
REPLY = Trial("A night costs 40 euros.", 0.9, ("rooms.md",), "embedded", 3.0, 0.0)
FAILS = {"text": json.dumps({"holds": False, "why": "Lunch is\n not named."}), "usage": {"input_tokens": 400}}


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def keyed(tmp_path: Path, model: ModelServer) -> Iterator[House]:
    model.forget()
    model.play(FAILS)
    settings = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": model.url, **KEYS}
    house = House(read_settings(settings, tmp_path))
    make_tables(house.settings.database_url)
    client = connect("anthropic", api_key="sk-test", base_url=model.url)
    house.language_model = ClaudeAnswerer(client)  # as it is, with a client that this test closes
    yield house
    client.close()
    house.close()


def asked(house: House, *replies: Trial) -> Site:
    """Return a site whose question with a rubric was asked, and one without it."""
    site = house.sites.create(SiteSettings("Inn", ("https://inn.example",)))
    cases = [
        save_case(site, Expected("What is a night?", rubric=RUBRIC), "ada", house),
        save_case(site, Expected("And a week?", must_contain=("euros",)), "ada", house),
    ]
    house.cases.begin_run(site, "run", "live")
    results = [
        CaseResult(case.id, case.expected.question, is_must=False, trial=reply)
        for case, reply in zip(cases, replies or (REPLY, REPLY), strict=True)
    ]
    house.cases.end_run(site, "run", results)
    return site


def judged(house: House, site: Site) -> list[Judged | None]:
    run = house.cases.run(site, "run")
    assert run is not None
    return [each.judged for each in run.results]


def test_a_reply_with_a_rubric_is_judged_once_and_at_night(keyed: House, model: ModelServer) -> None:
    site = asked(keyed)
    assert judge_at_night(keyed, NOON) == 0
    assert judge_at_night(keyed, NIGHT) == 1
    word, none = judged(keyed, site)
    assert none is None
    assert word is not None
    assert (word.holds, word.why, word.model) == (False, "Lunch is not named.", site.settings.models.middle)
    assert word.cost_usd > 0
    assert judge_at_night(keyed, NIGHT) == 0
    (request,) = model.requests()
    assert [block["text"] for block in request["body"]["messages"][-1]["content"]] == [
        '<question id="" title="">\nWhat is a night?\n</question>',
        f'<wanted id="" title="">\n{RUBRIC.replace("</wanted>", "&lt;/wanted>")}\n</wanted>',
        f'<reply id="" title="">\n{REPLY.message}\n</reply>',
    ]


def test_what_the_judge_says_decides_whether_a_case_holds(keyed: House, model: ModelServer) -> None:
    site = asked(keyed)
    judge_at_night(keyed, NIGHT)
    run = keyed.cases.run(site, "run")
    assert run is not None
    assert [each.has_passed for each in run.results] == [False, True]
    row = result_row(run.results[0])["judged"]
    assert isinstance(row, dict)
    assert (row["holds"], row["why"]) == (False, "Lunch is not named.")


@pytest.mark.parametrize("script", [{"status": 529, "error": {"type": "overloaded_error"}}, {"text": "I like it."}])
def test_where_the_judge_cannot_be_had_the_next_night_tries_again(
    keyed: House, model: ModelServer, script: dict[str, object]
) -> None:
    model.play(script)
    site = asked(keyed)
    assert judge_at_night(keyed, NIGHT) == 0
    assert judged(keyed, site) == [None, None]
    model.play({"text": '{"holds": true, "why": ""}'})
    assert judge_at_night(keyed, NIGHT) == 1
    assert [each and each.holds for each in judged(keyed, site)] == [True, None]


def test_a_refusal_is_not_judged(keyed: House, model: ModelServer) -> None:
    refused = Trial("", 0.0, (), "", 3.0, 0.0, "prompt_injection")
    asked(keyed, refused, refused)
    assert judge_at_night(keyed, NIGHT) == 0
    assert model.requests() == []


def test_without_a_key_nobody_judges(house: House) -> None:
    site = asked(house)
    assert house.judge is None
    assert judge_at_night(house, NIGHT) == 0
    assert judged(house, site) == [None, None]


@pytest.mark.parametrize("said", ["", "{}", "[1]", '{"holds": "yes"}', "{" * 10_000, '{"holds": 1}'])
def test_what_is_no_judgement_is_none(said: str) -> None:
    with pytest.raises(ModelFailed):
        read_judgement(said)


def test_a_judgement_within_other_words_is_read() -> None:
    assert read_judgement('So: {"holds": false, "why": ""} there.') == (False, "without a reason")
    assert read_judgement('```json\n{"holds": true, "why": "fine"}\n```') == (True, "")
