"""Who in the picture may be the teacher: nobody's stand-in."""

from facts.course import ClassHour, HourKind
from facts.footage import Camera


def teachers_among(hour: ClassHour, camera: Camera | None) -> int:
    """How many people in this camera's picture may be teachers of whom nothing says which they are.

    At theory a teacher has a place that class settings name, or is out of the picture; at practice teachers walk
    among the benches, whatever was stated of a lectern.
    """
    stated = camera is not None and (camera.teacher_unseen or camera.zone is not None)
    return 0 if stated and hour.kind is HourKind.THEORY else hour.teachers
