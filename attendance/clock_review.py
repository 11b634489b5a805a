"""What two people's word on a camera's clock makes of a class hour: everything that was looked at, moved to the true time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from attendance.continuity_case import RoomFootage
from attendance.review import who_reviewed
from facts.clock_review import offset_text
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Lapse, Segment
from facts.review import Review, ReviewState, ReviewSubject
from facts.sighting import View
from facts.span import Span
from facts.text import Text
from facts.verdict import Finding, Status

CLOCK_REVIEWED, CLOCK_REVIEWED_OPEN = "CLOCK_REVIEWED", "CLOCK_REVIEWED_OPEN"


@dataclass(frozen=True, slots=True)
class ClockCorrection:
    """By how much one camera's times of one class hour are to be moved, and the review that says so."""

    hour: ClassHour
    review: Review
    by: timedelta

    def footage(self, footage: RoomFootage) -> RoomFootage:
        """The room's recordings on the true time; of this camera only what was looked at, which is this hour of its clock."""
        own = self.review.camera_id
        cameras = {
            name: replace(camera, clock_offset_s=0.0) if name == own else camera
            for name, camera in footage.cameras.items()
        }
        files = tuple(self._file(file) if file.camera_id == own else file for file in footage.segments)
        lapses = tuple(self._lapse(one) if one.camera_id == own else one for one in footage.lapses)
        codes = {
            name: tuple(replace(code, at=code.at + self.by) for code in seen) if name == own else seen
            for name, seen in footage.codes.items()
        }
        return replace(footage, segments=files, lapses=lapses, cameras=cameras, codes=codes)

    def views(self, views: Iterable[View]) -> tuple[View, ...]:
        """The views on the true time."""
        return tuple(self._view(view) if view.camera_id == self.review.camera_id else view for view in views)

    def of(self, review: Review) -> Review:
        """A review of the heads on the true time, where it is about the same camera."""
        if review.camera_id != self.review.camera_id:
            return review
        frames = tuple(replace(frame, at=frame.at + self.by) for frame in review.first.frames)
        first = replace(review.first, frames=frames)
        view = self._view(review.view) if review.view else None
        return replace(review, window=review.window.moved(self.by), first=first, view=view)

    def finding(self, machine: Finding, judged: Finding) -> Finding:
        """The finding on the true time; nobody's word on a clock fails an hour, because only this hour was looked at."""
        said, names = self._said(), f"{len(self.review.names)}"
        passed = judged.status is Status.PASS
        text = Text(f"{said.zh}：{judged.text.zh}", f"{said.en}: {judged.text.en}")
        remedy = judged.remedy if passed else _STATE_IT
        numbers = {**judged.numbers, "clock_moved_s": self.by.total_seconds(), "reviewers": float(names)}
        evidence = tuple(EvidenceRef(one.path, None, one.at_s) for one in self.review.first.clock)
        status, reason = (Status.PASS, CLOCK_REVIEWED) if passed else (Status.UNPROVEN, CLOCK_REVIEWED_OPEN)
        return replace(
            machine, status=status, reason=reason, text=text, numbers=numbers, remedy=remedy, evidence=evidence
        )

    def _said(self) -> Text:
        first, by = self.review.first, offset_text(self.by)
        shown = "、".join(dict.fromkeys(one.by.strip() for one in first.clock))
        who = who_reviewed(self.review)
        return Text(
            f"{who.zh}，{self.review.camera_id} 的时间应移动 {by} 秒（依据：{shown}）",
            f"{who.en}, the times of {self.review.camera_id} are moved by {by} s (shown by {shown})",
        )

    def _file(self, file: Segment) -> Segment:
        looked_at = [part for one in file.stretches if (part := one.clip(self.hour.span))]
        moved = tuple(part.moved(self.by) for part in looked_at)
        claimed = None
        if moved and file.claimed and file.span:  # what the file claims beside what it holds stays what it was
            beyond = timedelta(seconds=abs(file.claimed.length_s - file.span.length_s))
            claimed = Span(moved[0].start, moved[-1].end + beyond)
        return replace(file, stretches=moved, claimed=claimed if moved else file.claimed)

    def _lapse(self, lapse: Lapse) -> Lapse:
        return replace(lapse, span=lapse.span.moved(self.by))

    def _view(self, view: View) -> View:
        frames = tuple(
            replace(
                frame,
                at=frame.at + self.by,
                sightings=tuple(replace(one, at=one.at + self.by) for one in frame.sightings),
            )
            for frame in view.frames
        )
        seats = tuple(
            replace(
                seat,
                seen=tuple(span.moved(self.by) for span in seat.seen),
                bridged=tuple(span.moved(self.by) for span in seat.bridged),
            )
            for seat in view.seats
        )
        moments = tuple(replace(one, at=one.at + self.by) for one in view.moments)
        return replace(view, span=view.span.moved(self.by), frames=frames, seats=seats, moments=moments)


def clock_correction(hour: ClassHour, review: Review | None) -> ClockCorrection | None:
    """The correction that two people agreed on; nothing otherwise."""
    if review is None or review.subject is not ReviewSubject.CLOCK or review.state is not ReviewState.AGREED:
        return None
    offset = review.first.offset
    return None if offset is None else ClockCorrection(hour, review, offset)


_STATE_IT = Text(
    "更正后，已看过的这段录像在学时内仍不够长；请机构在班期设置写明这台摄像机的时钟偏差并重新核验，再由人复核",
    "on the true time what was looked at is still too short inside the hour: the institution states the camera's offset in"
    " the class's settings and verifies again, then people review it",
)
