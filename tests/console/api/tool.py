"""A tool at the staff's door, as anybody could write it."""

from __future__ import annotations

import time
from typing import Any

import httpx2

JOB_S = 60.0


class Tool:
    """A client with a token; it knows the contract and nothing else."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx2.Client(base_url=f"{url}/api", headers=headers, timeout=30, trust_env=False)

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        answer = self.http.request(method, path, **options)
        assert not answer.content or "content-type" in answer.headers, "what is sent says what it is"
        return answer

    def wait(self, job: str) -> dict[str, Any]:
        deadline = time.monotonic() + JOB_S
        while time.monotonic() < deadline:
            told: dict[str, Any] = self.call("GET", f"/jobs/{job}").json()
            if told["state"] in ("done", "failed"):
                return told
            time.sleep(0.1)
        raise AssertionError(f"{job} did not end")
