"""The curve from what a reply states to the chance that it is right."""

from __future__ import annotations

from backend.domain.calibration import CEILING, FEW, Curve, prior


def test_nobody_is_surer_than_sure() -> None:
    assert prior(0.0, 0.0) == prior(1e-9, 1e-9)
    assert 0 < Curve(3.0, 9.0).of(1.0, 1.0) <= CEILING


def test_a_curve_keeps_the_order_of_replies() -> None:
    assert Curve().of(0.5, 0.5) < Curve().of(0.9, 0.5) < Curve().of(0.9, 0.9)


def test_a_site_without_decisions_of_its_own_believes_what_replies_state() -> None:
    young, grown = Curve(1.0, -2.0, FEW - 1), Curve(1.0, -2.0, FEW)
    assert young.believed(0.9, 0.2) == 0.9
    assert grown.believed(0.9, 0.2) == round(grown.of(0.9, 0.2), 4) < 0.5


def test_a_reply_of_which_nothing_can_be_believed_is_not_made_surer() -> None:
    assert Curve(1.0, 5.0, FEW).believed(0.0, 1.0) == 0.0
