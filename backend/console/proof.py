"""What is not for whoever happens to sit at a browser: the person proves again who they are, and nothing typed is lost.

A write that wants a proof and has none is answered by a page that asks for the password and carries the form along.
"""

from __future__ import annotations

from flask import Response, request

from backend.console.forms import FIELD
from backend.console.pages import page
from backend.console.parts import house
from backend.console.viewer import viewer
from backend.services.prove_person import prove_person
from backend.services.sign_in import MustWait, Wrong

PROOF = "proof"


class ProofWanted(Exception):
    """The person has to prove who they are; `unproven` is what was wrong with the proof that was given."""

    def __init__(self, unproven: MustWait | Wrong | None = None) -> None:
        super().__init__()
        self.unproven = unproven


def want_proof() -> None:
    """Raise ProofWanted unless the viewer has proved a short while ago, or proves with this form, who they are."""
    who = viewer()
    if who.is_proven:
        return
    given = request.form.get(PROOF)
    if given is None:
        raise ProofWanted
    if unproven := prove_person(who.access.person, given, who.session, house()):
        raise ProofWanted(unproven)


def ask_for_proof(wanted: ProofWanted) -> Response:
    """Ask for the password, with all that the form held."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in (FIELD, PROOF, "username")]
    unproven = wanted.unproven
    status = 429 if isinstance(unproven, MustWait) else 422 if unproven else 200
    response = page(
        "proof",
        status,
        fields=fields,
        wait_s=unproven.wait_s if isinstance(unproven, MustWait) else 0,
        left=unproven.left if isinstance(unproven, Wrong) else None,
        has_errors=unproven is not None,
        action=request.full_path.rstrip("?"),
        back=f"/console/{site.key}/versions" if (site := viewer().site) else "/console/people",
    )
    if isinstance(unproven, MustWait):
        response.headers["Retry-After"] = str(unproven.wait_s)
    return response
