"""Why no document judges a class, in a headline for each reason: everywhere the same words."""

from collections.abc import Mapping

from attendance.law import (
    NO_LOCALITY,
    NO_RULEBOOK_IN_FORCE,
    PLACE_UNKNOWN,
    RULEBOOK_UNFIT,
    RULEBOOK_UNUSABLE,
    RULEBOOKS_CONTESTED,
)
from facts.text import Text
from policy.gaps import Gap
from policy.places import place_text

HEADLINES: Mapping[str, Text] = {
    NO_RULEBOOK_IN_FORCE: Text("没有现行政策文件", "No document is in force"),
    PLACE_UNKNOWN: Text("不知道这个地点适用哪份文件", "No document is known for the place"),
    NO_LOCALITY: Text("没有写明地点", "No place is given"),
    RULEBOOKS_CONTESTED: Text("几份现行文件互不取代", "Several documents are in force and none yields"),
    RULEBOOK_UNUSABLE: Text("当地的规则文件不能采用", "The rulebook of the place cannot be used"),
    RULEBOOK_UNFIT: Text("班期指定的文件不适用", "The document that the class names does not govern it"),
}
_REASONS: Mapping[Gap, str] = {
    Gap.NOT_YET: NO_RULEBOOK_IN_FORCE,
    Gap.LAPSED: NO_RULEBOOK_IN_FORCE,
    Gap.CONTESTED: RULEBOOKS_CONTESTED,
    Gap.UNUSABLE: RULEBOOK_UNUSABLE,
    Gap.UNFIT: RULEBOOK_UNFIT,
}


def reason_of(gap: Gap, locality: str) -> str:
    """The reason that an hour's finding gives for the gap."""
    nowhere = PLACE_UNKNOWN if place_text(locality) else NO_LOCALITY
    return _REASONS.get(gap, nowhere)
