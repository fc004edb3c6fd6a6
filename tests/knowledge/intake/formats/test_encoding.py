"""Files are read in the encoding in which they were saved."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.encoding import decode, decode_html


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Возврат товара возможен в течение тридцати дней. Мы доставляем заказы по всей стране бесплатно."),
        ("shift_jis", "返品は三十日以内に受け付けます。送料は無料です。営業時間は午前九時から午後六時です。"),
        ("gb18030", "退货可以在三十天内办理。我们免费送货到全国各地。请联系我们的客户服务部门。"),
        ("euc-kr", "반품은 삼십일 이내에 가능합니다. 배송은 무료입니다. 고객 센터로 문의해 주세요."),
        ("cp1253", "Η επιστροφή είναι δυνατή εντός τριάντα ημερών. Παραδίδουμε δωρεάν σε όλη τη χώρα."),
        (
            "cp1250",
            "Vrácení zboží je možné do třiceti dnů. Objednávky doručujeme zdarma po celé zemi. Přejeme hezký den."
            " Náš tým vám rád pomůže.",
        ),
        ("cp1252", "Rückgabe für 5 € – schöne Grüße"),
        ("utf-8-sig", "Rückgabe"),
        ("utf-16", "Rückgabe"),
        ("utf-16-le", "Returns within 30 days"),
        ("utf-16-be", "Returns within 30 days"),
        ("utf-32", "Returns"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_saved_in(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_web_page_is_read_as_its_server_or_itself_says() -> None:
    page = '<meta charset="windows-1251"><p>Возврат</p>'
    assert decode_html(page.encode("cp1251")) == page
    assert decode_html("<p>Возврат</p>".encode("koi8-r"), "koi8-r") == "<p>Возврат</p>"
    assert decode_html(b"<p>ok</p>", "no-such-encoding") == "<p>ok</p>"
