"""Keys and numbers as a screening may show them: nothing in it holds a whole ID number."""

import re
from collections.abc import Mapping, Sequence

from facts.claim_person import ClaimedPerson

# A certificate for special operations carries the holder's ID number behind a letter.
_ID = re.compile(r"\d{14,17}[\dXx]", re.ASCII)


def shown_keys(people: Sequence[ClaimedPerson]) -> Mapping[str, str]:
    """The key under which each person is shown: their own, or a number and the last four where it is an ID number."""
    ranked = enumerate(sorted(person.key for person in people), start=1)
    return {key: f"{rank:03d}-{key[-4:]}" if _ID.search(key) else key for rank, key in ranked}


def masked_number(text: str) -> str:
    """The text with all but the last four of any ID number in it starred."""
    return _ID.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)
