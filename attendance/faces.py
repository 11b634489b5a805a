"""Faces as one more source beside check-in and headcount: they are told, and change nobody's presence."""

from collections.abc import Mapping
from dataclasses import replace

from facts.recognition import FaceAnswer, Recognition
from facts.verdict import Attendance, Presence

_WORDS: Mapping[FaceAnswer | None, str] = {FaceAnswer.SEEN: "face_seen", FaceAnswer.NOT_SEEN: "face_not_seen"}


def with_faces(attendance: tuple[Attendance, ...], found: Recognition | None) -> tuple[Attendance, ...]:
    """What faces say stands with what agrees or with what contradicts; the presence stays as it was."""
    if found is None:
        return attendance
    said = {(one.hour_id, one.trainee_key): one.answer for one in found.trainees}
    return tuple(_one(one, said.get((one.hour_id, one.trainee_key))) for one in attendance)


def _one(one: Attendance, answer: FaceAnswer | None) -> Attendance:
    if answer not in _WORDS:
        return one
    thought_there = one.presence in {Presence.PRESENT, Presence.UNPROVEN}
    if (answer is FaceAnswer.SEEN) == thought_there:
        return replace(one, sources=(*one.sources, _WORDS[answer]))
    return replace(one, contradictions=(*one.contradictions, _WORDS[answer]))
