"""The drawing of lots that anybody can do again (双随机): lists, rules and a seed in, classes and inspectors out.

A copy of this file travels beside every published draw, inside its ``draw_check.py``; it is the standard library alone
and works on plain JSON values. docs/draw.md says the same in words, with numbers to compare.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
COMMITMENT, SHEET = "xueshi.draw.commitment/1", "xueshi.draw/1"
_TURN = 1 << 64


class ImpossibleDrawError(ValueError):
    """The rules ask for more than the lists hold; ``where``, and the reason in Chinese and English."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.zh, self.en = where, zh, en


def many(number: int, one: str, more: str) -> str:
    """The number with its English word; what travels beside a draw borrows nothing of the program."""
    return f"{number} {one if number == 1 else more}"


def canonical(value: object) -> bytes:
    """The only JSON spelling of a value without floats: keys in order, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def list_digest(entries: Sequence[Json]) -> str:
    """The SHA-256 of a list in the order of its ids, so that the order in which it was written says nothing."""
    return hashlib.sha256(canonical(sorted(entries, key=lambda entry: entry["id"]))).hexdigest()


def commitment_of(classes: Sequence[Json], inspectors: Sequence[Json], rules: Json, nonce: str) -> str:
    """What is published before the draw: it binds lists, rules and the secret nonce without telling the nonce."""
    lists = {"classes": list_digest(classes), "inspectors": list_digest(inspectors)}
    return hashlib.sha256(canonical({"schema": COMMITMENT, **lists, "rules": rules, "nonce": nonce})).hexdigest()


def seed_of(commitment: str, nonce: str, beacon: str) -> str:
    """The seed: the organiser's nonce as the key, the commitment and the public beacon's text as the message."""
    message = canonical({"beacon": beacon, "commitment": commitment})
    return hmac.new(bytes.fromhex(nonce), message, "sha256").hexdigest()


class Numbers:
    """Whole numbers from a seed: the first 16 hex digits of SHA-256 of ``seed/label/0``, ``seed/label/1`` and so on."""

    def __init__(self, seed: str, label: str) -> None:
        self._prefix, self._count = f"{seed}/{label}/", 0

    def next(self) -> int:
        """The next number below 2^64."""
        block = hashlib.sha256(f"{self._prefix}{self._count}".encode()).hexdigest()
        self._count += 1
        return int(block[:16], 16)

    def below(self, bound: int) -> int:
        """A number below the bound, each alike likely: what lies beyond the last whole multiple is thrown away."""
        if not 0 < bound < _TURN:
            raise ValueError(f"a number below {bound}: expected a bound from 1 to 2^64 - 1")
        limit = _TURN - _TURN % bound
        while (number := self.next()) >= limit:
            pass
        return number % bound


def size_of(stratum: Json, members: int) -> int:
    """How many classes the stratum's rule asks for: its count, or its share of the members rounded up."""
    if "count" in stratum:
        return int(stratum["count"])
    above, _, below = stratum["share"].partition("/")
    return -(-members * int(above) // int(below or "1"))


def sample(numbers: Numbers, members: Sequence[Json], size: int) -> list[Json]:
    """``size`` of the members, one after the other, each time by weight among those that are left."""
    left = sorted(members, key=lambda member: member["id"])
    drawn = []
    for _ in range(size):
        rest = numbers.below(sum(member["weight"] for member in left))
        index = 0
        while rest >= left[index]["weight"]:
            rest -= left[index]["weight"]
            index += 1
        drawn.append(left.pop(index))
    return drawn


def draw_classes(classes: Sequence[Json], rules: Json, seed: str) -> list[Json]:
    """The classes of every stratum, strata in the order of their names, classes in the order of being drawn."""
    drawn = []
    for stratum in sorted(rules["strata"], key=lambda one: one["name"]):
        members = [entry for entry in classes if entry["stratum"] == stratum["name"]]
        size = size_of(stratum, len(members))
        if size > len(members):
            raise ImpossibleDrawError(
                stratum["name"],
                f"层内只有 {len(members)} 个班期，规则要抽 {size} 个",
                f"got {many(len(members), 'class', 'classes')} in the stratum, expected at least the {size} to be drawn",
            )
        drawn += sample(Numbers(seed, f"classes/{stratum['name']}"), members, size)
    return drawn


def conflict(entry: Json, inspector: Json) -> str:
    """Why the inspector must not see the class: the institution or the locality to be avoided, or nothing."""
    if entry["institution"] in inspector["avoid_institutions"]:
        return str(entry["institution"])
    # A county lies in its city, so whoever avoids the city avoids the county; too wide is safer than too narrow.
    return next((one for one in inspector["avoid_localities"] if one in entry["locality"]), "")


def draw(classes: Sequence[Json], inspectors: Sequence[Json], rules: Json, seed: str) -> list[dict[str, Any]]:
    """Every drawn class with its inspectors, in the order of the draw."""
    drawn = draw_classes(classes, rules, seed)
    people = sorted(inspectors, key=lambda one: one["id"])
    open_to = {entry["id"]: [one["id"] for one in people if not conflict(entry, one)] for entry in drawn}
    places = _Places(open_to, {one["id"]: one["max_load"] for one in people}, rules["inspectors_per_class"])
    return [
        {"class": entry["id"], "stratum": entry["stratum"], "inspectors": list(_chosen(places, entry["id"], seed))}
        for entry in drawn
    ]


def _chosen(places: _Places, name: str, seed: str) -> Iterator[str]:
    """One inspector after the other, each alike likely among those after whom every other place can be filled."""
    numbers, candidates = Numbers(seed, f"inspectors/{name}"), list(places.open_to[name])
    for _ in range(places.each):
        while not places.settle(name, one := candidates.pop(numbers.below(len(candidates)))):
            pass
        yield one


class _Places:
    """Who sits where: what is settled, and one plan that fills the rest, kept so that the rest stays possible."""

    def __init__(self, open_to: Mapping[str, Sequence[str]], room: Mapping[str, int], each: int) -> None:
        self.open_to, self.each = open_to, each
        self._room, self._load = room, dict.fromkeys(room, 0)
        self._settled: dict[str, set[str]] = {name: set() for name in open_to}
        self._plan: dict[str, set[str]] = {name: set() for name in open_to}
        self._planned: dict[str, set[str]] = {one: set() for one in room}  # the plan, seen from the inspectors
        for name in open_to:
            for _ in range(each):
                short = self._seat(name)
                if short:
                    raise self._impossible(name, short)

    def settle(self, name: str, one: str) -> bool:
        """Seat this inspector in the class for good, unless some place could then not be filled any more."""
        plan, settled = self._plan[name], self._settled[name]
        if one in plan:
            self._drop(name, one)
            settled.add(one)
            return True
        full = self._load[one] >= self._room[one]
        if full and not self._planned[one]:
            return False
        spare = next(iter(plan))
        self._drop(name, spare)
        self._load[spare] -= 1
        settled.add(one)
        if not full:
            self._load[one] += 1
            return True
        holder = next(iter(self._planned[one]))
        self._drop(holder, one)
        if not self._seat(holder):
            return True
        settled.remove(one)
        self._add(holder, one)
        self._add(name, spare)
        self._load[spare] += 1
        return False

    def _add(self, name: str, one: str) -> None:
        self._plan[name].add(one)
        self._planned[one].add(name)

    def _drop(self, name: str, one: str) -> None:
        self._plan[name].remove(one)
        self._planned[one].remove(name)

    def _seat(self, name: str) -> list[str]:
        """Find one more inspector for the class, moving others if need be; or the classes that compete in vain."""
        wanted_by: dict[str, str] = {}
        gives_up: dict[str, str] = {name: ""}
        queue = [name]
        for other in queue:
            for one in self.open_to[other]:
                if one in wanted_by or one in self._plan[other] or one in self._settled[other]:
                    continue
                wanted_by[one] = other
                if self._load[one] < self._room[one]:
                    self._shift(one, wanted_by, gives_up)
                    return []
                holders = [each for each in self._planned[one] if each not in gives_up]
                gives_up.update(dict.fromkeys(holders, one))
                queue += holders
        return queue

    def _shift(self, one: str, wanted_by: Mapping[str, str], gives_up: Mapping[str, str]) -> None:
        self._load[one] += 1
        while one:
            name = wanted_by[one]
            self._add(name, one)
            one = gives_up[name]
            if one:
                self._drop(name, one)

    def _impossible(self, name: str, short: Sequence[str]) -> ImpossibleDrawError:
        able = sorted({one for other in short for one in self.open_to[other]})
        room = sum(min(self._room[one], len(short)) for one in able)
        places = len(short) * self.each
        among = "、".join(sorted(short)[:8]) + ("…" if len(short) > 8 else "")  # noqa: PLR2004 - a line's worth
        return ImpossibleDrawError(
            name,
            f"派不出 {self.each} 名抽查员：{len(short)} 个班期（{among}）共需 {places} 人次，"
            f"回避之后只有 {len(able)} 名抽查员、最多 {room} 人次；请增加抽查员或放宽上限，并重新公布承诺",
            f"got too few inspectors: {many(len(short), 'class needs', 'classes need')} {many(places, 'place', 'places')} ({among}),"
            f" and the {many(len(able), 'inspector', 'inspectors')} without a conflict can take {room} at most; add inspectors or raise their load, and commit anew",
        )
