"""A draw from lists to sheet: every fault of the lists at once, then the commitment, then the reveal."""

import hmac
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from facts.codec import plain
from facts.errors import Fault, FaultsError, InputError
from facts.lots import (
    COMMITMENT,
    SHEET,
    ImpossibleDrawError,
    canonical,
    commitment_of,
    conflict,
    draw,
    list_digest,
    seed_of,
    size_of,
)
from facts.names import masked_name
from facts.spot_check import DrawClass, DrawRules, Inspector, Stratum
from facts.text import Text

FEWEST_INSPECTORS = 2
HEAVIEST = 10**9
_HEX_CHARS = 64


@dataclass(frozen=True, slots=True)
class Pool:
    """Lists and rules without a fault, as JSON values in the order of their ids."""

    classes: tuple[dict[str, Any], ...]
    inspectors: tuple[dict[str, Any], ...]
    rules: dict[str, Any]
    notes: tuple[Text, ...] = ()


def pool(classes: Sequence[DrawClass], inspectors: Sequence[Inspector], rules: DrawRules, salt: bytes) -> Pool:
    """What may be drawn from and published, or every fault at once.

    Inspectors are masked: a name becomes its first character, relatives become institutions to be avoided, and the
    seal (HMAC under the salt) lets the organiser prove to an auditor, and to nobody else, who stands behind an id.
    """
    faults = [*_rule_faults(rules), *_class_faults(classes, rules), *_inspector_faults(inspectors)]
    if not faults:
        faults += _impossible(classes, inspectors, rules)
    if faults:
        raise FaultsError(faults)
    return Pool(
        tuple(sorted((_class(one) for one in classes), key=_id)),
        tuple(sorted((_inspector(one, rules, salt) for one in inspectors), key=_id)),
        _rules(rules),
        tuple(_notes(classes, inspectors)),
    )


def committed(own: Pool, nonce: str) -> dict[str, Any]:
    """What is published before the draw."""
    digests = {"classes": list_digest(own.classes), "inspectors": list_digest(own.inspectors)}
    commitment = commitment_of(own.classes, own.inspectors, own.rules, nonce)
    lists = {"classes": list(own.classes), "inspectors": list(own.inspectors), "rules": own.rules}
    return {"schema": COMMITMENT, **lists, "digests": digests, "commitment": commitment}


def revealed(published: Mapping[str, Any], nonce: str, beacon: str) -> dict[str, Any]:
    """The sheet: the published commitment, the nonce, the seed and what follows from it; refused where it does not fit."""
    classes, inspectors, rules = published["classes"], published["inspectors"], published["rules"]
    if commitment_of(classes, inspectors, rules, nonce) != published["commitment"]:
        raise InputError(
            "commitment: got lists, rules or a nonce that differ from what was committed to, expected the very same;"
            " restore the published file, or announce a new draw"
        )
    if bool(beacon) != bool(rules["beacon"]):
        expected = f"the text of {rules['beacon']}" if rules["beacon"] else "none, because none was announced"
        raise InputError(
            f"beacon: got {repr(beacon) if beacon else 'nothing'}, expected {expected}; give it with --beacon"
        )
    seed = seed_of(published["commitment"], nonce, beacon)
    drawn = drawn_from(classes, inspectors, rules, seed)
    return {**published, "schema": SHEET, "nonce": nonce, "beacon": beacon, "seed": seed, "drawn": drawn}


def drawn_from(
    classes: Sequence[Mapping[str, Any]],
    inspectors: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Any],
    seed: str,
) -> list[dict[str, Any]]:
    """The draw of a seed; what the lists cannot give is a fault that names the class."""
    if len(seed) != _HEX_CHARS or set(seed) - set("0123456789abcdef"):
        raise InputError(
            f"seed: got {seed[:80]!r}, expected the 64 lower-case hex digits that a draw was published with"
        )
    try:
        return draw(classes, inspectors, rules, seed)
    except ImpossibleDrawError as error:
        raise FaultsError([Fault(error.where, error.zh, error.en)]) from error


def seal_of(inspector: Inspector, salt: bytes) -> str:
    """What binds an id to a person without telling who it is."""
    return hmac.digest(salt, canonical(plain(inspector)), "sha256").hex()


def _id(entry: Mapping[str, Any]) -> str:
    return str(entry["id"])


def _class(one: DrawClass) -> dict[str, Any]:
    return {**plain(one), "institution": _even(one.institution), "locality": _even(one.locality)}


def _even(text: str) -> str:
    """One spelling for brackets and blanks, so that a conflict is not missed for the width of a sign."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _avoided(one: Inspector) -> set[str]:
    return {_even(name) for name in (*one.avoid_institutions, *one.relatives_at)}


def _inspector(one: Inspector, rules: DrawRules, salt: bytes) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": masked_name(one.name),
        "unit": one.unit,
        "avoid_institutions": sorted(_avoided(one)),
        "avoid_localities": sorted(set(map(_even, one.avoid_localities))),
        "max_load": rules.max_load if one.max_load is None else one.max_load,
        "seal": seal_of(one, salt),
    }


def _rules(rules: DrawRules) -> dict[str, Any]:
    return {**plain(rules), "strata": [_stratum(one) for one in sorted(rules.strata, key=lambda one: one.name)]}


def _stratum(one: Stratum) -> dict[str, Any]:
    return {"name": one.name} | ({"count": one.count} if one.share is None else {"share": str(one.share)})


def _rule_faults(rules: DrawRules) -> Iterator[Fault]:
    if rules.inspectors_per_class < FEWEST_INSPECTORS:
        yield Fault("rules.inspectors_per_class", str(rules.inspectors_per_class), "two or more (双随机：至少两名)")
    if rules.max_load < 1:
        yield Fault("rules.max_load", str(rules.max_load), "one class or more")
    if not rules.strata:
        yield Fault("rules.strata", "none", "at least one stratum with a count or a share")
    for name in _twice(one.name for one in rules.strata):
        yield Fault(f"rules.strata {name!r}", "the same name twice", "every stratum once")
    for one in rules.strata:
        where = f"rules.strata {one.name!r}"
        if (one.count is None) == (one.share is None):
            yield Fault(where, "a count and a share, or neither", "exactly one of them")
        elif one.count is not None and one.count < 1:
            yield Fault(where, f"count {one.count}", "one class or more; leave the stratum's classes out otherwise")
        elif one.share is not None and not 0 < one.share <= 1:
            yield Fault(where, f"share {one.share}", "a fraction above 0 and up to 1, such as 1/10")


def _class_faults(classes: Sequence[DrawClass], rules: DrawRules) -> Iterator[Fault]:
    if not classes:
        yield Fault("classes", "an empty list", "at least one class")
    for name in _twice(one.id for one in classes):
        yield Fault(
            f"class {name}", "the same id twice", "every class once", "a class listed twice is drawn more often"
        )
    known = {one.name for one in rules.strata}
    for one in classes:
        if not one.id or not one.institution:
            yield Fault(f"class {one.id or '?'}", "no id or no institution", "both")
        if not 1 <= one.weight <= HEAVIEST:
            yield Fault(f"class {one.id}.weight", str(one.weight), f"a whole number from 1 to {HEAVIEST}")
        if one.stratum not in known:
            yield Fault(f"class {one.id}.stratum", repr(one.stratum), f"one of {', '.join(map(repr, sorted(known)))}")
    if len({one.weight for one in classes}) > 1 and not rules.weights_because:
        yield Fault("rules.weights_because", "nothing, though weights differ", "the reason, published with the draw")
    sizes = Counter(one.stratum for one in classes)
    for stratum in rules.strata:
        if not sizes[stratum.name] or (stratum.count or 0) > sizes[stratum.name]:
            expected = f"at least {stratum.count or 1}"
            yield Fault(
                f"stratum {stratum.name!r}", f"{sizes[stratum.name]} classes", expected, "correct the list or the rule"
            )


def _inspector_faults(inspectors: Sequence[Inspector]) -> Iterator[Fault]:
    if not inspectors:
        yield Fault("inspectors", "an empty list", "at least two inspectors")
    for name in _twice(one.id for one in inspectors):
        yield Fault(f"inspector {name}", "the same id twice", "every inspector once")
    for one in inspectors:
        if not one.id or not one.name:
            yield Fault(f"inspector {one.id or '?'}", "no id or no name", "both")
        if not all(map(_even, (*one.avoid_institutions, *one.avoid_localities, *one.relatives_at))):
            yield Fault(f"inspector {one.id}", "an empty text among what is avoided", "names", "remove it")
        if one.max_load is not None and one.max_load < 0:
            yield Fault(f"inspector {one.id}.max_load", str(one.max_load), "0 or more")


def _impossible(classes: Sequence[DrawClass], inspectors: Sequence[Inspector], rules: DrawRules) -> Iterator[Fault]:
    """What no seed could draw is refused before the commitment, not after the reveal."""
    people = [_inspector(one, rules, b"") for one in inspectors]
    able = [one for one in people if one["max_load"]]
    for one in classes:
        reasons = [f"{who['id']}（{why}）" for who in able if (why := conflict(_class(one), who))]
        if len(able) - len(reasons) < rules.inspectors_per_class:
            got = f"{len(able) - len(reasons)} inspectors without a conflict (回避：{'、'.join(reasons[:6]) or '无'})"
            yield Fault(
                f"class {one.id}", got, f"at least {rules.inspectors_per_class}", "add inspectors from elsewhere"
            )
    sizes = Counter(one.stratum for one in classes)
    drawn = sum(size_of(_stratum(one), sizes[one.name]) for one in rules.strata)
    places, room = drawn * rules.inspectors_per_class, sum(min(one["max_load"], drawn) for one in people)
    if places > room:
        yield Fault("inspectors", f"room for {room} visits", f"{places}", "add inspectors or raise max_load")


def _notes(classes: Sequence[DrawClass], inspectors: Sequence[Inspector]) -> Iterator[Text]:
    """A misspelt name would be a conflict that nobody sees."""
    institutions = {_even(one.institution) for one in classes}
    localities = {_even(one.locality) for one in classes}
    for one in inspectors:
        unknown = sorted(_avoided(one) - institutions)
        unknown += [name for name in map(_even, one.avoid_localities) if not any(name in each for each in localities)]
        for name in unknown:
            close = get_close_matches(name, institutions | localities, 1, 0.7)
            hint = (f"；是否指 {close[0]}？", f"; is {close[0]} meant?") if close else ("", "")
            yield Text(
                f"{one.id} 回避的“{name}”不在班期名单中{hint[0]}",
                f"{one.id} avoids {name!r}, which the list of classes does not name{hint[1]}",
            )


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
