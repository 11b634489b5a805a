"""The people of a claim who share something, under the keys by which they are shown."""

from collections.abc import Callable, Sequence
from itertools import groupby

from claims.answers import ClaimDossier
from facts.claim_person import ClaimedPerson


def people_sharing(dossier: ClaimDossier, mark_of: Callable[[ClaimedPerson], str]) -> list[list[ClaimedPerson]]:
    """The people who share a mark; an empty mark is none."""
    marked = sorted(((mark_of(one), one.key, one) for one in dossier.people if mark_of(one)), key=lambda item: item[:2])
    groups = [[item[2] for item in same] for _, same in groupby(marked, key=lambda item: item[0])]
    return [same for same in groups if len(same) > 1]


def keys_of(dossier: ClaimDossier, people: Sequence[ClaimedPerson]) -> list[str]:
    """The keys of these people as the screening shows them."""
    return [dossier.shown[one.key] for one in people]
