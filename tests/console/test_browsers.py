"""What a browser is called for people."""

from __future__ import annotations

import pytest

from backend.console.browsers import browser_of

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox, Linux"),
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/156.0.0.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 (KHTML) Version/19 Safari/604",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16; Pixel) AppleWebKit/537.36 (KHTML) Chrome/156.0 Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.14", "curl"),
        ("x" * 100, "x" * 40),
        ("", "?"),
    ],
)
def test_a_browser_is_called_by_its_name_and_system(agent: str, called: str) -> None:
    assert browser_of(agent) == called
