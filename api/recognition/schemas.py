from datetime import datetime

from pydantic import BaseModel, Field

from api.http.fields import NO_CONTROLS, TEXT, Day
from runtime.recognition.permission import RecognitionState
from runtime.recognition.register import MOST_WORDS
from storage.database.recognition.faces import FaceDeletion

_WORD = r"^[a-z]{0,20}$"
_KEY = r"^[0-9a-f]{0,80}$"
MOST_CONSENTS = 400


class SwitchBody(BaseModel, extra="forbid"):
    """Switched on only with a ground, words that say where it is written down, and everybody else's consent."""

    active: bool
    basis: str = Field("consent", pattern=_WORD, examples=["consent"])
    words: str = Field(
        "", max_length=MOST_WORDS, pattern=TEXT, examples=["单独同意书存档于办公室，影响评估 2025-03-01"]
    )
    others: bool = Field(False, description="teachers and whoever else is filmed consented too")


class ConsentBody(BaseModel, extra="forbid"):
    """One trainee's consent; ``trainee`` is the key that the state lists."""

    trainee: str = Field(pattern=_KEY, max_length=80)
    given_on: Day
    way: str = Field(pattern=_WORD, examples=["paper"])


class ConsentsBody(BaseModel, extra="forbid"):
    """Consents to be entered."""

    consents: list[ConsentBody] = Field(min_length=1, max_length=MOST_CONSENTS)


class WithdrawalBody(BaseModel, extra="forbid"):
    """Whose consent ends."""

    trainee: str = Field(pattern=_KEY, max_length=80)


class ConsentShape(BaseModel):
    """One trainee, masked, and the consent in force."""

    trainee: str
    name_masked: str = Field(pattern=NO_CONTROLS)
    tail: str
    given_on: str | None
    way: str | None
    photograph: bool


class FaceDeletionShape(BaseModel):
    """A certificate as it was signed, and its place in the log."""

    made_at: datetime
    place: int
    certificate: str


class RecognitionShape(BaseModel):
    """Whether faces may be compared, and what keeps them from it; no face and no embedding is ever in an answer."""

    active: bool
    permitted: bool
    basis: str
    words: str
    missing: str = Field(description="what is not installed on this machine; empty where nothing is")
    trainees: list[ConsentShape]
    deletions: list[FaceDeletionShape]


def recognition_shape(
    state: RecognitionState, people: list[ConsentShape], deletions: tuple[FaceDeletion, ...], missing: str
) -> RecognitionShape:
    """The state as the API shows it."""
    now = state.setting
    return RecognitionShape(
        active=state.active,
        permitted=state.permitted,
        basis=now.basis if now else "",
        words=now.words if now else "",
        missing=missing,
        trainees=people,
        deletions=[
            FaceDeletionShape(made_at=one.made_at, place=one.place, certificate=one.certificate) for one in deletions
        ],
    )


def consent_shapes(state: RecognitionState, names: dict[str, str]) -> list[ConsentShape]:
    """Everybody on the roll."""
    return [
        ConsentShape(
            trainee=one.key,
            name_masked=names[one.key],
            tail=one.tail,
            given_on=given.given_on if (given := state.consents.get(one.key)) else None,
            way=given.way if given else None,
            photograph=one.key in state.photographs,
        )
        for one in state.people
    ]
