"""Signed-in users: believed by their site's word, the same person on every device, and nobody else."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path

import httpx2
import jwt
import pytest

from tests.api.client import Visitor
from tests.servers import Deskbell


@pytest.fixture(scope="module")
def secret(embedded: Deskbell) -> str:
    """The secret of Larkmoor, as its owner gets it."""
    return embedded.run("site", "identity", "pk_larkmoor").stdout.strip()


@pytest.fixture
def newcomer(embedded: Deskbell) -> Visitor:
    return Visitor(embedded.url, "pk_larkmoor")


def token_for(user: str, secret: str, **claims: object) -> str:
    said = {"sub": user, "aud": "pk_larkmoor", "exp": int(time.time()) + 600, **claims}
    return jwt.encode(said, secret, algorithm="HS256")


def test_a_user_finds_their_conversation_on_another_device(embedded: Deskbell, secret: str) -> None:
    phone, laptop = Visitor(embedded.url, "pk_larkmoor"), Visitor(embedded.url, "pk_larkmoor")
    conversation = phone.ask("How long does a repair take?", user_token=token_for("rosa", secret))[0].data[
        "conversation"
    ]
    at_laptop = laptop.ask("What does it cost?", conversation=conversation, user_token=token_for("rosa", secret))
    assert at_laptop[0].data["conversation"] == conversation
    assert at_laptop[0].data["visitor"]  # with which the laptop reads all of it
    for device in (phone, laptop):
        turns = device.get(f"/v1/conversations/{conversation}").json()["turns"]
        assert [turn["question"] for turn in turns] == ["How long does a repair take?", "What does it cost?"]
    assert "visitor" not in laptop.ask("And then?", user_token=token_for("rosa", secret))[0].data


def test_another_user_finds_nothing_even_with_what_the_first_left_in_the_browser(
    embedded: Deskbell, secret: str
) -> None:
    shared = Visitor(embedded.url, "pk_larkmoor")
    start = shared.ask("How long does a repair take?", user_token=token_for("rosa", secret))[0].data
    theirs = {"conversation": start["conversation"], "user_token": token_for("sam", secret)}
    refused = shared.refused("What does it cost?", **theirs)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    again = shared.refused("How long does a repair take?", turn=start["turn"], user_token=token_for("sam", secret))
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    shared.ask("Hello", user_token=token_for("sam", secret))  # now the browser is theirs
    assert shared.get(f"/v1/conversations/{start['conversation']}").status_code == 404


def test_a_visitor_who_signs_in_goes_on_with_their_conversation(newcomer: Visitor, secret: str) -> None:
    conversation = newcomer.ask("How long does a repair take?")[0].data["conversation"]
    start = newcomer.ask("What does it cost?", conversation=conversation, user_token=token_for("kim", secret))[0].data
    assert start["conversation"] == conversation
    assert len(newcomer.get(f"/v1/conversations/{conversation}").json()["turns"]) == 2
    other = Visitor(str(newcomer.http.base_url), "pk_larkmoor")
    refused = other.refused(conversation=conversation, user_token=token_for("kim", secret))
    assert refused.status_code == 404  # begun by nobody known, it stays in that browser


def test_the_same_question_may_be_sent_again_with_a_newly_signed_token(newcomer: Visitor, secret: str) -> None:
    turn = str(uuid.uuid4())
    first = newcomer.ask("Hello", turn=turn, user_token=token_for("ada", secret, jti="1"))
    newcomer.token = None
    again = newcomer.ask("Hello", turn=turn, user_token=token_for("ada", secret, jti="2"))
    assert again == first
    newcomer.token = None
    assert newcomer.refused("Hello", turn=turn).status_code == 404


def test_a_token_that_is_not_right_is_refused_and_never_answered_as_a_strangers(
    embedded: Deskbell, newcomer: Visitor, secret: str
) -> None:
    for token in (
        token_for("rosa", "0" * 64),
        token_for("rosa", secret, aud="pk_strict"),
        token_for("rosa", secret, exp=int(time.time()) - 1),
        "nonsense",
    ):
        refused = newcomer.refused(user_token=token)
        assert (refused.status_code, refused.json()["code"]) == (401, "identity_invalid")
        assert token not in refused.text
    foreign = Visitor(embedded.url, embedded.sites["strict"])
    refused = foreign.refused(user_token=token_for("rosa", secret, aud=embedded.sites["strict"]))
    assert "no identity secret" in refused.json()["detail"]
    assert newcomer.refused(user_token=7).json()["code"] == "invalid_request"


def test_an_owner_rotates_their_secret_without_signing_anybody_out(embedded: Deskbell, tmp_path: Path) -> None:
    site = tmp_path / "rotating"
    site.mkdir()
    (site / "site.toml").write_text('name = "Rotating"\norigins = ["https://a.example"]\n[limits]\nper_minute = 1000\n')
    key = embedded.run("site", "apply", str(site)).stdout.split()[-1]

    def is_believed(secret: str) -> bool:
        body = {"site": key, "message": "Hello", "user_token": token_for("rosa", secret, aud=key)}
        return httpx2.post(f"{embedded.url}/v1/chat", json=body, trust_env=False, timeout=30).status_code == 200

    one = embedded.run("site", "identity", key).stdout.strip()
    assert one == embedded.run("site", "identity", key).stdout.strip()
    assert is_believed(one)
    two = embedded.run("site", "identity", key, "--rotate").stdout.strip()
    assert [is_believed(each) for each in (one, two)] == [True, True]
    three = embedded.run("site", "identity", key, "--rotate").stdout.strip()
    assert [is_believed(each) for each in (one, two, three)] == [False, True, True]
    off = embedded.run("site", "identity", key, "--off")
    assert (off.returncode, off.stdout) == (0, "")
    assert [is_believed(each) for each in (one, two, three)] == [False, False, False]


def test_the_secret_and_the_users_name_stand_in_no_export_log_or_file(
    embedded: Deskbell, newcomer: Visitor, secret: str, tmp_path: Path
) -> None:
    newcomer.ask("Hello", user_token=token_for("quetzalcoatlus", secret))
    exported = embedded.run("site", "export", "pk_larkmoor", str(tmp_path / "copy"))
    assert exported.returncode == 0
    written = b"".join(path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())
    data = Path(embedded.environment["DATA_DIR"])
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"pk_larkmoor" in written
    assert b"pk_larkmoor" in kept
    listed = embedded.run("site", "list", "--json").stdout + json.dumps(newcomer.get("/v1/sites/pk_larkmoor").json())
    for private in (secret.encode(), bytes.fromhex(secret), b"quetzalcoatlus"):
        assert private not in written
        assert private not in kept
        assert private not in listed.encode()
