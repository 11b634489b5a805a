"""Both sides of footage that was seen before, for a player: each with its recording once its class's reason was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from facts.errors import NotFoundError
from facts.span import Span, local_day
from report.schema import DoubtEntry, ReplayEntry, SideEntry
from report.times import span_of
from report.views import calendar
from runtime.accounts.caller import Caller
from runtime.classes.class_report import ClassWithReport, class_with_report
from runtime.platform.service import Service
from runtime.recordings.media_unmasking import clips_of_day
from runtime.recordings.player_clips import PlayerClip, clip_at


@dataclass(frozen=True, slots=True)
class ReplaySide:
    """One side: its class, its minutes, the recording that holds them, and until when it may be seen.

    Nothing but the minutes where the caller may not reach that class.
    """

    span: Span
    camera: str
    opened: ClassWithReport | None = None
    clip: PlayerClip | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplayPair:
    """Here and there, and how the one film is laid over the other."""

    here: ReplaySide
    there: ReplaySide
    entry: ReplayEntry


def doubt_of(opened: ClassWithReport, number: int) -> DoubtEntry:
    """The doubt of that number; one that is about no footage has no sides."""
    found = opened.document["doubts"] if opened.document else []
    doubt = next((one for one in found if one["no"] == number), None)
    if doubt is None:
        raise NotFoundError("疑点", "doubt")
    return doubt


def pairs_of(service: Service, caller: Caller, opened: ClassWithReport, doubt: DoubtEntry) -> Sequence[ReplayPair]:
    """Every stretch that the doubt names, both sides of it."""
    return [
        ReplayPair(_side(service, caller, opened, one["here"]), _side(service, caller, opened, one["there"]), one)
        for one in doubt.get("replays", [])
    ]


def _side(service: Service, caller: Caller, opened: ClassWithReport, side: SideEntry) -> ReplaySide:
    span = span_of(side["span"])
    own = _opened(service, caller, side["class_id"]) if side["class_id"] else opened
    day = local_day(span.start).isoformat()
    shown = next((one for one in calendar(own.document) if one.day == day), None) if own and own.document else None
    if own is None or shown is None:
        return ReplaySide(span, side["camera"])
    clips, until = clips_of_day(service, caller, own, shown)
    return ReplaySide(span, side["camera"], own, clip_at(clips, span.start, side["camera"]), until)


def _opened(service: Service, caller: Caller, number: int) -> ClassWithReport | None:
    try:
        return class_with_report(service, caller, number)
    except NotFoundError:
        return None
