"""The pictures of a report: for each class hour a contact sheet and its best frame, with the heads that count."""

from collections.abc import Mapping

from facts.digest import Digest
from facts.report import ClassReport
from facts.sighting import Box, SampledFrame, SeatKind, Sighting, View
from facts.span import Span
from report.contact_sheet import Shot, best_frame, contact_sheet
from runtime.verification.frame_sampling import picture
from vision.ports import Picture

Thumbnails = Mapping[tuple[str, str], bytes]  # JPEG by camera and moment


def report_pictures(
    report: ClassReport, thumbnails: Thumbnails, digests: Mapping[str, Digest], *, show_faces: bool
) -> dict[str, bytes]:
    """JPEG by ``sheet:HOUR`` and ``best:HOUR``; nothing for an hour of which no frame was looked at."""
    pictures: dict[str, bytes] = {}
    expected = {verdict.hour_id: verdict.expected for verdict in report.verdicts}
    for hour in report.hours:
        views = [view for view in report.views if hour.span.covers(view.span)]
        shots = [
            Shot(image, frame, digests.get(frame.path), counted_heads(frame, view))
            for view in views
            for image, frame in _frames(thumbnails, view, hour.span)
        ]
        if shots:
            # Somebody whose head was bowed in every frame has a seat all the same.
            seats = [seat for view in views for seat in view.seats]
            wanted = expected[hour.id]
            pictures[f"sheet:{hour.id}"] = contact_sheet(shots, wanted, show_faces=show_faces, seats=seats)
            pictures[f"best:{hour.id}"] = best_frame(shots, wanted, show_faces=show_faces, seats=seats)
    return pictures


def counted_heads(frame: SampledFrame, view: View) -> tuple[Sighting, ...]:
    """The heads of the frame that count: neither portraits nor whoever walks about."""
    people = [seat.box for seat in view.seats if seat.kind is SeatKind.PERSON]
    return tuple(head for head in frame.sightings if any(_near(head.box, box) for box in people))


def _near(head: Box, seat: Box) -> bool:
    aside = abs(head.x + head.w / 2 - seat.x - seat.w / 2)
    down = abs(head.y + head.h / 2 - seat.y - seat.h / 2)
    return aside < seat.w and down < 1.7 * seat.h  # a bowed head is found lower


def _frames(thumbnails: Thumbnails, view: View, within: Span) -> list[tuple[Picture, SampledFrame]]:
    """The frames of a view inside a stretch, in order of time, each with what was found in it."""
    frames = [frame for frame in view.frames if frame.at in within]
    return [
        (picture(jpeg), frame) for frame in frames if (jpeg := thumbnails.get((view.camera_id, frame.at.isoformat())))
    ]
