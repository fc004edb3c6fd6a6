"""A text as it is read has the way back to what was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.turn.egress.normal_form import normal_form


def test_a_cut_in_the_form_is_a_cut_in_the_text() -> None:
    form = normal_form("a\u200b１…\u00a0&amp; **ﬁ**", is_end=True)
    assert form.text == "a1... & fi"
    assert form.place_of(1) == 2
    assert form.place_of(6) == 5
    assert form.place_of(8) == form.place_of(9) == 13
    assert normal_form("fish &am", is_end=False).read_to == 5


@given(st.text(st.sampled_from("a1 *_`&#5;\u200b\u00a0１ﬁ\u0301\n-\u2011"), max_size=60))
def test_every_character_of_the_form_has_its_place_in_the_text(text: str) -> None:
    form = normal_form(text, is_end=True)
    assert len(form.text) == len(form.places)
    assert list(form.places) == sorted(form.places)
    assert form.read_to == len(text)
    assert "  " not in form.text
