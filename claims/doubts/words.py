"""Words for groups and programmes that the document does not have, each with the people who go by it."""

from collections.abc import Iterator

from attendance.register import DoubtKind
from claims.answers import ClaimDossier
from claims.doubts.groups import keys_of
from claims.doubts.kinds import Signal
from facts.verdict import Doubt
from policy.kinds import PeopleEligible
from policy.word_doubts import INNOCENT, UNKNOWN_WORD, unknown_group, unknown_programme

UNKNOWN = Signal(DoubtKind(UNKNOWN_WORD, 30, INNOCENT), "F17", PeopleEligible)


def word_doubts(dossier: ClaimDossier) -> Iterator[Doubt]:
    """One doubt for each unknown word."""
    own, book = dossier.claim.training_class, dossier.book
    if found := unknown_programme(book, own.programme):
        yield UNKNOWN.raised(dossier, found.text)
    for raw in dict.fromkeys((own.group, *(one.group for one in dossier.people))):
        if found := unknown_group(book, raw):
            people = [one for one in dossier.people if (one.group or own.group) == raw]
            yield UNKNOWN.raised(dossier, found.text, keys_of(dossier, people))
