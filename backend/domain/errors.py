"""One tree of errors: programs compare `code`, people read the sentence that `words.toml` has for it.

Raise at the place that knows, catch at the place that can act. A `Refusal` is met before a stream
begins and becomes an HTTP status; a `Failure` ends a stream that has begun and becomes its `error` event.
"""

from __future__ import annotations

from collections.abc import Mapping

from backend.domain.reply import Usage


class ChatError(Exception):
    """Something that a visitor or a program must be told about.

    `detail` is for the caller's developer (it names the field and the remedy) and may be shown; `extra` holds
    further members of the problem document, such as `kinds`; `retry_after_s` becomes `Retry-After`.
    """

    code = "internal"
    says = ""  # the sentence's name in `words.toml`, where it is not the code
    status = 500
    retryable = True

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after_s: int | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.extra: Mapping[str, object] = extra or {}


# Before a stream begins


class Refusal(ChatError):
    """The question is not taken; nothing of it was passed on."""

    status, retryable = 400, False


class InvalidRequest(Refusal):
    code, status = "invalid_request", 400


class IdentityInvalid(Refusal):
    code, status = "identity_invalid", 401


class VisitorInvalid(Refusal):
    code, status = "visitor_invalid", 401


class TokenInvalid(Refusal):
    """No tool comes in with this token of the staff's door."""

    code, status = "token_invalid", 401


class ScopeMissing(Refusal):
    """Who comes in may not do this: the role does not allow it, or the token's scopes do not."""

    code, status = "scope_missing", 403


class OriginNotAllowed(Refusal):
    code, status = "origin_not_allowed", 403


class ProofRequired(Refusal):
    """The site wants a small piece of work first; `extra` holds the `challenge`."""

    code, status, retryable = "proof_required", 403, True


class UnknownSite(Refusal):
    code, status = "unknown_site", 404


class NotFound(Refusal):
    code, status = "not_found", 404


class MethodNotAllowed(Refusal):
    code, status = "method_not_allowed", 405


class MessageTooLong(Refusal):
    code, status = "message_too_long", 413


class TooLarge(Refusal):
    code, status = "too_large", 413


class TooSlow(InvalidRequest):
    says = "too_slow"


class PersonalDataFound(Refusal):
    code, status = "pii_detected", 422


class InjectionSuspected(Refusal):
    code, status = "prompt_injection", 422


class TurnConflict(Refusal):
    code, status = "turn_conflict", 422


class ForgedForm(Refusal):
    """A form of the console that was not sent from one of its pages, or belongs to another session."""

    code, status = "forged_form", 403


class CaseFailed(Refusal):
    """A case that must hold does not; `extra` holds the `cases`."""

    code, status = "case_failed", 409


class Locked(Refusal):
    """Somebody else works on it; `extra` says who (`by`), and until when."""

    code, status, retryable = "locked", 409, True


class NotJoined(Refusal):
    """Only a person who is in the conversation can write in it."""

    code, status = "not_joined", 409


class ChangedMeanwhile(Refusal):
    """Somebody else changed it since it was read."""

    code, status, retryable = "changed_meanwhile", 412, True


class InvalidSettings(Refusal):
    """The settings cannot be used; `detail` is the sentence that `site apply` would print."""

    code, status = "invalid_settings", 422


class RateLimited(Refusal):
    code, status, retryable = "rate_limited", 429, True


class TooManyStreams(Refusal):
    code, status, retryable = "too_many_streams", 429, True


class Busy(Refusal):
    code, status, retryable = "busy", 503, True


class CannotKeep(Busy):
    """A turn cannot be kept: the disk is full, the file may only be read, or the database is away."""

    says = "cannot_keep"


class ShuttingDown(Refusal):
    code, status, retryable = "shutting_down", 503, True


# After a stream has begun


class Failure(ChatError):
    """The answer could not be finished; what was shown stays.

    `kind` is what the table of failures knows it by: finer than `code`, since what helps against two failures may
    differ where the visitor need not see a difference. `usage` is what the attempt cost, as far as it was told.
    """

    status = 502
    kind = "broken"
    usage = Usage()


class ModelOverloaded(Failure):
    code = kind = "overloaded"


class ModelRateLimited(Failure):
    code, kind = "rate_limited_upstream", "rate_limited"


class ModelTimeout(Failure):
    code = kind = "timeout"


class ConnectionLost(Failure):
    code = kind = "connection_lost"


class ModelFailed(Failure):
    code = "model_error"


class ModelWordless(ModelFailed):
    """The model ended without a word that can be shown."""

    kind = "wordless"


class ModelMisshapen(ModelFailed):
    """The model wrote a JSON document without a message: words that can be shown, but not what was asked for."""

    kind = "misshapen"


class ModelTookNoRequest(ModelFailed):
    """The provider finds fault with the request itself: the same one again meets the same fault."""

    retryable, kind = False, "rejected"


class ModelUnknown(ModelFailed):
    """The provider does not have this model, or not for us."""

    retryable, kind = False, "unknown_model"


class ModelRefusedUs(ModelFailed):
    """The provider does not let us in: asking again cannot help."""

    retryable, kind = False, "refused_us"


class SpendLimitReached(ModelRefusedUs):
    """The money that may be spent at the provider is spent: every model of theirs says the same until it is raised."""

    kind = "spend_limit"


class Interrupted(Failure):
    code = "interrupted"


class Internal(Failure):
    code, status = "internal", 500


class NotKept(Internal):
    """The answer was shown whole, and the book does not take its end."""

    says = "not_kept"


class SettingsError(Exception):
    """The product cannot start or a site's folder cannot be read: one sentence that names what and the remedy."""
