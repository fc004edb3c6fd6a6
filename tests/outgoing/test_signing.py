"""Any receiver can tell that a webhook is ours, by a ready library."""

from __future__ import annotations

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from backend.outgoing.signing import new_secret, signed_headers

BODY = '{"id":"msg_1","note":"Grüße"}'.encode()


def test_a_ready_library_takes_what_we_sign() -> None:
    secret = new_secret()
    headers = signed_headers(secret, "msg_1", int(time.time()), BODY)
    assert Webhook(secret).verify(BODY, dict(headers))["note"] == "Grüße"


def test_each_secret_is_new_and_long() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert all(each.startswith("whsec_") and len(each) > 40 for each in secrets)


@pytest.mark.parametrize("forged", ["id", "body", "secret", "old"])
def test_what_is_not_as_we_signed_it_is_refused(forged: str) -> None:
    secret = new_secret()
    headers = dict(signed_headers(secret, "msg_1", int(time.time()) - (400 if forged == "old" else 0), BODY))
    if forged == "id":
        headers["webhook-id"] = "msg_2"
    body = BODY.replace(b"1", b"2") if forged == "body" else BODY
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret() if forged == "secret" else secret).verify(body, headers)
