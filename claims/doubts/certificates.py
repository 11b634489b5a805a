"""Doubts about certificates: one number for several people, and runs of numbers that reach people not in class."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from claims.answers import ClaimDossier
from claims.doubts.groups import keys_of
from claims.doubts.kinds import DETECTOR_LIMITS, signal
from claims.outcome import PersonScreen
from facts.claim_person import ClaimedPerson
from facts.counting import counted
from facts.text import Text
from facts.verdict import Doubt

SAME_CERTIFICATE = signal(
    "SAME_CERTIFICATE", 30, "F19", ("录入时复制了上一行，未修改", "copied and not changed when entered")
)
SEQUENCE = signal(
    "CERTIFICATES_IN_SEQUENCE",
    60,
    "F19",
    ("同批次统一制证，缺考者证号作废未注明", "one batch was printed, void numbers not noted"),
)
_TAIL = re.compile(r"(\d{1,12})\D?$")


def certificate_doubts(dossier: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    """Every doubt about certificate numbers."""
    yield from _same_certificates(dossier)
    yield from _sequence(dossier, people)


def _same_certificates(dossier: ClaimDossier) -> Iterator[Doubt]:
    held = [(row.number, one) for one in dossier.people for row in one.certificates or () if row.number]
    for _, same in groupby(sorted(held, key=lambda pair: (pair[0], pair[1].key)), key=lambda pair: pair[0]):
        people = [one for _, one in same]
        if len({one.key for one in people}) > 1:
            text = Text(
                f"{len(people)} 人的证书编号相同", f"{counted(len(people), 'person')} with one certificate number"
            )
            yield SAME_CERTIFICATE.raised(dossier, text, keys_of(dossier, people))


def _sequence(dossier: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    """An unbroken run of numbers that reaches people who were never in class or did not pass."""
    seen = {one.trainee: one.time for one in people}
    numbered = (
        sorted(
            (int(found[1]), row.number[: found.start(1)], one.key, one)
            for one in dossier.people
            for row in one.certificates or ()
            if (found := _TAIL.search(row.number))
        )
        if dossier.people
        else []
    )
    runs = groupby(enumerate(numbered), key=lambda pair: (pair[1][1], pair[1][0] - pair[0]))
    for _, group in runs:
        run = [item[3] for _, item in group]
        outside = [one for one in run if _was_outside(one, seen[dossier.shown[one.key]])]
        if len(run) >= DETECTOR_LIMITS.sequence and outside:
            text = Text(
                f"{len(run)} 本证书连号，其中 {len(outside)} 人未到课或未合格",
                f"{counted(len(run), 'certificate')} in one run, {len(outside)} of them of people not in class or not passed",
            )
            yield SEQUENCE.raised(dossier, text, keys_of(dossier, outside))


def _was_outside(one: ClaimedPerson, time: object) -> bool:
    hours = getattr(time, "hours_if_proven", None)
    return hours == 0 or (one.exam is not None and one.exam.passed is False)
