from collections import defaultdict

from facts.recognition import FaceAnswer, Recognition
from report.people import People
from report.schema import RecognitionEntry, TraineeFacesEntry


def recognition(found: Recognition | None, people: People) -> RecognitionEntry | None:
    """What faces said of each trainee; nothing where nobody asked them."""
    if found is None:
        return None
    model = found.model
    return {
        "model": model.name,
        "sha256": model.digest.sha256,
        "same_below": model.same_below,
        "error": {"zh": model.error.zh, "en": model.error.en},
        "seats": found.seats,
        "small": found.small,
        "photographs": found.photographs,
        "trainees": _trainees(found, people),
    }


def _trainees(found: Recognition, people: People) -> list[TraineeFacesEntry]:
    hours: defaultdict[int, defaultdict[FaceAnswer, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in found.trainees:
        if no := people.of_key(one.trainee_key):
            hours[no][one.answer].append(one.hour_id)
    return [
        {
            "no": no,
            "seen": own[FaceAnswer.SEEN],
            "not_seen": own[FaceAnswer.NOT_SEEN],
            "cannot_tell": own[FaceAnswer.UNCLEAR],
        }
        for no, own in sorted(hours.items())
    ]
