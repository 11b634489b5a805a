"""What makes a doubt of a class the same in its next report: kind, rule, hours and people, never its number."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from facts.course import Trainee
from facts.digest import Digest
from facts.verdict import Doubt


def fingerprints(doubts: Sequence[Doubt], trainees: Iterable[Trainee]) -> tuple[str, ...]:
    """One for each doubt; alike ones are told apart by their place, so that none is settled by what was said of another.

    A roster's keys are places in its list, so people go by their number or name. Where a doubt names neither hours nor
    people its text stands for them: other strangers, another file or another word are another doubt.
    """
    people = {one.key: _person(one) for one in trainees}
    seen: Counter[str] = Counter()
    found = []
    for doubt in doubts:
        who = sorted(people.get(key, key) for key in doubt.trainees)
        said = [doubt.source] if doubt.source else [] if doubt.hours or who else [doubt.text.zh]
        body = json.dumps([doubt.kind, doubt.rule, sorted(doubt.hours), who, *said], ensure_ascii=False)
        seen[body] += 1
        found.append(Digest.of(f"{body}\n{seen[body]}".encode()).sha256)
    return tuple(found)


def _person(trainee: Trainee) -> str:
    return trainee.id_number.digits if trainee.id_number else f"{trainee.name} {trainee.phone}".strip()
