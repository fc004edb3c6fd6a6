"""Domain events as the contract's events: a name and the fields of its `data`, in the contract's order."""

from __future__ import annotations

from typing import assert_never

from backend.domain.events import Delta, Done, Event, Failed, Notice, Replace, Sources, Start

Fields = dict[str, object]


def event_on_the_wire(event: Event) -> tuple[str, Fields]:
    """Return the event's name and its data."""
    match event:
        case Start():
            visitor: Fields = {"visitor": event.visitor} if event.visitor else {}
            return "start", {
                "turn": event.turn,
                "conversation": event.conversation,
                **visitor,
                "model": event.model,
            }
        case Delta():
            return "delta", {"json": event.json}
        case Replace():
            return "replace", {"reply": event.reply.document(), "reason": event.reason, "kind": event.kind}
        case Notice():
            return "notice", {"kind": event.kind, "text": event.text}
        case Sources():
            return "sources", {"sources": [source.document() for source in event.sources]}
        case Done():
            more: Fields = {"found": False} if event.kind == "nothing" else {}
            more |= {"person": True} if event.kind == "person" else {}
            return "done", {
                "stop_reason": event.stop_reason,
                "valid": event.is_valid,
                "flagged": event.is_flagged,
                "confidence": event.confidence,
                "usage": event.usage.document(),
                **more,
            }
        case Failed():
            after: Fields = {"retry_after": event.retry_after_s} if event.retry_after_s is not None else {}
            return "error", {
                "code": event.code,
                "message": event.message,
                "retryable": event.is_retryable,
                **after,
            }
    assert_never(event)
