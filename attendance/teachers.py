"""Who in the picture may be the teacher: nobody's stand-in."""

from facts.course import ClassHour, HourKind
from facts.footage import Camera


def teachers_among(hour: ClassHour, camera: Camera | None) -> int:
    """How many people in this camera's picture may be teachers of whom nothing says which they are.

    At theory a teacher has a place that class settings name, or is out of the picture; at practice teachers walk.
    """
    if camera is not None and (camera.teacher_unseen or (camera.zone and hour.kind is HourKind.THEORY)):
        return 0
    return hour.teachers
