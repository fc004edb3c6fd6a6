"""An error that nobody foresaw is found again by its kind and place; what it says is private."""

from __future__ import annotations

import json
import threading

import pytest
import structlog
from flask import Flask

from backend.http.problems import meet_errors
from backend.telemetry.logs import set_up_logs

SECRET = "marzipan"


@pytest.fixture(autouse=True)
def logs_as_they_are() -> object:
    yield
    structlog.reset_defaults()
    threading.excepthook = threading.__excepthook__


def break_over(words: str) -> None:
    try:
        int(words)
    except ValueError as problem:
        raise KeyError(words) from problem


def logged(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capsys.readouterr().err)
    return line


def test_an_error_is_named_by_kind_and_place_and_quotes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")
    log = structlog.get_logger("test")
    try:
        break_over(SECRET)
    except KeyError:
        log.exception("room.broke", turn="t1")
    line = logged(capsys)
    assert (line["event"], line["turn"], line["error"]) == ("room.broke", "t1", ["KeyError", "ValueError"])
    assert any("test_logs.py" in place and "break_over" in place for place in line["at"])  # type: ignore[attr-defined]
    assert SECRET not in json.dumps(line)


def test_an_ordinary_line_says_nothing_of_errors(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")
    structlog.get_logger("test").info("room.happened", count=3)
    assert set(logged(capsys)) == {"event", "level", "timestamp", "count"}


def test_a_door_that_breaks_shows_and_logs_none_of_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")
    app = Flask("broken")
    meet_errors(app, lambda _code, _status, _door: None)
    app.add_url_rule("/<words>", view_func=break_over)
    shown = app.test_client().get(f"/{SECRET}")
    assert (shown.status_code, shown.get_json()["code"]) == (500, "internal")
    line = logged(capsys)
    assert line["event"] == "web.broke"
    assert SECRET not in shown.get_data(as_text=True) + json.dumps(line)


def test_what_ends_a_thread_is_a_line_of_the_log_and_quotes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info")
    thread = threading.Thread(target=break_over, args=(SECRET,))
    thread.start()
    thread.join()
    line = logged(capsys)
    assert line["event"] == "telemetry.thread_broke"
    assert line["error"] == ["KeyError", "ValueError"]
    assert SECRET not in json.dumps(line)
