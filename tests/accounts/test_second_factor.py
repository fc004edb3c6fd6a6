"""Six digits of an app, and codes on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pyotp
import pytest

from backend.accounts import second_factor as factor
from backend.accounts.rules import rules

RULES = rules().second_factor
# RFC 6238, appendix B, cut to six digits: the secret is twenty ASCII digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = [(1_111_111_111, "050471"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_codes_of_the_standard_are_right(seconds: int, code: str) -> None:
    step = seconds // 30
    for now in (seconds, seconds - 30, seconds + 30):
        assert factor.step_of(RFC_SECRET, code, at(now), RULES) == step
        assert factor.step_of(RFC_SECRET, f" {code[:3]} {code[3:]}", at(now), RULES) == step
    for now in (seconds - 90, seconds + 90):
        assert factor.step_of(RFC_SECRET, code, at(now), RULES) is None


@pytest.mark.parametrize(
    "given", ["", "28708", "2870820", "abcdef", "２８７０８２", "28708²", "287082; --", "\ud800" * 6]
)
def test_what_is_no_code_is_none(given: str) -> None:
    assert factor.step_of(RFC_SECRET, given, at(59), RULES) is None


def test_an_app_takes_the_secret_over_by_its_address_or_its_drawing() -> None:
    secret = factor.new_secret()
    assert secret != factor.new_secret()
    address = factor.address_for_apps(secret, "mk+a&b@shop.example")
    app = pyotp.parse_uri(address)
    assert (app.issuer, app.name) == ("Deskbell", "mk+a&b@shop.example")
    assert app.secret == secret
    picture = factor.picture_for_apps(address)
    drawing = list(ElementTree.fromstring(picture).iter())  # noqa: S314 - our own
    assert {element.tag for element in drawing} <= {"svg", "g", "path"}
    assert "style" not in {name for element in drawing for name in element.attrib}


def test_codes_on_paper_are_ten_and_read_however_they_are_typed() -> None:
    codes = factor.new_codes(RULES)
    assert len(set(codes)) == 10
    for code in codes:
        assert factor.hash_of_code(code) == factor.hash_of_code(f" {code.upper().replace('-', ' ')} ")
    assert len({factor.hash_of_code(code) for code in codes}) == 10
