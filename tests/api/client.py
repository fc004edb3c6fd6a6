"""An independent client of the API: reads streams by the platform's rules, with nothing of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx2


@dataclass(frozen=True)
class Heard:
    """One event as it came."""

    id: int
    event: str
    data: dict[str, Any]


def events_of(lines: Iterator[str]) -> Iterator[Heard]:
    fields: dict[str, str] = {}
    for line in lines:
        if not line:
            if "data" in fields:
                yield Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")


class Visitor:
    """Somebody who asks at one site; keeps the token that `start` brings."""

    here: ClassVar[list[Visitor]] = []  # to be shown out when a test ends

    def __init__(self, url: str, site: str, **headers: str) -> None:
        self.http = httpx2.Client(base_url=url, timeout=30, headers=headers, trust_env=False)
        self.site = site
        self.token: str | None = None
        Visitor.here.append(self)

    @classmethod
    def show_all_out(cls) -> None:
        while cls.here:
            cls.here.pop().http.close()

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def ask(self, message: str, **fields: object) -> list[Heard]:
        """Ask and read to the end."""
        with self.asking(message, **fields) as response:
            assert response.status_code == 200, response.read()
            return self.read(response)

    def asking(self, message: str, **fields: object) -> Any:
        body = {"site": self.site, "message": message, **fields}
        return self.http.stream("POST", "/v1/chat", json=body, headers=self.bearer())

    def refused(self, message: str = "Hello?", *, headers: dict[str, str] | None = None, **fields: object) -> Any:
        """Ask, and return the response of a question that is not let in."""
        body = {"site": self.site, "message": message, **fields}
        response = self.http.post("/v1/chat", json=body, headers={**self.bearer(), **(headers or {})})
        assert response.headers["content-type"] == "application/problem+json", response.text[:300]
        return response

    def read(self, response: Any) -> list[Heard]:
        events = []
        for event in events_of(response.iter_lines()):
            events.append(event)
            if event.event == "start":
                self.token = event.data.get("visitor", self.token)
        return events

    def again(self, turn: str, after: int | str | None = None) -> Any:
        headers = self.bearer()
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        return self.http.get(f"/v1/turns/{turn}/events", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(path, headers={**self.bearer(), **headers})

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.http.post(path, json=body, headers={**self.bearer(), **headers})

    def delete(self, path: str) -> Any:
        return self.http.delete(path, headers=self.bearer())


def document_of(events: list[Heard]) -> dict[str, Any]:
    """Return the reply document that the deltas make."""
    return json.loads("".join(event.data["json"] for event in events if event.event == "delta"))


def parse_stream(text: str) -> list[Heard]:
    return list(events_of(iter(text.split("\n"))))
