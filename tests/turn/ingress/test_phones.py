"""Telephone numbers of every country that libphonenumber knows, as people write them beside a label."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from backend.turn.ingress.personal_data import PersonalData

LABELS = (
    "Office,{}", "tel:{}", "Phone: {}", "Call me on {}", "My mobile is {}", "Fax-{}",
    "Ph. {}", "you can reach me at {}.", "Mobile={}", "{} (office)", "{}-Fax",
    "{}, mobile", "Tel. {}, please", "WhatsApp {}", "Telefon: {}", "Téléphone : {}",
    "Teléfono: {}", "Handy: {}", "cell/{}", "[phone] {}", "Contact number: {}",
    "telefono: {}", "Téléphone portable {}", "电话：{}", "電話番号：{}", "전화: {}", "телефон {}",
    "komórka: {}", "Please text me on {}", "They are not answering at {}",
)  # fmt: skip
LEAST = 0.97


def ways_to_write(number: phonenumbers.PhoneNumber) -> list[str]:
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    code = f"+{number.country_code} "
    return [
        abroad,
        abroad.replace("+", "00"),
        abroad.replace(" ", "").replace("-", ""),
        abroad.replace(" ", "-"),
        abroad.replace(" ", "."),
        abroad.replace(code, f"{code}(0) "),
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        f"{abroad} x77",
        f"{abroad} ext. 4021",
        " ".join(abroad),
    ]


def numbers_of_the_world() -> list[str]:
    written = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
            if number := phonenumbers.example_number_for_type(region, kind):
                written += ways_to_write(number)
    return written


def test_a_number_of_any_country_is_found_in_any_spelling_beside_any_label(finder: PersonalData) -> None:
    chance = random.Random(7)
    missed = []
    numbers = numbers_of_the_world()
    for number in numbers:
        text = chance.choice(LABELS).format(number)
        covered = [text[each.start : each.end] for each in finder.find(text) if each.kind == "PHONE_NUMBER"]
        if not any(number.startswith(part) and len(part) >= len(number) - 9 for part in covered):
            missed.append(text)
    assert len(missed) <= (1 - LEAST) * len(numbers), f"{len(missed)} of {len(numbers)}: {missed[:40]}"


@pytest.mark.parametrize("region", ["AU", "US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "TR", "IN", "JP", "BR", "NZ"])
def test_a_number_in_its_countrys_own_form_is_found_beside_a_label(region: str, finder: PersonalData) -> None:
    missed = []
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        number = phonenumbers.format_number(
            phonenumbers.example_number_for_type(region, kind), PhoneNumberFormat.NATIONAL
        )
        missed += [
            text
            for text in (label.format(number) for label in LABELS)
            if not any(each.kind == "PHONE_NUMBER" for each in finder.find(text))
        ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Office,(212) 555-0143 x77", "(212) 555-0143 x77"),
        ("001-212-555-0187-Fax", "001-212-555-0187"),
        ("Ruf mich an: +49 (0) 176 / 12 34 56 7.", "+49 (0) 176 / 12 34 56 7"),
        ("0412 345 678 0413 456 789", "0412 345 678"),
        ("from abroad 0011 44 20 7946 0958, phone", "0011 44 20 7946 0958"),
        ("Tel.:+61-2-5550-1234", "+61-2-5550-1234"),
        ("my number (212-555-0143)", "212-555-0143"),
        ("we are in Berlin (+49 176 1234567)", "+49 176 1234567"),
        ("[+49] 176 1234567", "[+49] 176 1234567"),
        ("+49·176·12·34·56·7", "+49·176·12·34·56·7"),
        ("+1:212:555:0143", "+1:212:555:0143"),
        ("_212-555-0143_", "212-555-0143"),
        ("Tel_2125550143", "2125550143"),
        ("212 - 555 - 0143", "212 - 555 - 0143"),
        ("2024-05-01 212-555-0143", "212-555-0143"),
        ("#212-555-0143 phone", "212-555-0143"),
        ("2125550143 is my cell", "2125550143"),
        ("2125550143Fax", "2125550143"),
        ("Home (evenings): 2125550143", "2125550143"),
        ("Fax..........212-555-0143", "212-555-0143"),
        ("📱2125550143", "2125550143"),
        ("Mi teléfono es el 612345678", "612345678"),
        ("我的手机号是13812345678。", "13812345678"),
        ("電話番号は090-1234-5678です", "090-1234-5678"),
        ("मेरा फोन नंबर 98765 43210 है", "98765 43210"),
    ],
)
def test_a_number_is_redacted_whole(text: str, shown: str, finder: PersonalData) -> None:
    found = [each for each in finder.find(text) if each.kind == "PHONE_NUMBER"]
    assert text[found[0].start : found[0].end] == shown


@pytest.mark.parametrize(
    "text",
    [
        "call me on 12/11/2026 please",
        "order number 12345678",
        "see https://shop.example/phone/0412345678",
        "model AB-0412345678 has a phone holder",
        "my phone has version 10.0.19045.3570",
        "the phone costs $1 299.00",
        "Between 2019-2024 I had 3 phones",
        "the office holds file_20240501_1234567",
        "it cost $2125550143 to call off",
        "my phone shows 2125550143abc",
    ],
)
def test_a_number_that_is_none_passes_although_a_phone_is_spoken_of(text: str, finder: PersonalData) -> None:
    assert not [each for each in finder.find(text) if each.kind == "PHONE_NUMBER"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to john dot smith at example dot co dot uk please", "john dot smith at example dot co dot uk"),
        ("sam {at} mail {dot} example {dot} com", "sam {at} mail {dot} example {dot} com"),
        ("sam-at-example-dot-com", "sam-at-example-dot-com"),
        ("sam_at_example_dot_com is mine", "sam_at_example_dot_com"),
        ("ana arroba ejemplo punto es", "ana arroba ejemplo punto es"),
        ("sam @ example . com".replace(" . ", "."), "sam @ example.com"),
        ("my email is sam at example.com", "sam at example.com"),
        ("SAM AT EXAMPLE DOT COM", "SAM AT EXAMPLE DOT COM"),
        ("max <ät> beispiel <punkt> de", "max <ät> beispiel <punkt> de"),
        ("j.r (at) dept (dot) uni (dot) edu", "j.r (at) dept (dot) uni (dot) edu"),
        ("sam underscore lee at my dash site dot com", "sam underscore lee at my dash site dot com"),
        ("max unterstrich roth ät beispiel punkt de", "max unterstrich roth ät beispiel punkt de"),
        ("a dot b dot c dot d dot e at example dot com", "a dot b dot c dot d dot e at example dot com"),
        ("sam ((at)) example ((dot)) com", "sam ((at)) example ((dot)) com"),
        ("sam “at” example “dot” com", "sam “at” example “dot” com"),
        ("sam |at| example |dot| com", "sam |at| example |dot| com"),
        ("sam   at   example   dot   com", "sam   at   example   dot   com"),
        ("sam@ example .com", "sam@ example .com"),
        ("s a m @ e x a m p l e . c o m", "s a m @ e x a m p l e . c o m"),
        ("sam&#64;example&period;com", "sam&#64;example&period;com"),
        ("sam%40example.com", "sam%40example.com"),
        ("_sam@example.com_", "_sam@example.com"),
        ("**sam**@**example**.com", "sam**@**example**.com"),
        ("write to sam.lee at example.com", "sam.lee at example.com"),
        ("reach me: sam at gmail", "sam at gmail"),
        ("sam 골뱅이 example 점 com", "sam 골뱅이 example 점 com"),
    ],
)
def test_an_address_in_words_is_redacted_whole(text: str, shown: str, finder: PersonalData) -> None:
    found = [each for each in finder.find(text) if each.kind == "EMAIL_ADDRESS"]
    assert [text[each.start : each.end] for each in found] == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "I looked at your site dot it was down",
        "meet me at noon dot",
        "I am at example.com now",
        "look at point one com",
        "I bought it at example.com yesterday",
        "get setup.exe at example.com",
        "java.lang.StackOverflowError at org.example.web.Server.start",
        "[mail us](https://example.com/a).\n\n## At work",
    ],
)
def test_who_is_at_a_place_gives_no_address(text: str, finder: PersonalData) -> None:
    assert not [each for each in finder.find(text) if each.kind == "EMAIL_ADDRESS"]
