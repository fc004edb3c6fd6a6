"""Why an address was not fetched."""

from __future__ import annotations


class NotFetched(Exception):
    """An address that gave no page: `code` for programs, the text for people.

    `may_pass` says that trying again later can help; `wait_s` how long the server asked us to wait.
    """

    def __init__(self, code: str, sentence: str, *, may_pass: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.code = code
        self.may_pass = may_pass
        self.wait_s = wait_s
