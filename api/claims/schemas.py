"""Claims and their doubts as the JSON API shows them and takes them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from api.http.fields import TEXT
from facts.doubt_case import MOST_WORDS, Deed, DoubtCase, Stage
from pipeline.claims.doubt_stages import stage
from storage.database.claims import ClaimRow

_Words = StringConstraints(min_length=1, max_length=MOST_WORDS, pattern=TEXT, strip_whitespace=True)


class ClaimShape(BaseModel):
    """One version of a claim and what its screening came to; sums in fen, ``claimed_fen`` absent where none was stated."""

    id: int
    institution_id: int
    class_id: int
    locality: str
    code: str
    version: int
    newest: bool
    file: str
    size_bytes: int
    sha256: str
    made_by: str
    made_at: datetime
    outcome: int
    claimed_fen: int | None
    supported_fen: int
    unproven_fen: int
    doubts: int

    @classmethod
    def of(cls, row: ClaimRow) -> "ClaimShape":
        """The claim as the API shows it."""
        names = [name for name in cls.model_fields if name != "newest"]
        return cls(**{name: getattr(row, name) for name in names}, newest=bool(row.newest))


class ClaimFlag(BaseModel):
    """One doubt as the screening found it, with its clause and innocent explanations; never a finding of fault."""

    number: int
    kind: str
    rule: str
    doubt: dict[str, Any]


class SentClaimFile(BaseModel):
    """What makes two uploads the same."""

    name: str
    sha256: str
    institution_id: int | None


class AttachedShape(BaseModel):
    """A file that explains, sealed in the evidence store under its digest."""

    name: str
    size_bytes: int
    sha256: str


class DeedShape(BaseModel):
    """One thing that happened to the doubt; ``by`` is an account or key, never a name."""

    deed: Deed
    by: str
    at: datetime
    words: str
    files: list[AttachedShape]
    refused_fen: int | None


class DoubtShape(BaseModel):
    """One doubt and its whole life; nothing of it is ever taken back."""

    id: str
    claim_id: int
    kind: str
    rule: str
    text: str
    text_en: str
    stage: Stage
    events: list[DeedShape]

    @classmethod
    def of(cls, number: int, case: DoubtCase) -> "DoubtShape":
        """The doubt of the claim of that number as the API shows it."""
        events = [
            DeedShape(
                deed=one.deed,
                by=one.by,
                at=one.at,
                words=one.words,
                files=[AttachedShape(name=f.name, size_bytes=f.size_bytes, sha256=f.digest.sha256) for f in one.files],
                refused_fen=one.refused.fen if one.refused else None,
            )
            for one in case.events
        ]
        return cls(
            id=case.id,
            claim_id=number,
            kind=case.kind,
            rule=case.rule,
            text=case.text.zh,
            text_en=case.text.en,
            stage=stage(case),
            events=events,
        )


class DoubtDecision(BaseModel):
    """Why a reviewer believes the explanation."""

    words: Annotated[str, _Words]


class DoubtRefusal(DoubtDecision):
    """Why the doubt stands; with a sum it takes a second reviewer who names the same sum."""

    refused_fen: Annotated[int | None, Field(ge=1, lt=2**53)] = None


class SentExplanation(BaseModel):
    """What makes two explanations the same."""

    words: str
    files: list[tuple[str, str]]
