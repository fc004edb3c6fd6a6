"""Encryption at rest: what visitors and models wrote, sealed with the site's own key.

Rules:
1. Every site has one random data key. It is kept wrapped by the master key and never stored bare, so a stolen
   database is unreadable, and a site whose wrapped key is dropped is gone for good.
2. A sealed text is bound to its place (site, table, row, column): moved elsewhere, it does not open.
3. The first byte names the key that sealed it, so that keys can be changed while old rows stay readable.

Layout: one byte key number, twelve bytes nonce, then AES-256-GCM ciphertext with its tag.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
FIRST_KEY = 1


class CannotOpen(Exception):
    """A sealed text does not open here: the key is another one, or the text was moved or changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text belongs."""

    site: str
    table: str
    row: str
    column: str

    def label(self) -> bytes:
        # Only `row` comes from outside. The other three never hold the separator, so no two places share a label.
        return f"{self.site}|{self.table}|{self.row}|{self.column}".encode()


class Cipher:
    """Seals and opens with one key; `number` goes in front of everything that it seals."""

    def __init__(self, key: bytes, number: int = FIRST_KEY) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"an encryption key has {KEY_BYTES} bytes, not {len(key)}")
        self._aead = AESGCM(key)
        self._number = number

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Return `plain` encrypted for this place alone; the same text never looks the same twice."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return bytes([self._number]) + nonce + self._aead.encrypt(nonce, plain, place.label())

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed for this place; raise CannotOpen for any other key, place or content."""
        if len(sealed) <= NONCE_BYTES or sealed[0] != self._number:
            raise CannotOpen(f"the text at {place} was not sealed with key {self._number}")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, place.label())
        except InvalidTag:
            raise CannotOpen(f"the text at {place} does not open: another key sealed it, or it was moved") from None

    def seal_text(self, text: str, place: Place) -> bytes:
        return self.seal(text.encode(errors="surrogatepass"), place)  # half an emoji is no reason to lose a turn

    def open_text(self, sealed: bytes, place: Place) -> str:
        return self.open(sealed, place).decode(errors="surrogatepass")


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)
