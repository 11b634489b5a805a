"""Which frames a reviewer is shown: those of the sheet, or, to the second person, those that the first marked."""

from facts.review import ReviewFrame, ReviewSubject
from facts.text import Text
from pipeline.reviews.sheet import as_marked
from runtime.reviews.reading import review_in
from runtime.reviews.review_steps import COUNT, WORD, OpenedReview


def frames_shown(desk: OpenedReview) -> tuple[ReviewFrame, ...]:
    """The machine's boxes to begin with; the first person's marks only to whoever counted already."""
    case = desk.case
    if isinstance(case.sheet, Text):
        return ()
    waiting = desk.waiting
    if waiting is None or desk.turn not in {COUNT, WORD}:
        return case.sheet.frames
    review = review_in(waiting)
    if review.subject is ReviewSubject.CLOCK:
        return case.sheet.frames
    marked = review.first.frames
    if desk.turn == WORD:
        return marked
    machine = {frame.at: as_marked(frame) for frame in case.view.frames}
    return tuple(machine.get(frame.at, ReviewFrame(frame.at, frame.path, frame.at_s, ())) for frame in marked)
