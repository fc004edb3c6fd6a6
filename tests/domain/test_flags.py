"""Every reason for a flag has its sentence, and whatever egress can find is a reason."""

from __future__ import annotations

from typing import get_args

import pytest

from backend.domain.flags import FLAGS, FlagReason, flag_reason
from backend.domain.outcomes import OUTCOMES


def test_every_reason_has_its_sentence_and_no_sentence_is_without_a_reason() -> None:
    assert set(FLAGS) == set(get_args(FlagReason))
    assert all(sentence.endswith(".") for sentence in FLAGS.values())


def test_whatever_is_found_in_a_reply_is_a_reason() -> None:
    assert set(OUTCOMES) <= set(FLAGS)


def test_a_name_that_is_no_reason_is_refused() -> None:
    assert flag_reason("canary") == "canary"
    with pytest.raises(ValueError, match=r"flags\.toml"):
        flag_reason("a feeling")
