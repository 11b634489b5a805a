"""Classes, inspectors and rules as a draw publishes them: one spelling, masked names, JSON values."""

import hmac
import unicodedata
from typing import Any

from facts.codec import plain
from facts.lots import canonical
from facts.names import masked_name
from facts.spot_check import DrawClass, DrawRules, Inspector, Stratum


def seal_of(inspector: Inspector, salt: bytes) -> str:
    """What binds an id to a person without telling who it is."""
    return hmac.digest(salt, canonical(plain(inspector)), "sha256").hex()


def class_entry(one: DrawClass) -> dict[str, Any]:
    """A class as the lists publish it."""
    return {**plain(one), "institution": even_spelling(one.institution), "locality": even_spelling(one.locality)}


def even_spelling(text: str) -> str:
    """One spelling for brackets and blanks, so that a conflict is not missed for the width of a sign."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def avoided_institutions(one: Inspector) -> set[str]:
    """Institutions to which the inspector is not sent: named ones, and where relatives work."""
    return {even_spelling(name) for name in (*one.avoid_institutions, *one.relatives_at)}


def inspector_entry(one: Inspector, rules: DrawRules, salt: bytes) -> dict[str, Any]:
    """An inspector as the lists publish them: masked, and sealed under the salt."""
    return {
        "id": one.id,
        "name": masked_name(one.name),
        "unit": one.unit,
        "avoid_institutions": sorted(avoided_institutions(one)),
        "avoid_localities": sorted(set(map(even_spelling, one.avoid_localities))),
        "max_load": rules.max_load if one.max_load is None else one.max_load,
        "seal": seal_of(one, salt),
    }


def rules_entry(rules: DrawRules) -> dict[str, Any]:
    """The rules as the lists publish them."""
    return {**plain(rules), "strata": [stratum_entry(one) for one in sorted(rules.strata, key=lambda one: one.name)]}


def stratum_entry(one: Stratum) -> dict[str, Any]:
    """A stratum with its count or its share."""
    return {"name": one.name} | ({"count": one.count} if one.share is None else {"share": str(one.share)})
