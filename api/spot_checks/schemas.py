"""Spot checks as the API shows them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel
from runtime.spot_checks.draw_lists import inspector_id_of

from facts.spot_check import Draw, SpotFinding, SpotHold, SpotState
from facts.verdict import Status
from runtime.accounts.caller import Caller
from runtime.spot_checks.access import DrawView
from runtime.spot_checks.signatures import hold_on, last_finding

State = Literal["waiting", "signed", "confirmed", "contested"]


class DrawShape(BaseModel):
    """One draw: committed first, revealed later."""

    commitment: str
    title: str
    committed_at: datetime
    revealed_at: datetime | None


class SpotHoldShape(BaseModel):
    """The hold on a drawn class's evidence; while it stands nothing of the class is deleted."""

    placed_at: datetime
    reason: str
    lifted_at: datetime | None
    lifted_by: str


class FoundShape(BaseModel):
    """What an inspector found, and whether a second one signed; a correction is the next round, earlier ones stay."""

    class_id: str
    status: Status
    text: str
    round: int
    state: SpotState
    first_by: str
    first_at: datetime
    second_by: str | None
    second_at: datetime | None
    agrees: bool | None
    dissent: str


class DrawnShape(BaseModel):
    """A class that was drawn as number ``place``, whom the lots sent, and how far its check has come."""

    place: int
    class_id: str
    institution: str
    locality: str
    programme: str
    stratum: str
    day: date | None
    inspectors: list[str]
    mine: bool
    state: State
    hold: SpotHoldShape | None


class WholeDraw(DrawShape):
    """A draw with what happened to it, within the caller's reach."""

    classes: list[DrawnShape]
    findings: list[FoundShape]


class NoteShape(BaseModel):
    """A remark in both languages."""

    zh: str
    en: str


class MadeDraw(DrawShape):
    """What was announced; ``notes`` are conflicts that name nobody on the list, perhaps misspelt."""

    classes: int
    inspectors: int
    notes: list[NoteShape]


class InspectorShape(BaseModel):
    """Somebody who may be sent into the caller's area; ``id`` is what the lists publish, ``name`` the account."""

    id: str
    name: str
    shown: str
    area: str


def head(found: Draw) -> DrawShape:
    """The draw by itself, without what it chose."""
    return DrawShape(
        commitment=found.commitment,
        title=found.title,
        committed_at=found.committed_at,
        revealed_at=found.revealed_at,
    )


def whole(found: DrawView, caller: Caller) -> WholeDraw:
    """The draw with the classes and findings within the caller's reach."""
    own = [*drawn(found, caller)]
    ids = {one.class_id for one in own}
    findings = [finding(one) for one in found.draw.findings if one.class_id in ids]
    return WholeDraw(**head(found.draw).model_dump(), classes=own, findings=findings)


def drawn(found: DrawView, caller: Caller) -> Iterator[DrawnShape]:
    """The drawn classes within the caller's reach, in the order of the draw."""
    person = inspector_id_of(caller)
    for place, one in found.within(caller):
        last, hold = last_finding(found, one.drawn.id), hold_on(found, one.drawn.id)
        yield DrawnShape(
            place=place,
            class_id=one.drawn.id,
            institution=one.drawn.institution,
            locality=one.drawn.locality,
            programme=one.drawn.programme,
            stratum=one.drawn.stratum,
            day=one.drawn.day,
            inspectors=list(one.inspectors),
            mine=person in one.inspectors,
            state=last.state.value if last else "waiting",
            hold=held(hold) if hold else None,
        )


def held(one: SpotHold) -> SpotHoldShape:
    """The hold, standing or ended."""
    names = ("placed_at", "reason", "lifted_at", "lifted_by")
    return SpotHoldShape(**{name: getattr(one, name) for name in names})


def finding(one: SpotFinding) -> FoundShape:
    """The finding with its signatures."""
    return FoundShape(
        class_id=one.class_id,
        status=one.status,
        text=one.text,
        round=one.round,
        state=one.state,
        first_by=one.first.by,
        first_at=one.first.at,
        second_by=one.second.by if one.second else None,
        second_at=one.second.at if one.second else None,
        agrees=one.agrees,
        dissent=one.dissent,
    )
