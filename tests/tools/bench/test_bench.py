"""The benchmark's own arithmetic: a table that is wrong is worse than none."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import gevent
import pytest

from backend.domain.site import SiteSettings
from backend.http.rests import Rests
from backend.store import Store, migrate
from tests.servers import ROOT, ModelServer, model_server
from tests.tools.bench.checks import CheckCost, message_of, our_checks, rows_of_checks
from tests.tools.bench.crowd import Door, Visitor, added_ms, ask_all, crowd_of, lags_of, letters_of, p, writing_model
from tests.tools.bench.full_site import fill_site
from tests.tools.bench.judging import MESSAGE, JudgingCost, deltas_held, rows_of_judging, rows_of_usual_verdict
from tests.tools.bench.large_site import cut_pages, fill, pages, questions
from tests.tools.bench.limiting import rows_of_limiting
from tests.tools.bench.live import Cost as LiveCost
from tests.tools.bench.live import Live, rows_of_live
from tests.tools.bench.load import StreamBroke, Target, ask
from tests.tools.bench.measure import (
    BRIEF,
    CHUNK,
    LONG,
    LONG_DELTAS,
    SHORT,
    SHORT_DELTAS,
    Cost,
    FirstToken,
    Measured,
    cost_of,
    first_token,
)
from tests.tools.bench.paging import BARE, MOST_QUERIES, PAGES, PageCost, ask_pages, rows_of_paging
from tests.tools.bench.queueing import ASKED, ask_queue, fill_queue, rows_of_queueing
from tests.tools.bench.resting import cost_us
from tests.tools.bench.searches import SIZES, SearchCost, Searched, rows_of_searches
from tests.tools.bench.table import NOT_MEASURED, PARTS, Measurements, Row, is_missed, lines_of, rows_of
from tests.tools.bench.widget_size import MOST_BROTLI, WidgetSize, widget_size
from tests.tools.bench.worst import WorstCost, rows_of_worst

LIMITS: dict[str, float] = tomllib.loads((Path(__file__).parents[2] / "bench" / "limits.toml").read_text())
WIDGET = WidgetSize(40_000, 15_000, MOST_BROTLI // 2)
MEASURED = {
    "model": Measured(FirstToken(10, 20), FirstToken(80, 90), None),
    "bare": Measured(FirstToken(11, 22), FirstToken(81, 95), Cost(30, 1000)),
    "sdk": Measured(FirstToken(13, 26), FirstToken(84, 100), Cost(190, 3000)),
    "ours": Measured(FirstToken(26, 39), FirstToken(126, 150), Cost(45, 7000)),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/large.db"
    migrate(url)
    store = Store.open(url, b"k" * 32)
    yield store
    store.close()


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


JUDGING = {"ours": JudgingCost(12.0, 40.0, 1.5), "bare": JudgingCost(6.0, 20.0, 0.05)}
CHECKS = {"ours": CheckCost(2.0, 4.0, 3.0), "bare": CheckCost(4.0, 5.0, 6.0)}
WORST = WorstCost(10.0, 300.0, 15.0)
LIMITING = {"bare": 20.0, "ours": 21.0}
LIVE = Live(
    {"bare": LiveCost(32.0, 1.5), "ours": LiveCost(24.0, 6.0)},
    lag_p99_ms=80.0,
    at_once_share=0.5,
    front_ratio=3.0,
    pair_share=0.8,
)
SEARCHES = {
    (name, size): Searched(SearchCost(1.5, 15.0, 1.5, 40.0, 50.0, 60.0), 100.0)
    for name in ("sqlite", "postgresql")
    for size in SIZES
}


def row(key: str, measured: Measurements = MEASURED, widget: WidgetSize | None = WIDGET) -> Row:
    return next(row for row in rows_of(measured, widget) if row.key == key)


@pytest.mark.parametrize(("script", "deltas"), [(BRIEF, 20), (SHORT, SHORT_DELTAS), (LONG, LONG_DELTAS)])
def test_a_scripted_reply_is_a_whole_document_of_exactly_its_deltas(script: Mapping[str, str], deltas: int) -> None:
    assert len(script["text"]) == deltas * CHUNK
    assert sorted(json.loads(script["text"])) == ["confidence", "followups", "message"]


def test_the_price_of_a_turn_is_split_into_deltas_and_the_rest() -> None:
    def turn_us(deltas: int) -> float:
        return 5000 + 30 * deltas

    cost = cost_of(turn_us(SHORT_DELTAS), turn_us(LONG_DELTAS))

    assert cost.delta_us == pytest.approx(30)
    assert cost.turn_us == pytest.approx(5000)
    assert cost.streams == pytest.approx(1e6 / (30 * 50 + 5000 / 8))


def test_the_slowest_of_a_hundred_is_what_p99_leaves_out() -> None:
    seconds = [number / 1000 for number in range(1, 101)]

    assert first_token(seconds) == FirstToken(50, 99)
    assert first_token([0.007]) == FirstToken(7, 7)


def test_cpu_is_set_against_the_bare_stream() -> None:
    assert row("cpu_per_delta").cells == {"bare": 30, "sdk": 190, "ours": 45}
    assert row("cpu_per_delta").ratio == pytest.approx(1.5)
    assert row("cpu_per_turn").ratio == pytest.approx(7)
    assert row("streams").ratio == pytest.approx(Cost(30, 1000).streams / Cost(45, 7000).streams)


def test_the_first_token_is_shown_as_what_is_added_and_compared_whole() -> None:
    assert row("first_token_1").cells == {"model": 10, "bare": 1, "sdk": 3, "ours": 16}
    assert row("first_token_1").ratio == pytest.approx(26 / 13)
    assert row("first_token_50_p99").cells == {"model": 90, "bare": 5, "sdk": 10, "ours": 60}
    assert row("first_token_50_p99").ratio == pytest.approx(1.5)


def test_the_widget_is_set_against_the_room_that_it_has() -> None:
    assert row("widget").ratio == pytest.approx(0.5, abs=0.001)


def test_every_row_has_a_limit_and_every_limit_a_row() -> None:
    rows = [*rows_of(MEASURED, WIDGET), *rows_of_checks(CHECKS), *rows_of_judging(JUDGING), *rows_of_searches(SEARCHES)]
    rows += rows_of_queueing({})
    rows += rows_of_paging({})
    rows += [*rows_of_worst(WORST), *rows_of_usual_verdict(1.5), *rows_of_limiting(LIMITING), *rows_of_live(LIVE)]

    assert {row.key for row in rows} == set(LIMITS)


def test_the_checks_are_set_against_presidio_as_it_comes() -> None:
    half, _, lag = rows_of_checks(CHECKS)

    assert (half.ratio, lag.ratio) == (0.5, 0.5)
    assert all(is_missed(each, LIMITS) for each in rows_of_checks({"ours": CHECKS["ours"]}))


def test_presidio_as_it_comes_looks_for_all_that_it_knows() -> None:
    looks = (
        "from tests.tools.bench.checks import presidio_as_it_comes as p; print(len(p()('card 4111 1111 1111 1111')))"
    )
    found = subprocess.run([sys.executable, "-c", looks], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "1"


def test_what_goes_out_is_set_against_the_same_without_a_screen() -> None:
    cpu, delay, verdict = rows_of_judging(JUDGING)

    assert (cpu.ratio, delay.ratio, verdict.ratio) == (2, 2, pytest.approx(30))
    assert all(is_missed(each, LIMITS) for each in rows_of_judging({"ours": JUDGING["ours"]}))


def test_the_worst_texts_are_set_against_the_room_that_they_have() -> None:
    ingress, egress, page = rows_of_worst(WORST)
    assert (ingress.ratio, egress.ratio, page.ratio) == (0.5, 2.0, 0.5)
    assert [is_missed(each, LIMITS) for each in (ingress, egress, page)] == [False, True, False]


def test_streams_are_set_against_the_bare_one_and_against_the_room_that_they_have() -> None:
    rows = {each.key: each for each in rows_of_live(LIVE)}

    assert (rows["live_delta"].ratio, rows["live_turn"].ratio) == (0.75, 4)
    assert rows["live_lag"].ratio == pytest.approx(0.8)
    assert not is_missed(rows["live_lag"], LIMITS)
    assert is_missed(rows["live_front"], LIMITS)
    assert rows["live_pair"].cells == {"ours": 1.25}  # a share of 0.8
    assert is_missed(rows["live_pair"], LIMITS)
    assert is_missed(rows["live_stall"], LIMITS)  # what was not measured has shown nothing
    assert LiveCost(32.0, 1.6).streams == pytest.approx(1e6 / (32 * 50 + 1600 / 8))


def test_a_crowd_is_told_what_the_model_writes_and_how_late() -> None:
    """The bench's own processes, one with the other: the words, the count of them, and their times."""
    with writing_model() as model:
        run = ask_all(Door(model.url, "/v1/messages", as_written), crowd_of(3, [25, 20], 0.1, "v"), model)
        beyond = ask_all(Door(model.url, "/v1/messages", lambda _: {}), [Visitor("w", 0.0, [1])], model)

    assert len(run.turns) == 6
    assert len({turn["name"] for turn in run.turns}) == 3
    assert all(turn["status"] == 200 for turn in (*run.turns, *beyond.turns))
    assert set(run.begun) == {f"v{letters_of(n)}x{letters_of(k)}" for n in range(3) for k in range(2)}


def as_written(question: str) -> Mapping[str, object]:
    return {"messages": [{"role": "user", "content": question}]}


def test_what_a_crowd_saw_is_timed_by_the_deltas_that_were_due() -> None:
    begun = {"vx" + letters_of(0): 100.0}
    arrivals = [(100.01, 1), (100.09, 20), (100.10, 24)]
    turn = {"name": "v", "number": 0, "arrivals": arrivals, "tale": 20}
    lags = list(lags_of(turn, begun, 0.0))

    assert [round(lag) for lag in lags[:4]] == [10, -10, -30, 30]  # the first few came before they were due
    assert len(lags) == (13 + 24) // CHUNK
    assert list(lags_of({**turn, "tale": 16}, begun, 0.0)) == lags[:6]  # what stands behind the message is no text
    assert p([1.0, 2.0, 3.0], 0.5) == 2.0
    assert added_ms({"asked": 1.0, "first": 1.07}) == pytest.approx(10)  # the first word is in the fourth delta


def test_searches_are_set_against_the_room_that_they_have() -> None:
    rows = {each.key: each for each in rows_of_searches(SEARCHES)}

    assert rows["find_search_sqlite_1000"].ratio == pytest.approx(15 / 20)
    assert rows["find_search_postgresql_100000"].ratio == pytest.approx(15 / 60)
    assert rows["find_memory_sqlite"].cells == {"ours": 60.0}
    assert not any(is_missed(each, LIMITS) for each in rows.values())
    assert all(is_missed(each, LIMITS) for each in rows_of_searches({}))


def test_a_large_site_is_the_same_each_time_and_as_large_as_was_asked_for(store: Store) -> None:
    site = store.sites.create(SiteSettings("Large", ("https://large.example",)))
    fill(site.id, 1_000, store.passages)

    assert 1_000 <= store.passages.statistics(site.id, ()).passages < 1_100
    put_in = [cut.document for batch in cut_pages(1_000) for cut, _ in batch]
    assert put_in == list(islice(pages(), len(put_in)))
    assert store.passages.stocked(site.id).keys() == {document.key for document in put_in}
    assert len(set(questions(20))) >= 18  # two pages may share a heading


def test_every_character_of_the_timed_reply_goes_out_and_most_at_once() -> None:
    held = deltas_held()

    assert len(held) == len(MESSAGE)
    assert sum(each == 0 for each in held) > len(held) / 2


def test_the_question_that_is_timed_is_let_in() -> None:
    assert our_checks()(message_of(500))


def test_a_ratio_over_its_limit_is_missed_and_said_in_its_line() -> None:
    rows, limits = rows_of(MEASURED, WIDGET), {**LIMITS, "cpu_per_delta": 1.4}

    assert is_missed(rows[0], limits)
    assert lines_of(rows, limits)[1].endswith("missed")
    assert not is_missed(rows[0], {**LIMITS, "cpu_per_delta": 1.6})


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_could_not_be_measured_is_said_to_be_so(part: str) -> None:
    measured = {name: each for name, each in MEASURED.items() if name != part}

    lines = "\n".join(lines_of(rows_of(measured, WIDGET), LIMITS))

    assert NOT_MEASURED in lines
    assert (part in ("bare", "ours")) is is_missed(row("cpu_per_delta", measured), LIMITS)


def test_without_a_widget_its_limit_is_missed() -> None:
    assert is_missed(row("widget", widget=None), LIMITS)


def test_the_widget_is_measured_as_a_page_loads_it() -> None:
    size = widget_size()

    assert size.raw > size.gzip > size.brotli > 0


def asked_of(model: ModelServer, script: dict[str, object]) -> float:
    def body_of(_: Mapping[str, object]) -> Mapping[str, object]:
        return {"messages": [{"role": "user", "content": "?"}]}

    model.play(script)
    return ask(Target("model", model.url, "/v1/messages", body_of, b'"message_stop"'), script)


def test_the_wait_for_what_can_be_seen_is_timed_and_not_the_wait_for_the_documents_head(model: ModelServer) -> None:
    unmatched = {name: value for name, value in BRIEF.items() if name != "match"}

    assert asked_of(model, {**unmatched, "pace_ms": 30}) >= 4 * 0.03  # three deltas of head, then a visible one


def test_a_stream_that_is_cut_is_not_measured(model: ModelServer) -> None:
    unmatched = {name: value for name, value in BRIEF.items() if name != "match"}

    with pytest.raises(StreamBroke):
        asked_of(model, {**unmatched, "fail": {"at": -1, "kind": "cut"}})


def test_one_timer_for_all_rests_costs_no_more_than_one_for_each() -> None:
    own, shared = (min(cost_us(rest, rests=10) for _ in range(3)) for rest in (gevent.sleep, Rests()))
    assert 0 < shared < own * 1.2


def test_a_queue_is_filled_and_asked_in_every_way(tmp_path: Path) -> None:
    filled = fill_queue(f"sqlite:///{tmp_path}/queue.db", 300)
    measured = dict(ask_queue(filled, 3))
    filled.store.close()

    assert set(measured) == set(ASKED)
    rows = {row.key: row for row in rows_of_queueing({"sqlite": measured})}
    assert all(not is_missed(rows[f"queue_{asked}_sqlite"], LIMITS) for asked in ASKED)
    assert all(is_missed(rows[f"queue_{asked}_postgresql"], LIMITS) for asked in ASKED)


def test_a_full_site_is_filled_and_every_page_asked(tmp_path: Path) -> None:
    house, site = fill_site(f"sqlite:///{tmp_path}/full.db", tmp_path, documents=1_000, turns=2_000)
    assert house.passages.count(site.id)[0] > 1_000
    pages = ask_pages(house, site, times=3)
    house.close()
    assert pages.keys() == {BARE, *PAGES}
    assert max(cost.queries for cost in pages.values()) <= MOST_QUERIES


def test_the_slower_database_stands_in_a_pages_row_and_a_missing_one_is_missed() -> None:
    quick = {name: PageCost(10.0, 8) for name in (BARE, *PAGES)}
    slow = {**quick, "gaps": PageCost(90.0, 13)}
    rows = {row.key: row for row in rows_of_paging({"sqlite": quick, "postgresql": slow})}
    assert rows["page_gaps"].ratio == 9.0
    assert not is_missed(rows["page_start"], LIMITS)
    assert is_missed(rows["page_queries"], LIMITS)  # 13 questions are one too many
    assert all(is_missed(row, LIMITS) for row in rows_of_paging({"sqlite": quick}) if row.key != "page_queries")
