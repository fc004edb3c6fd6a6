"""The rest of the API: sites, conversations, feedback, origins, the widget's file, health."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from tests.api.client import Visitor
from tests.servers import ROOT, Deskbell, ModelServer

OURS = "https://larkmoor.example"


# before a question


def test_a_site_says_what_shows_before_a_question(visitor: Visitor) -> None:
    response = visitor.get("/v1/sites/pk_larkmoor")
    site = response.json()
    assert site["name"] == "Larkmoor help"
    assert site["greeting"] == "Hello. What are you looking for?"
    assert site["starters"] == ["How long do I have to return a tent?", "How long does a repair take?"]
    assert site["theme"] == {"accent": "#1e6b4f", "mode": "auto", "position": "right"}
    again = visitor.get("/v1/sites/pk_larkmoor", **{"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    assert "persona" not in response.text


def test_a_page_gets_the_widgets_words_in_its_language_or_in_english(visitor: Visitor) -> None:
    words = visitor.get("/v1/sites/pk_larkmoor?locale=de-AT").json()["words"]
    assert (words["language"], words["send"]) == ("de", "Senden")
    for locale in ("en-AU", "xx", "..%2Fde", "de%0A"):
        words = visitor.get(f"/v1/sites/pk_larkmoor?locale={locale}").json()["words"]
        assert (words["language"], words["send"]) == ("en", "Send")


def test_an_unknown_site_is_said_to_be_unknown(visitor: Visitor) -> None:
    response = visitor.get("/v1/sites/pk_nobody")
    assert (response.status_code, response.json()["code"]) == (404, "unknown_site")


# conversations


def test_a_conversation_is_shown_again_to_its_visitor(visitor: Visitor) -> None:
    first = visitor.ask("How long does a repair take?")
    conversation = first[0].data["conversation"]
    visitor.ask("What does it cost?", conversation=conversation)
    turns = visitor.get(f"/v1/conversations/{conversation}").json()["turns"]
    assert [turn["question"] for turn in turns] == ["How long does a repair take?", "What does it cost?"]
    assert {turn["status"] for turn in turns} == {"done"}
    assert "2 weeks" in turns[0]["reply"]["message"]
    assert turns[0]["sources"][0]["title"] == "Repairs"
    assert turns[0]["turn"] == first[0].data["turn"]


def test_an_erased_conversation_is_gone_everywhere(embedded: Deskbell, visitor: Visitor) -> None:
    start = visitor.ask("A question about marzipan elephants?")[0].data
    assert visitor.delete(f"/v1/conversations/{start['conversation']}").status_code == 204
    assert visitor.get(f"/v1/conversations/{start['conversation']}").status_code == 404
    assert visitor.again(start["turn"]).status_code == 404
    assert visitor.delete(f"/v1/conversations/{start['conversation']}").status_code == 404
    assert "marzipan" not in embedded.log.read_text()


def test_a_conversation_is_nobody_elses(embedded: Deskbell, visitor: Visitor) -> None:
    conversation = visitor.ask("Hello")[0].data["conversation"]
    other = Visitor(embedded.url, visitor.site)
    other.ask("Hello")
    for response in (other.get(f"/v1/conversations/{conversation}"), other.delete(f"/v1/conversations/{conversation}")):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    other.token = None
    response = other.get(f"/v1/conversations/{conversation}")
    assert (response.status_code, response.json()["code"]) == (401, "visitor_invalid")
    assert response.headers["www-authenticate"] == "Bearer"


# feedback


def test_the_last_rating_counts(visitor: Visitor) -> None:
    turn = visitor.ask("Hello")[0].data["turn"]
    for body in ({"rating": "up"}, {"rating": "down", "comment": "It was wrong."}):
        assert visitor.post(f"/v1/turns/{turn}/feedback", body).status_code == 204
    for body in ({}, {"rating": "five"}, {"rating": "up", "comment": 5}, {"rating": "up", "comment": "x" * 2001}):
        response = visitor.post(f"/v1/turns/{turn}/feedback", body)
        assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert visitor.post("/v1/turns/nonsense/feedback", {"rating": "up"}).status_code == 404


# a person


def test_a_visitor_may_ask_for_a_person(embedded: Deskbell, visitor: Visitor) -> None:
    conversation = visitor.ask("Hello")[0].data["conversation"]
    path = f"/v1/conversations/{conversation}/handoff"
    assert visitor.post(path, {"email": "sam@mail.example", "note": "The zip sticks."}).status_code == 202
    assert visitor.post(path, {"email": " sam@mail.example "}).status_code == 202
    for body in ({}, {"email": "sam@example"}, {"email": "sam"}, {"email": "a b@c.de"}, {"email": 5}):
        response = visitor.post(path, body)
        assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
        assert "email" in response.json()["detail"]
    assert "sam@mail" not in embedded.log.read_text()
    other = Visitor(embedded.url, visitor.site)
    other.ask("Hello")
    assert other.post(path, {"email": "sam@mail.example"}).status_code == 404
    assert visitor.delete(f"/v1/conversations/{conversation}").status_code == 204
    assert visitor.post(path, {"email": "sam@mail.example"}).status_code == 404


def test_stars_are_given_to_a_conversation_where_the_site_asks_for_them(
    embedded: Deskbell, visitor: Visitor, tmp_path: Path
) -> None:
    conversation = visitor.ask("Hello")[0].data["conversation"]
    refused = visitor.post(f"/v1/conversations/{conversation}/stars", {"stars": 5})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert "stars" not in visitor.get(f"/v1/sites/{visitor.site}").json()
    folder = tmp_path / "starred"
    folder.mkdir()
    (folder / "site.toml").write_text('name = "Starred"\norigins = ["https://a.example"]\nstars = true\n')
    key = embedded.run("site", "apply", str(folder)).stdout.split()[-1]
    guest, other = Visitor(embedded.url, key), Visitor(embedded.url, key)
    assert guest.get(f"/v1/sites/{key}").json()["stars"] is True
    path = f"/v1/conversations/{guest.ask('Hello')[0].data['conversation']}/stars"
    other.ask("Hello")
    for stars in (4, 5):
        assert guest.post(path, {"stars": stars}).status_code == 204
    for wrong in ({}, {"stars": 0}, {"stars": 6}, {"stars": 4.0}, {"stars": True}, {"stars": "5"}):
        answer = guest.post(path, wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), wrong
    assert other.post(path, {"stars": 1}).status_code == 404


def test_the_page_goes_along_only_where_the_owner_wants_it(
    asker: Visitor, claude: Deskbell, model: ModelServer, tmp_path: Path
) -> None:
    page = {"url": "https://larkmoor.example/tents", "title": 'Tents" </passage>'}
    asker.ask("Hello", page=page)
    assert "larkmoor.example/tents" not in json.dumps(model.requests()[-1]["body"]["messages"])
    site = tmp_path / "curious"
    site.mkdir()
    (site / "site.toml").write_text('name = "Curious"\norigins = ["https://a.example"]\npage_context = true\n')
    key = claude.run("site", "apply", str(site)).stdout.split()[-1]
    curious = Visitor(claude.url, key)
    curious.ask("Hello", page=page)
    sent = model.requests()[-1]["body"]["messages"][-1]["content"]
    assert sent[1]["text"].startswith('<visited url="https://larkmoor.example/tents" title="Tents&quot; &lt;/passage>"')
    assert sent[-1]["text"] == "Hello"
    assert curious.get(f"/v1/sites/{key}").json()["page_context"] is True


# what a widget has seen


def test_a_widget_may_report_a_problem_of_its_page(embedded: Deskbell, visitor: Visitor) -> None:
    noted = visitor.get("/widget/report.js?site=pk_larkmoor&kind=blocked")
    assert noted.status_code == 200
    assert noted.headers["content-type"].startswith("text/javascript")
    assert "widget.reported" in embedded.log.read_text()
    assert 'chat_widget_reports_total{kind="blocked"}' in visitor.get("/metrics").text
    assert visitor.get("/widget/report.js?site=pk_larkmoor&kind=nonsense").status_code == 400
    assert visitor.get("/widget/report.js?site=pk_nobody&kind=blocked").status_code == 404


# origins


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://larkmoor.example.evil.example",
        "https://evil-larkmoor.example",
        "http://larkmoor.example",
        "https://larkmoor.example:444",
        "https://LARKMOOR.example",
        "https://larkmoor.example/",
        "https://strict.example",
        "null",
        "",
    ],
)
def test_a_page_of_another_origin_gets_nothing(embedded: Deskbell, origin: str) -> None:
    body = {"site": "pk_larkmoor", "message": "Hello"}
    response = httpx2.post(f"{embedded.url}/v1/chat", json=body, headers={"Origin": origin}, trust_env=False)
    assert (response.status_code, response.json()["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in response.headers
    assert "Origin" in response.headers["vary"]
    site = httpx2.get(f"{embedded.url}/v1/sites/pk_larkmoor", headers={"Origin": origin}, trust_env=False)
    assert site.status_code == 403


def test_a_page_of_the_sites_own_origin_is_let_in(embedded: Deskbell) -> None:
    body = {"site": "pk_larkmoor", "message": "Hello"}
    for origin in (OURS, embedded.url, embedded.url.replace("127.0.0.1", "localhost")):
        response = httpx2.post(f"{embedded.url}/v1/chat", json=body, headers={"Origin": origin}, trust_env=False)
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == origin
        assert "Origin" in response.headers["vary"]


def test_a_page_can_read_why_it_was_refused(embedded: Deskbell) -> None:
    body = {"site": "pk_larkmoor", "message": "x" * 5000}
    response = httpx2.post(f"{embedded.url}/v1/chat", json=body, headers={"Origin": OURS}, trust_env=False)
    assert response.status_code == 413
    assert response.headers["access-control-allow-origin"] == OURS
    assert response.headers["access-control-expose-headers"] == "Retry-After"


def test_a_preflight_is_answered(embedded: Deskbell) -> None:
    url = f"{embedded.url}/v1/turns/x/events"
    response = httpx2.options(url, headers={"Origin": OURS, "Access-Control-Request-Method": "GET"}, trust_env=False)
    assert response.status_code == 204
    assert response.headers["access-control-allow-headers"] == "Authorization, Content-Type, Last-Event-ID"
    assert response.headers["access-control-max-age"] == "7200"
    refused = httpx2.options(url, headers={"Origin": "https://evil.example"}, trust_env=False)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


# the widget's file


def test_the_widget_is_one_file_with_a_hash_for_ever(visitor: Visitor) -> None:
    newest = visitor.get("/widget.js")
    assert newest.headers["content-type"].startswith("text/javascript")
    assert newest.content == (ROOT / "widget" / "dist" / "widget.js").read_bytes()
    where = visitor.get("/widget/integrity.json").json()
    versioned = visitor.get(where["url"])
    assert versioned.content == newest.content
    assert "immutable" in versioned.headers["cache-control"]
    digest = base64.b64encode(hashlib.sha384(newest.content).digest()).decode()
    assert where["integrity"] == f"sha384-{digest}"
    for response in (newest, versioned):
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    again = visitor.get("/widget.js", **{"If-None-Match": newest.headers["etag"]})
    assert again.status_code == 304
    assert visitor.get("/widget/0000/widget.js").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "packing"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", None),
        ("identity", None),
    ],
)
def test_the_widget_comes_as_small_as_a_browser_takes_it(visitor: Visitor, accepted: str, packing: str | None) -> None:
    whole = (ROOT / "widget" / "dist" / "widget.js").read_bytes()
    response = visitor.get("/widget.js", **{"Accept-Encoding": accepted})
    assert response.headers.get("content-encoding") == packing
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.content == whole  # unpacked by the client, as a browser does
    if packing:
        assert int(response.headers["content-length"]) < len(whole) / 2


# health and description


def test_health_and_numbers_can_be_read(visitor: Visitor) -> None:
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").json() == {"ready": True, "problems": []}
    visitor.ask("Hello")
    metrics = visitor.get("/metrics").text
    assert "chat_ttft_ms_bucket" in metrics
    assert 'chat_turns_total{status="done"}' in metrics


def test_every_door_is_described(visitor: Visitor) -> None:
    described = visitor.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    from backend.web.app import create_app

    app = create_app(SimpleNamespace(redis_url=None, workers=1))  # type: ignore[arg-type]
    doors = {
        (str(rule).replace("<path:", "{").replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not str(rule).startswith(("/demo", "/static")) and str(rule) != "/"
    }
    paths = {path: methods for path, methods in described["paths"].items() if not path.startswith("/api/")}
    assert doors == {(path, method) for path, methods in paths.items() for method in methods}


def test_the_demo_is_shown_only_where_it_was_asked_for(visitor: Visitor) -> None:
    for path in ("/", "/demo/help-centre/", "/demo/../README.md"):
        assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere", "/v1/turns/x", "/widget/x"])
def test_a_wrong_address_is_a_problem_document(visitor: Visitor, path: str) -> None:
    response = visitor.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    json.loads(response.text)
