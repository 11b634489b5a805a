"""What was done about a doubt, as the API shows it and takes it: of a claim or of a class."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from api.http.fields import TEXT
from facts.doubt_case import MOST_WORDS, Deed, DoubtCase

_Words = StringConstraints(min_length=1, max_length=MOST_WORDS, pattern=TEXT, strip_whitespace=True)


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


class DoubtDecision(BaseModel):
    """Why a reviewer believes the explanation."""

    words: Annotated[str, _Words]


def deeds(case: DoubtCase) -> list[DeedShape]:
    """Everything that happened to the doubt, oldest first."""
    return [
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
