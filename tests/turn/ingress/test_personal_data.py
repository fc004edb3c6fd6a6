"""Personal data is found in every spelling, and numbers that are none pass; all are made up or published."""

from __future__ import annotations

import pytest

from backend.domain.personal_data import KINDS
from backend.turn.ingress.personal_data import PersonalData
from backend.turn.ingress.personal_data.identifiers import identifiers
from backend.turn.ingress.plain_text import plain_text


def kinds_of(text: str, finder: PersonalData) -> list[str]:
    return [finding.kind for finding in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Block my card 4539711149546636 please", "CREDIT_CARD", "4539711149546636"),
        ("amex 3782 822463 10005", "CREDIT_CARD", "3782 822463 10005"),
        ("card 4111/1111/1111/1111 exp 12/27", "CREDIT_CARD", "4111/1111/1111/1111"),
        ("order 4111 1111 1111 1111", "CREDIT_CARD", "4111 1111 1111 1111"),
        ("my maestro is 6304 2742 7339 8", None, None),
        ("iban: gb82 west 1234 5698 7654 32", "IBAN_CODE", "gb82 west 1234 5698 7654 32"),
        ("transfer from GB82WEST12345698765432 and back", "IBAN_CODE", "GB82WEST12345698765432"),
        ("call me on 0412 345 678", "PHONE_NUMBER", "0412 345 678"),
        ("my mobile: (415) 555-0132 ext. 12", "PHONE_NUMBER", "(415) 555-0132 ext. 12"),
        ("phone 780 6326", "PHONE_NUMBER", "780 6326"),
        ("+49 (0)30 901820", "PHONE_NUMBER", "+49 (0)30 901820"),
        ("write to sam.o'neil+shop@mail.example.co.uk.", "EMAIL_ADDRESS", "sam.o'neil+shop@mail.example.co.uk"),
        ("sam [at] example (dot) com", "EMAIL_ADDRESS", "sam [at] example (dot) com"),
        ("ｓａｍ＠ｅｘａｍｐｌｅ．ｃｏｍ", "EMAIL_ADDRESS", "ｓａｍ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("My SSN: 536904399", "US_SSN", "536904399"),
        ("tfn 8.7.6.5.4.3.2.1.0", "AU_TFN", "8.7.6.5.4.3.2.1.0"),
        ("ABN 51-824-753-556", "AU_ABN", "51-824-753-556"),
        ("Medicare card 2123 45670 1/1", "AU_MEDICARE", "2123 45670 1/1"),
        ("medicare 21234567011", "AU_MEDICARE", "21234567011"),
        ("my driver's licence number is LH329609T", "US_DRIVER_LICENSE", "LH329609T"),
        ("server at 10.0.0.7 is down", "IP_ADDRESS", "10.0.0.7"),
        ("from 2001:db8::1 it works", "IP_ADDRESS", "2001:db8::1"),
        ("MAC 00:1b:44:11:3a:b7", "MAC_ADDRESS", "00:1b:44:11:3a:b7"),
        ("token ghp_abcdefghijklmnopqrstuvwxyz0123456789", "API_KEY", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
        ("api_key = 'a1b2c3d4e5f6g7h8'", "API_KEY", "a1b2c3d4e5f6g7h8"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "API_KEY", None),
    ],
)
def test_it_is_found_where_it_stands(text: str, kind: str | None, shown: str | None, finder: PersonalData) -> None:
    found = finder.find(text)
    assert [finding.kind for finding in found] == ([kind] if kind else [])
    if shown:
        assert text[found[0].start : found[0].end] == shown


@pytest.mark.parametrize(
    "text",
    [
        "cancel order 732201349959",
        "booking 02687746-9588-44e7-a76f-1234884116f5",  # with a telephone number's digits,
        "booking 89516ad2-0546-404b-be65-cb3e9e5ec5b6",  # and with an IBAN's
        "where is purchase 00004587345",
        "the status of purchazse 113542617735902, please",
        "Bestellung 4539711149546636",
        "invoice no. 4539711149546636 is wrong",
        "Tracking number 9400 1000 0000 0000 0000 00",
        "ticket 2023-11-15-4421",
        "CVE-2016-1000031 and CVE-2017-1557",
        "from 2026-11-02 to 02.12.2026, 10:30:00",
        "upgrade from 4.11.77 to 4.18.60 on DB2 9.7.0.4",
        "port range 7000/8000",
        "it costs 1 234 567.00 EUR, or $12,345,678",
        "the numbers 3... 2... 1... liftoff",
        "tfn 876 543 211",
        "abn 51 824 753 557",
        "876 543 210",
        "std::vector and a::b",
        "12:30:45 till 13:00",
        "logo@2x.png and lib@2.0.0",
        "meet me at noon dot",
        "password: forgotten, help",
        "the password is not accepted",
        "SSN 000-12-3456 666-12-3456 536-00-4399",
        "Serial SN12345678901, model 1234-5678",
    ],
)
def test_numbers_that_are_nobodys_pass(text: str, finder: PersonalData) -> None:
    assert kinds_of(text, finder) == []


@pytest.mark.parametrize("number", ["4539711149546636", "5105 1051 0510 5100", "3530-1113-3330-0000"])
@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: "\u200b".join(text),
        lambda text: text.translate({ord(digit): chr(ord(digit) - 48 + 0xFF10) for digit in "0123456789"}),
        lambda text: text.translate({ord(digit): chr(ord(digit) - 48 + 0x0660) for digit in "0123456789"}),
        lambda text: text.replace(" ", "\u00a0").replace("-", "\u2011"),
        lambda text: " ".join(text),
        lambda text: ".".join(text.replace(" ", "").replace("-", "")),
        lambda text: "\u00ad".join(text),
        lambda text: "&#8203;".join(text),
        lambda text: "·".join(text.replace(" ", "").replace("-", "")),
        lambda text: text.replace(" ", "_").replace("-", " * "),
    ],
)
def test_a_card_is_found_in_every_disguise_and_place_is_kept(number: str, disguise, finder: PersonalData) -> None:  # type: ignore[no-untyped-def]
    hidden = disguise(number)
    text = f"“My card” is {hidden} – block it…"
    (found,) = finder.find(text)
    assert found.kind == "CREDIT_CARD"
    assert text[found.start : found.end] == hidden


def test_two_numbers_in_one_question_are_two_findings(finder: PersonalData) -> None:
    assert kinds_of("4539711149546636 or 5105105105105100, mail a@b.example", finder) == [
        "CREDIT_CARD",
        "CREDIT_CARD",
        "EMAIL_ADDRESS",
    ]


def test_a_plain_text_leads_back_to_what_was_typed() -> None:
    typed = "a\u200b１…\u00a0ﬁ"
    plain = plain_text(typed)
    assert plain.text == "a1... fi"
    assert typed[slice(*plain.original(1, 2))] == "１"
    assert typed[slice(*plain.original(2, 5))] == "…"
    assert typed[slice(*plain.original(6, 8))] == "ﬁ"


def test_every_number_that_is_looked_for_has_a_row_in_the_table_of_kinds() -> None:
    assert {identifier.kind for identifier in identifiers()} <= KINDS.keys()
