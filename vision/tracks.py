"""The same human from look to look: places that remember who was found there, each at most once in a look."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from facts.sighting import Box
from vision.calibration import TRACK_GATE, TRACK_JOIN, TRACK_MEMORY
from vision.people import Human, apart, one_to_one


@dataclass(frozen=True, slots=True)
class Look:
    """One frame shown to the senses, and the humans in it."""

    at: datetime
    humans: tuple[Human, ...]


@dataclass(slots=True)
class Track:
    """One human followed over looks: in which of them found, and where lately."""

    box: Box
    found: dict[int, Human] = field(default_factory=dict)

    def add(self, look: int, human: Human) -> None:
        """Found again; the place is the median of the last sightings, so that one odd box does not drag it along."""
        self.found[look] = human
        last = [seen.box for seen in list(self.found.values())[-TRACK_MEMORY:]]
        self.box = Box(*(median(side) for side in zip(*((b.x, b.y, b.w, b.h) for b in last), strict=True)))

    def take(self, other: "Track") -> None:
        """Becomes the track of both; the place stays that of the one found more often."""
        self.found = dict(sorted({**self.found, **other.found}.items()))


def follow(looks: Sequence[Look], known: Sequence[Box] = ()) -> list[Track]:
    """The tracks of all looks in order of time, those at known places first; each human belongs to exactly one."""
    tracks = [Track(box) for box in known]
    for index, look in enumerate(looks):
        matched = one_to_one(tracks, look.humans, lambda track, human: apart(track.box, human.box), TRACK_GATE)
        before = list(tracks)
        for number, human in enumerate(look.humans):
            if number not in matched:
                tracks.append(Track(human.box))
            (before[matched[number]] if number in matched else tracks[-1]).add(index, human)
    return _joined(tracks, len(known))


def _joined(tracks: Sequence[Track], known: int) -> list[Track]:
    """The tracks, those joined that lie close and of which never two show a head: one human who leans to and fro."""
    kept = list(tracks[:known])
    for track in sorted(tracks[known:], key=lambda each: -len(each.found)):
        hosts = [
            host
            for host in kept
            if not host.found.keys() & track.found.keys() and apart(host.box, track.box) < TRACK_JOIN
        ]
        if hosts:
            min(hosts, key=lambda host: apart(host.box, track.box)).take(track)
        else:
            kept.append(track)
    return kept
