"""The language of a page is known where it is sure."""

from __future__ import annotations

import pytest

from backend.knowledge.index.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You can return your parcel within 30 days. We will refund the price if it is not damaged."),
        (
            "de",
            "Sie können Ihr Paket innerhalb von 30 Tagen zurückgeben. Wir erstatten den Preis, wenn es zu klein ist.",
        ),
        ("fr", "Vous pouvez retourner votre colis dans les 30 jours. Nous remboursons le prix s’il n’est pas abîmé."),
        ("es", "Puede devolver su paquete en un plazo de 30 días. Le devolvemos el precio si no está dañado."),
        ("nl", "U kunt uw pakket binnen 30 dagen terugsturen. Wij betalen de prijs terug als het niet beschadigd is."),
        ("ru", "Вы можете вернуть посылку в течение 30 дней. Мы вернём деньги, если товар не повреждён."),
        ("ja", "返品は三十日以内に受け付けます。送料は無料です。"),
        ("zh", "退货可以在三十天内办理。我们免费送货。"),
        ("", "Acme Widget 3000 XL, Acme Widget 4000 XXL"),
        ("", "```\nif this is not code for you and the machine, what is it then, with all of these words\n```"),
    ],
)
def test_the_language_of_a_page_is_known_where_it_is_sure(language: str, text: str) -> None:
    assert detect_language(text) == language
