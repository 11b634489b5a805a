"""The doubts of the service's claims: their book, their names in it, and the cases that a screening raises."""

from sqlalchemy import Engine

from facts.doubt_case import DoubtCase
from facts.text import Text
from pipeline.doubts.doubt_stages import step
from report.claims.schema import ClaimDocument
from runtime.claims.events import tell_doubts
from storage.doubts.doubt_book import DoubtBook


def doubt_book(engine: Engine) -> DoubtBook:
    """The life of every doubt, of which listeners hear."""
    return DoubtBook(engine, step, tell_doubts)


def doubt_case_id(doubt: str, institution_id: int) -> str:
    """A doubt's own name here: two institutions may number their claims alike."""
    return f"{doubt}-{institution_id}"


def doubt_claim_id(code: str, institution_id: int) -> str:
    """A claim's own name among the doubts."""
    return f"{institution_id}/{code}"


def doubt_cases(body: ClaimDocument, institution_id: int | None = None) -> list[DoubtCase]:
    """The document's doubts as cases; without an institution they bear the document's own names."""
    claim = body["claim"]
    cases = []
    for one in body["doubts"]:
        case, name = one["id"], claim["id"]
        if institution_id is not None:
            case, name = doubt_case_id(case, institution_id), doubt_claim_id(name, institution_id)
        text = Text(one["text"]["zh"], one["text"]["en"])
        cases.append(DoubtCase(case, name, claim["class_id"], one["kind"], one["rule"], text))
    return cases
