"""A draw from lists to sheet: every fault of the lists at once, then the commitment, then the reveal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facts.errors import Fault, FaultsError, InputError
from facts.lots import COMMITMENT, SHEET, ImpossibleDrawError, commitment_of, draw, list_digest, seed_of
from facts.spot_check import DrawClass, DrawRules, Inspector
from facts.text import Text
from pipeline.spot_checks.draw_publication import class_entry, inspector_entry, rules_entry
from pipeline.spot_checks.list_faults import (
    class_faults,
    impossible_draws,
    inspector_faults,
    rule_faults,
    unknown_names,
)

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
    faults = [*rule_faults(rules), *class_faults(classes, rules), *inspector_faults(inspectors)]
    if not faults:
        faults += impossible_draws(classes, inspectors, rules)
    if faults:
        raise FaultsError(faults)
    return Pool(
        tuple(sorted((class_entry(one) for one in classes), key=_id)),
        tuple(sorted((inspector_entry(one, rules, salt) for one in inspectors), key=_id)),
        rules_entry(rules),
        tuple(unknown_names(classes, inspectors)),
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


def _id(entry: Mapping[str, Any]) -> str:
    return str(entry["id"])
