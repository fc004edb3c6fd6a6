"""Tools with the tokens of people of each role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from backend.accounts.permissions import scopes_of
from backend.domain.accounts import SCOPES, Role, Scope
from backend.domain.audit import By
from backend.domain.site import Site
from backend.services.make_token import make_token
from tests.console.api.tool import Tool
from tests.console.staff import Staff


@pytest.fixture
def tools(staff: Staff) -> Iterator[Any]:
    made: list[Tool] = []

    def tool(role: Role = "owner", scopes: tuple[Scope, ...] = SCOPES, sites: list[Site] | None = None) -> Tool:
        person = staff.house.people.with_email(staff.member(role).email)
        assert person is not None
        allowed = [scope for scope in scopes if scope in scopes_of(role)]
        token = make_token(person, allowed, By("a test"), staff.house, sites=sites or ())
        made.append(Tool(staff.server.url, token.secret))
        return made[-1]

    yield tool
    for each in made:
        each.http.close()


@pytest.fixture
def tool(tools: Any) -> Tool:
    made: Tool = tools()
    return made
