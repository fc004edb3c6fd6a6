"""Trying the draft: a question asked of it and of what is live side by side, and the real widget on the draft with what
stands behind each of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import page
from backend.console.parts import house
from backend.console.viewer import at_site
from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.site import Site
from backend.domain.turn import Prompt
from backend.services.compare_answers import Compared, compare_answers, sentences_between
from backend.services.lay_out_again import prompt_of, prompt_of_turn
from backend.services.trace_turn import last_traces

door = Blueprint("playground", __name__)
TRACES = 5


@door.get("/<key>/playground")
def show(key: str) -> Response:
    return try_page(at_site(key, "edit"), question=request.args.get("question", ""))


@door.post("/<key>/playground")
def ask(key: str) -> Response | ResponseOfWerkzeug:
    """Ask both; or take the question over to the page of the question set."""
    site, question = at_site(key, "edit"), request.form.get("question", "")
    if "keep" in request.form:
        return redirect(f"/console/{key}/cases?{urlencode({'question': question})}#add", 303)
    try:
        compared = compare_answers(site, question, house())
    except InvalidRequest as wrong:
        return try_page(site, 422, question=question, error=(wrong.detail or "").partition(": ")[2])
    return try_page(site, question=question, **told(compared))


@door.get("/<key>/playground/prompt")
def prompt(key: str) -> Response:
    """Show what was sent to the model for an answer of the draft."""
    site = at_site(key, "edit")
    draft = house().drafts.draft(site)
    turn = request.args.get("turn", "")
    trace = house().traces.trace(draft.shelf, turn)
    if trace is None:
        raise NotFound("turn: there is no such answer of this draft")
    conversation = house().book.conversation(draft.site, trace.conversation)
    whole = house().in_draft.knowledge.search(draft.site, "")
    sent = prompt_of_turn(trace, draft.settings, draft.site, conversation, whole)
    return page("playground", template="prompt.html", trace=trace, text=text_of(sent))


def try_page(site: Site, status: int = 200, **values: Any) -> Response:
    draft = house().drafts.draft(site)
    traces = last_traces(draft, house(), TRACES)
    return page("playground", status, traces=traces, **{"question": "", "error": "", "compared": None, **values})


def told(compared: Compared) -> Mapping[str, Any]:
    """Return the two answers as the page shows them."""
    today = house().time().date()
    prompts = [prompt_of(each.made, today) if each.made else None for each in compared.both]
    return {
        "compared": compared,
        "sentences": sentences_between(compared.live.message, compared.draft.message),
        "prompts": [text_of(each) for each in prompts],
    }


def text_of(sent: Prompt | None) -> str:
    """Return a prompt as one text for people, each part under who says it; empty where no model was asked."""
    if sent is None:
        return ""
    parts = [("system", block.text) for block in sent.system]
    parts += [(message.role, block.text) for message in sent.messages for block in message.blocks]
    return "\n\n".join(f"[{role}]\n{text}" for role, text in parts)
