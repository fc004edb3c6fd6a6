"""A site under attack asks every browser for a proof of work; who visits it notices nothing but a moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import PAGE, Person, open_shop
from tests.servers import ROOT, deskbell


def test_the_widget_finds_the_proof_by_itself_and_the_visitor_is_answered(
    tmp_path: Path, person: Callable[..., Person]
) -> None:
    site = tmp_path / "larkmoor"
    shutil.copytree(ROOT / "tests" / "larkmoor", site)
    with open_shop() as shop:
        described = (site / "site.toml").read_text().replace("http://shop.localhost:9", shop.origin)
        (site / "site.toml").write_text(described.replace("[limits]", '[limits]\nproof = "always"'))
        with deskbell(tmp_path / "data", site) as server:
            shop.page = PAGE.format(url=server.url)
            visitor = person()
            answers: list[int] = []
            visitor.page.on(
                "response", lambda response: answers.append(response.status) if "/v1/chat" in response.url else None
            )
            visitor.opens(shop.origin).asks("How long do I have to return a tent?").reads("60 days").sees_the_end()
            visitor.asks("How long does a repair take?").reads("repair").sees_the_end()
            assert answers == [403, 200, 403, 200]
            assert visitor.errors == []
