"""A tool comes in with a token, as far as its person may and its scopes reach."""

from __future__ import annotations

from backend.accounts.rules import rules
from backend.accounts.tokens import API_PREFIX, hash_of
from backend.domain.accounts import Access
from backend.domain.errors import TokenInvalid
from backend.services.account_parts import AccountParts


def check_token(secret: str, parts: AccountParts) -> Access:
    """Return who comes in with a token; raise TokenInvalid where none counts."""
    token = parts.api_tokens.token(hash_of(secret)) if secret.startswith(API_PREFIX) else None
    person = parts.people.person(token.person_id) if token else None
    if token is None or person is None or person.removed_at:
        raise TokenInvalid("Authorization: Bearer dk_… holds no token that counts; `user token` makes one.")
    if token.used_at is None or parts.time() - token.used_at >= rules().session.seen_every:
        parts.api_tokens.see(token)
    return Access(person, token)
