"""What a review by people makes of one class hour's view; the machine's own word is kept beside it."""

from dataclasses import dataclass, replace

from attendance.times import clocks, hour_en, hour_zh
from attendance.view import ViewCase, ViewMeasurement, judge_view
from facts.clock_review import CLOCK_READINGS_APART
from facts.counting import counted
from facts.digest import EvidenceRef
from facts.headcount import MINUTE, people_at
from facts.review import LEAST_FRAMES, MARK_REACH, Review, ReviewAnswer, ReviewReading, ReviewState
from facts.sighting import View
from facts.text import Text
from facts.verdict import Finding, Status

SUPPOSED = "?"  # the second name while marks are only tried
PASSED, FAILED = "WHOLE_CLASS_REVIEWED", "NOT_WHOLE_CLASS_REVIEWED"


@dataclass(frozen=True, slots=True)
class ReviewedView:
    """The finding that a review leads to, and the view that it rests on."""

    finding: Finding
    seen: ViewMeasurement | None


def judge_review(case: ViewCase, review: Review) -> ReviewedView | None:
    """The finding that takes the machine's place; nothing where two people did not agree, or nothing could be seen."""
    if review.state is not ReviewState.AGREED or case.expected is None:
        return None
    if review.first.answer.fails:
        return None if reading_fault(review.first, case.expected) else ReviewedView(_failed(case, review), None)
    if review.first.answer is ReviewAnswer.UNCLEAR or review.view is None or not _borne(review, review.view):
        return None
    finding, seen = judge_view(replace(case, reviewed=True), (review.view,))
    if finding.status is Status.PASS and reading_fault(review.first, case.expected):
        return None
    return ReviewedView(_passed(review, finding) if finding.status is Status.PASS else _open(finding, review), seen)


def _borne(review: Review, view: View) -> bool:
    """Whether the view counts at no look more people than the marks around it hold; anybody can see that it does."""
    marked = sorted(review.first.frames, key=lambda frame: frame.at)
    for moment in view.moments:
        before = [frame for frame in marked if frame.at <= moment.at][-1:]
        after = [frame for frame in marked if frame.at >= moment.at][:1]
        around = before + after
        near = any(abs(frame.at - moment.at) <= MARK_REACH for frame in around)
        most = min((len(frame.heads) for frame in around), default=0) if (before and after) or near else 0
        if people_at(moment) > most:
            return False
    return True


def reading_fault(reading: ReviewReading, expected: int) -> Text | None:
    """Why a person's reading decides nothing: too few frames, all of one minute, or an answer that its marks deny."""
    return _clock_fault(reading) if reading.answer is ReviewAnswer.CLOCK else _marks_fault(reading, expected)


def _clock_fault(reading: ReviewReading) -> Text | None:
    apart_s = CLOCK_READINGS_APART.total_seconds()
    if reading.offset is not None:
        return None
    return _fault(
        f"各处所见的时间相差超过 {apart_s:.0f} 秒，不是同一个偏差",
        f"the readings are more than {apart_s:.0f} s apart and speak of no one offset",
    )


def _marks_fault(reading: ReviewReading, expected: int) -> Text | None:
    frames = sorted(reading.frames, key=lambda frame: frame.at)
    apart = [frame for index, frame in enumerate(frames) if not index or frame.at - frames[index - 1].at >= MINUTE]
    if reading.answer is ReviewAnswer.UNCLEAR:
        return None if reading.words.strip() else _fault("没有写明哪里看不清", "nothing says what cannot be seen")
    if reading.answer is ReviewAnswer.OTHER_CLASS and not reading.words.strip():
        return _fault("没有写明怎么看出不是这个班", "nothing says how one sees that it is another class")
    if len(apart) < LEAST_FRAMES:
        return _fault(
            f"只标了 {len(apart)} 个不同分钟的画面，至少要 {LEAST_FRAMES} 个",
            f"got frames of {counted(len(apart), 'different minute')}, expected at least {LEAST_FRAMES}",
        )
    most = max(len(frame.heads) for frame in frames)
    if reading.answer is ReviewAnswer.NOBODY and most:
        return _fault(f"选了“没有人”，却标出 {most} 人", f"the answer is nobody, and {most} are marked")
    if reading.answer is ReviewAnswer.SHORT and most >= expected:
        return _fault(
            f"选了“人数不足”，却有画面标出 {most} 人，应到 {expected} 人",
            f"the answer is too few, and {most} of {expected} expected are marked on one frame",
        )
    return None


def _fault(zh: str, en: str) -> Text:
    return Text(zh, en)


def _passed(review: Review, finding: Finding) -> Finding:
    text = Text(f"{who_reviewed(review).zh}：{finding.text.zh}", f"{who_reviewed(review).en}: {finding.text.en}")
    return replace(finding, reason=PASSED, text=text, numbers=_numbers(finding, review), evidence=_evidence(review))


def _open(finding: Finding, review: Review) -> Finding:
    """Two people looked, and still no window shows everybody: for a person that is no failure either."""
    text = Text(
        f"{who_reviewed(review).zh}后仍存疑待核：{finding.text.zh}",
        f"{who_reviewed(review).en}, still open: {finding.text.en}",
    )
    return replace(
        finding, status=Status.UNPROVEN, text=text, numbers=_numbers(finding, review), evidence=_evidence(review)
    )


def _failed(case: ViewCase, review: Review) -> Finding:
    counts = [len(frame.heads) for frame in review.first.frames]
    where = f"{review.camera_id} {clocks([review.window])}"
    many = f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)}–{max(counts)}"
    words = f"（{review.first.words.strip()}）" if review.first.words.strip() else ""
    answer = review.first.answer.text
    text = Text(
        f"{who_reviewed(review).zh}：{where} {answer.zh}，应到 {case.expected} 人，{len(counts)} 个画面各标出 {many} 人{words}",
        f"{who_reviewed(review).en}: {where} {answer.en}; {case.expected} expected, {many} marked on each of {counted(len(counts), 'frame')} {words}".rstrip(),
    )
    remedy = _heard(case) if review.reply else _may_answer(case)
    finding = case.finding(Status.FAIL, FAILED, text, None, remedy)
    numbers = {"marked_least": float(min(counts)), "marked_most": float(max(counts))}
    return replace(finding, numbers=_numbers(finding, review) | numbers, evidence=_evidence(review))


def _may_answer(case: ViewCase) -> Text:
    return Text(
        f"{hour_zh(case.hour)}如有异议，请在期限内说明并附材料，由另外的人重新复核",
        f"{hour_en(case.hour)}: answer with papers within the term; somebody else then reviews it again",
    )


def _heard(case: ViewCase) -> Text:
    return Text(
        f"{hour_zh(case.hour)}机构已答复，经另外的人重新复核，结论维持",
        f"{hour_en(case.hour)}: the institution answered, and other people who looked again say the same",
    )


def who_reviewed(review: Review) -> Text:
    """By how many people, or that it is only tried."""
    if SUPPOSED in review.names:
        return Text("若第二人同意", "if a second person agrees")
    return Text(f"经 {len(review.names)} 人复核", f"reviewed by {counted(len(review.names), 'person')}")


def _numbers(finding: Finding, review: Review) -> dict[str, float]:
    return {
        **finding.numbers,
        "reviewed_frames": float(len(review.first.frames)),
        "reviewers": float(len(review.names)),
    }


def _evidence(review: Review) -> tuple[EvidenceRef, ...]:
    return tuple(EvidenceRef(frame.path, None, frame.at_s) for frame in review.first.frames)
