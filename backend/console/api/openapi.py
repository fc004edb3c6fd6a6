"""The calls of tools as OpenAPI 3.1, put together from one table: a row a call, and a schema for each shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.domain.items import DECISIONS, QUEUE_STATES, REASONS, SUGGESTIONS
from backend.services.report_numbers import COSTS_BY, SPENT_BY

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TIME: Schema = {"type": "string", "format": "date-time"}
ANY: Schema = {}
MAYBE_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
STATE: Schema = {"enum": ["draft", "live"]}
NUMBER: Schema = {"type": "number"}
REASON: Schema = {"enum": list(REASONS)}
DECISION: Schema = {"enum": list(DECISIONS)}


def thing(needed: str = "", /, **properties: Schema) -> Schema:
    """Return an object with these properties; those named are always there, or must be sent."""
    named = needed.split()
    return {"type": "object", "properties": dict(properties), **({"required": named} if named else {})}


def several(each: Schema) -> Schema:
    return {"type": "array", "items": each}


def page_of(name: str) -> Schema:
    return thing("items next", items=several({"$ref": f"#/components/schemas/{name}"}), next=MAYBE_TEXT)


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: Mapping[str, Schema] = {
    "SiteRow": thing(
        "key name origins version draft_changed open_items",
        key=TEXT,
        name=TEXT,
        origins=several(TEXT),
        version=WHOLE,
        draft_changed={"type": "boolean"},
        open_items=WHOLE,
    ),
    "Settings": {"type": "object", "description": "Every setting, with the names and shapes of site.toml"},
    "Change": thing("where was is", where=TEXT, was=ANY, **{"is": ANY}),
    "Version": thing(
        "number by at note changes",
        number=WHOLE,
        by=TEXT,
        at=TIME,
        note=TEXT,
        override=TEXT,
        changes=several(ref("Change")),
        settings=ref("Settings"),
    ),
    "Calibration": thing(
        "decisions drawn drawn_wrong error error_as_stated right_order curve thresholds suggested",
        decisions=WHOLE,
        drawn=WHOLE,
        drawn_wrong=WHOLE,
        error=NUMBER,
        error_as_stated=NUMBER,
        right_order={"type": ["number", "null"]},
        curve=several({"type": "object"}),
        thresholds=several({"type": "object"}),
        suggested={"type": ["number", "null"]},
    ),
    "Approved": thing(
        "id questions reply pages state served by at item",
        id=WHOLE,
        questions=several(TEXT),
        reply={"type": "object"},
        pages=several(TEXT),
        state={"enum": ["serving", "page_changed"]},
        served=WHOLE,
        by=TEXT,
        at=TIME,
        item={"type": ["integer", "null"]},
    ),
    "Number": thing("number", number=WHOLE),
    "Document": thing(
        "id title url source read_at passages marks twin audience",
        id=TEXT,
        title=TEXT,
        url=TEXT,
        source=TEXT,
        read_at=TIME,
        passages=WHOLE,
        marks=several(TEXT),
        twin=MAYBE_TEXT,
        audience=several(TEXT),
        text=TEXT,
        pieces=several(thing("heading text", heading=TEXT, text=TEXT)),
    ),
    "JobStarted": thing("job", job=TEXT),
    "Job": thing(
        "job state done of note",
        job=TEXT,
        state={"enum": ["waiting", "running", "done", "failed"]},
        done=WHOLE,
        of=WHOLE,
        note=TEXT,
        what=TEXT,
        at=TIME,
    ),
    "Crawl": thing(
        "start state note every_hours ended_at live",
        start=TEXT,
        state=TEXT,
        note=TEXT,
        every_hours=WHOLE,
        ended_at=MAYBE_TIME,
        live={"type": "boolean"},
    ),
    "Case": thing(
        "id question must_contain must_not_contain must_cite must_abstain rubric is_must by at",
        id=WHOLE,
        question=TEXT,
        must_contain=several(TEXT),
        must_not_contain=several(TEXT),
        must_cite=several(TEXT),
        must_abstain={"type": "boolean"},
        rubric=TEXT,
        is_must={"type": "boolean"},
        by=TEXT,
        at=TIME,
    ),
    "Gap": thing(
        "question asked examples thumbs_down turns",
        question=TEXT,
        asked=WHOLE,
        examples=several(TEXT),
        thumbs_down=WHOLE,
        turns=several(TEXT),
    ),
    "Queued": thing(
        "item question reasons alike harm calibrated assigned age_s",
        item=WHOLE,
        turn=TEXT,
        question=TEXT,
        reasons=several(REASON),
        alike=WHOLE,
        harm=NUMBER,
        calibrated=NUMBER,
        assigned=MAYBE_TEXT,
        locked_by=MAYBE_TEXT,
        state={"enum": ["open", "done"]},
        decision={"enum": [*DECISIONS, None]},
        age_s=WHOLE,
    ),
    "Item": thing(
        "item question reply reasons sentences made_by timeline alike history",
        item=WHOLE,
        question=TEXT,
        reply=TEXT,
        reasons=several(thing("reason evidence", reason=REASON, evidence=TEXT)),
        conversation=thing("id turns", id=TEXT, turns=several({"type": "object"})),
        sentences=several(
            thing(
                "text support passage start end",
                text=TEXT,
                support=NUMBER,
                passage=MAYBE_TEXT,
                start=WHOLE,
                end=WHOLE,
                problem={"type": "object"},
            )
        ),
        made_by={"type": "object"},
        timeline=several(thing("ms event", ms=WHOLE, event=TEXT, text=TEXT)),
        alike=several(ref("Queued")),
        history=several({"type": "object"}),
    ),
    "Lock": thing("by until number", by=TEXT, until=TIME, number=WHOLE),
    "Decision": thing("decision by at items", decision=DECISION, by=TEXT, at=TIME, items=several(WHOLE)),
    "Numbers": thing("at questions answered unanswered failed", at=TIME, questions=WHOLE, answered=WHOLE),
    "Cost": thing("questions cost_usd", questions=WHOLE, cost_usd=TEXT),
    "RunStarted": thing("job run", job=TEXT, run=TEXT),
    "Run": thing(
        "run on began_at ended_at passed of results",
        run=TEXT,
        on=STATE,
        began_at=TIME,
        ended_at=MAYBE_TIME,
        passed=WHOLE,
        of=WHOLE,
        results=several({"type": "object"}),
    ),
    "AuditRow": thing(
        "number at who from action subject before after hash previous row",
        number=WHOLE,
        at=TIME,
        who=TEXT,
        action=TEXT,
        subject=TEXT,
        before=ANY,
        after=ANY,
        hash=TEXT,
        previous=TEXT,
        row={"type": "string", "description": "The text whose SHA-256 is `hash`; it holds `previous`"},
        **{"from": TEXT},
    ),
    "Webhook": thing(
        "id url form events is_on note by at",
        id=TEXT,
        url=TEXT,
        form={"enum": ["generic", "slack", "teams"]},
        events=several(TEXT),
        is_on={"type": "boolean"},
        note=TEXT,
        by=TEXT,
        at=TIME,
        secret={"type": "string", "description": "`whsec_…`; shown once, when it is added"},
    ),
    "Delivery": thing(
        "id event state tries status answer at next_at ended_at",
        id=TEXT,
        event=TEXT,
        state={"enum": ["waiting", "done", "failed"]},
        tries=WHOLE,
        status={"type": ["integer", "null"]},
        answer=TEXT,
        at=TIME,
        next_at=MAYBE_TIME,
        ended_at=MAYBE_TIME,
    ),
    "Handoff": thing(
        "id state conversation email note at answered_at by",
        id=TEXT,
        state={"enum": ["open", "answered"]},
        conversation=TEXT,
        email=TEXT,
        note=TEXT,
        at=TIME,
        answered_at=MAYBE_TIME,
        by=MAYBE_TEXT,
    ),
    "Finding": thing("kind document text other advice", kind=TEXT, document=TEXT, text=TEXT, other=ANY, advice=TEXT),
}

LIVE = ("live", "1: what is live, at once; else the draft", {"enum": ["1"]})
AFTER = ("after", "the `next` of the page before", TEXT)
FROM = ("from", "a date or time; by default 30 days before `to`", TEXT)
TO = ("to", "a date, which is in it, or a time, which is not", TEXT)
MOST = ("most", "at most so many, 1 to 200", {"type": "integer", "minimum": 1, "maximum": 200})


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its address, what it does, the scope that it needs, what is sent, and what comes by status."""

    method: str
    path: str
    does: str
    scope: str
    answers: Mapping[int, Schema | None]
    sends: Schema | None = None
    query: Sequence[tuple[str, str, Schema]] = ()
    takes_files: bool = False
    is_matched: bool = False  # needs the tag of what it changes
    kind: str = "application/json"  # of a good answer


NOTE = thing(note=TEXT)
PUBLISHING = thing(note=TEXT, override=TEXT)
WORDS: Schema = {"anyOf": [several(TEXT), TEXT]}
CASE = thing(
    "question",
    question=TEXT,
    must_contain=WORDS,
    must_not_contain=WORDS,
    must_cite=WORDS,
    must_abstain={"type": "boolean"},
    rubric=TEXT,
    is_must={"type": "boolean"},
)
ADD_DOCUMENT = thing(url=TEXT, question=TEXT, answer=TEXT)
CALLS: Sequence[Call] = (
    Call("get", "/sites", "The sites of the token's person", "read", {200: page_of("SiteRow")}),
    Call(
        "post",
        "/sites",
        "Make a site",
        "publish",
        {201: ref("SiteRow")},
        thing("name origin", name=TEXT, origin=TEXT),
    ),
    Call("get", "/sites/{site}/draft", "The draft's settings, with an ETag", "read", {200: ref("Settings")}),
    Call(
        "put",
        "/sites/{site}/draft",
        "Change the draft's settings; needs If-Match",
        "edit",
        {200: ref("Settings")},
        ref("Settings"),
        is_matched=True,
    ),
    Call(
        "get",
        "/sites/{site}/versions",
        "Versions, newest first",
        "read",
        {200: page_of("Version")},
        None,
        (AFTER, MOST),
    ),
    Call("get", "/sites/{site}/versions/{number}", "One version", "read", {200: ref("Version")}),
    Call("post", "/sites/{site}/publish", "Publish the draft", "publish", {201: ref("Number")}, PUBLISHING),
    Call(
        "post",
        "/sites/{site}/versions/{number}/restore",
        "Publish what a version was",
        "publish",
        {201: ref("Number")},
        NOTE,
    ),
    Call(
        "get",
        "/sites/{site}/documents",
        "Documents, last read first",
        "read",
        {200: page_of("Document")},
        None,
        (LIVE, AFTER, MOST),
    ),
    Call(
        "post",
        "/sites/{site}/documents",
        "Add files, a page by its address, or a question with its answer",
        "edit",
        {201: thing("id", id=TEXT), 202: ref("JobStarted")},
        ADD_DOCUMENT,
        (LIVE,),
        takes_files=True,
    ),
    Call(
        "get",
        "/sites/{site}/documents/{document}",
        "A document with its pieces",
        "read",
        {200: ref("Document")},
        None,
        (LIVE,),
    ),
    Call("delete", "/sites/{site}/documents/{document}", "Take a document out", "edit", {204: None}, None, (LIVE,)),
    Call("get", "/sites/{site}/crawls", "Crawls of the draft and of what is live", "read", {200: page_of("Crawl")}),
    Call(
        "post",
        "/sites/{site}/crawls",
        "Read a web site",
        "edit",
        {202: ref("JobStarted")},
        thing("start", start=TEXT, every_hours=WHOLE, most=WHOLE),
        (LIVE,),
    ),
    Call(
        "get",
        "/sites/{site}/gaps",
        "Questions that nothing answered, worst first",
        "read",
        {200: page_of("Gap")},
        None,
        (MOST,),
    ),
    Call(
        "get",
        "/sites/{site}/queue",
        "What waits for staff, most expected harm first",
        "read",
        {200: page_of("Queued")},
        None,
        (
            ("state", "which items", {"enum": list(QUEUE_STATES)}),
            ("reason", "those with this reason", REASON),
            ("q", "those whose question holds these words", TEXT),
            AFTER,
            MOST,
        ),
    ),
    Call("get", "/items/{item}", "An item with its evidence, its timeline and its history", "read", {200: ref("Item")}),
    Call("put", "/items/{item}/lock", "Take an item for two minutes, or keep it", "review", {200: ref("Lock")}),
    Call("delete", "/items/{item}/lock", "Let an item go", "review", {204: None}),
    Call(
        "put",
        "/items/{item}/decision",
        "Decide an item",
        "review",
        {200: ref("Decision")},
        thing(
            "decision",
            decision=DECISION,
            reply=TEXT,
            note=TEXT,
            also=several(WHOLE),
            suggest={"enum": [*SUGGESTIONS, None]},
        ),
    ),
    Call("delete", "/items/{item}/decision", "Take a decision back, with all that it caused", "review", {204: None}),
    Call(
        "get",
        "/sites/{site}/numbers",
        "What was asked and answered; also as text/csv",
        "read",
        {200: page_of("Numbers")},
        None,
        (FROM, TO, ("by", "hour or day", {"enum": ["hour", "day"]})),
    ),
    Call(
        "get",
        "/sites/{site}/costs",
        "What was spent; also as text/csv",
        "admin",
        {200: page_of("Cost")},
        None,
        (FROM, TO, ("by", "day, model, route, conversation or visitor", {"enum": [*COSTS_BY, *SPENT_BY]})),
    ),
    Call("get", "/sites/{site}/cases", "Saved questions", "read", {200: page_of("Case")}),
    Call("post", "/sites/{site}/cases", "Save a question with what it expects", "edit", {201: ref("Case")}, CASE),
    Call(
        "delete",
        "/sites/{site}/cases",
        "Remove a saved question",
        "edit",
        {204: None},
        None,
        (("id", "its id", WHOLE),),
    ),
    Call("delete", "/sites/{site}/cases/{case}", "Remove a saved question", "edit", {204: None}),
    Call(
        "get",
        "/sites/{site}/export",
        "Conversations, decided replies or one visitor's turns as JSON lines",
        "read",
        {200: {"type": "string"}},
        None,
        (
            ("kind", "reviewed, conversations or visitor", {"enum": ["reviewed", "conversations", "visitor"]}),
            ("visitor", "whose turns, for kind=visitor", TEXT),
        ),
        kind="application/x-ndjson",
    ),
    Call(
        "get",
        "/sites/{site}/calibration",
        "How far the confidence of replies can be believed; also as text/csv",
        "read",
        {200: ref("Calibration")},
    ),
    Call(
        "get",
        "/sites/{site}/approved",
        "Answers of the team that serve the same question without a model",
        "read",
        {200: page_of("Approved")},
    ),
    Call(
        "delete",
        "/sites/{site}/approved",
        "Serve an answer of the team no more",
        "review",
        {204: None},
        None,
        (("id", "its id", WHOLE),),
    ),
    Call(
        "delete",
        "/sites/{site}/approved/{approved}",
        "Serve an answer of the team no more",
        "review",
        {204: None},
    ),
    Call(
        "post", "/sites/{site}/cases/run", "Ask every saved question", "edit", {202: ref("RunStarted")}, thing(on=STATE)
    ),
    Call(
        "post",
        "/sites/{site}/try",
        "Ask the draft as a visitor would; a stream, with what made the answer before its end",
        "edit",
        {200: {"description": "The events of POST /v1/chat, and `trace` before the last one"}},
        thing("message", message=TEXT, turn=TEXT, conversation=TEXT, page=thing(url=TEXT, title=TEXT), locale=TEXT),
        kind="text/event-stream",
    ),
    Call("get", "/sites/{site}/runs/{run}", "What came of asking them", "read", {200: ref("Run")}),
    Call("get", "/sites/{site}/webhooks", "Webhooks, the oldest first", "admin", {200: page_of("Webhook")}),
    Call(
        "post",
        "/sites/{site}/webhooks",
        "Add a webhook; its secret is shown once",
        "admin",
        {201: ref("Webhook")},
        thing("url", url=TEXT, form={"enum": ["generic", "slack", "teams"]}, events=several(TEXT)),
    ),
    Call(
        "delete",
        "/sites/{site}/webhooks",
        "Remove a webhook",
        "admin",
        {204: None},
        None,
        (("id", "its id", TEXT),),
    ),
    Call("delete", "/sites/{site}/webhooks/{webhook}", "Remove a webhook", "admin", {204: None}),
    Call(
        "get",
        "/sites/{site}/webhooks/{webhook}/deliveries",
        "What was sent to a webhook, newest first",
        "admin",
        {200: page_of("Delivery")},
        None,
        (("after", "the `next` of the page before", TEXT), MOST),
    ),
    Call(
        "get",
        "/sites/{site}/handoffs",
        "Visitors' wishes for a person, oldest first",
        "review",
        {200: page_of("Handoff")},
        None,
        (
            ("state", "open or answered", {"enum": ["open", "answered"]}),
            ("after", "the `next` of the page before", TEXT),
            MOST,
        ),
    ),
    Call(
        "put",
        "/handoffs/{handoff}",
        "Say whether a wish for a person is answered",
        "review",
        {200: ref("Handoff")},
        thing("state", state={"enum": ["open", "answered"]}),
    ),
    Call(
        "put",
        "/conversations/{conversation}/joined",
        "Join a conversation; the assistant is silent meanwhile",
        "review",
        {200: thing("joined", joined=WHOLE)},
        thing(take={"type": "boolean"}),
    ),
    Call("delete", "/conversations/{conversation}/joined", "Leave a conversation", "review", {204: None}),
    Call(
        "post",
        "/conversations/{conversation}/messages",
        "Write to the visitor",
        "review",
        {201: thing("id number text name at", id=TEXT, number=WHOLE, text=TEXT, name=TEXT, at=TIME)},
        thing("text", text=TEXT, id=TEXT),
    ),
    Call("get", "/jobs/{job}", "How far a job has come", "read", {200: ref("Job")}),
    Call(
        "get",
        "/sites/{site}/audit",
        "Every change, newest first: who, when, from where, before, after",
        "admin",
        {200: page_of("AuditRow")},
        None,
        (AFTER, MOST),
    ),
    Call(
        "get",
        "/sites/{site}/lint",
        "What is wrong with the pages",
        "read",
        {200: page_of("Finding"), 202: ref("JobStarted")},
        None,
        (LIVE,),
    ),
)


def describe(calls: Sequence[Call] = CALLS) -> dict[str, Any]:
    """Return paths and components of these calls."""
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(f"/api{call.path}", {})[call.method] = _operation(call)
    token = {"type": "http", "scheme": "bearer", "description": "A token `dk_…` that `user token` prints"}
    return {"paths": paths, "components": {"securitySchemes": {"tool": token}, "schemas": dict(SCHEMAS)}}


def _operation(call: Call) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": TEXT} for name in re.findall(r"\{(\w+)\}", call.path)
    ]
    queries = [
        {"name": name, "in": "query", "required": False, "description": told, "schema": schema}
        for name, told, schema in call.query
    ]
    if call.is_matched:
        named.append({"name": "If-Match", "in": "header", "required": True, "schema": TEXT})
    words = [word for word in re.split(r"[/{}]+", call.path) if word]
    operation: dict[str, Any] = {
        "summary": call.does,
        "description": f"Needs the scope `{call.scope}`.",
        "operationId": call.method + "".join(word.title() for word in words),
        "security": [{"tool": []}],
        "parameters": [*named, *queries],
        "responses": {
            **{str(status): _answer(status, schema, kind=call.kind) for status, schema in call.answers.items()},
            "4XX": {
                "description": "Refused, with a stable code",
                "content": {"application/problem+json": {"schema": ref("Problem")}},
            },
        },
    }
    if call.sends is not None:
        content: dict[str, Any] = {"application/json": {"schema": call.sends}}
        if call.takes_files:
            files = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            content["multipart/form-data"] = {"schema": files}
        operation["requestBody"] = {"content": content}
    return operation


def _answer(status: int, schema: Schema | None, *, kind: str) -> dict[str, Any]:
    told = {200: "Done", 201: "Made", 202: "Begun: see the job", 204: "Done"}[status]
    return {"description": told, **({"content": {kind: {"schema": schema}}} if schema else {})}
