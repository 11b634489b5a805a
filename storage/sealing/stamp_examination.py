"""Time stamps: another authority's word that a head was there by a certain moment."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from typing import Any

from storage.evidence_log.der import SHA256_OID, stamp_words
from storage.evidence_log.proofs import canonical
from storage.sealing.examination import BAD, NOTE, OK, PACKED_HEADS, STAMPS, UNREADABLE, ExaminedPackage
from storage.sealing.log_examination import STAMP_FILE

STAMPED = "时间戳 stamps"
_CLOCKS_APART = timedelta(days=1)


def examine_stamps(own: ExaminedPackage) -> None:
    """What each stamp says; its signature where a root is trusted."""
    if STAMPS not in own.files:
        if own.stamp_fault:
            own.say(STAMPED, BAD, "包内没有时间戳", "the package holds no time stamp")
        return
    packed = json.loads(own.bytes_of(PACKED_HEADS))["heads"]
    heads = {hashlib.sha256(canonical(head)).hexdigest(): head for head in packed}
    for entry in json.loads(own.bytes_of(STAMPS))["stamps"]:
        name = entry["file"]
        try:
            _stamp(own, name, own.bytes_of(name if STAMP_FILE.fullmatch(name) else ""), heads)
        except UNREADABLE as error:
            own.say(STAMPED, BAD, f"{name} 不是时间戳：{error}", f"{name} is no time stamp: {error}")


def _stamp(own: ExaminedPackage, name: str, response: bytes, heads: dict[str, dict[str, Any]]) -> None:
    words = stamp_words(response)
    head = heads.get(words.imprint)
    if head is None or words.algorithm != SHA256_OID:
        own.say(STAMPED, BAD, f"{name} 不是包内任何树头的时间戳", f"{name} stamps no head of this package")
        return
    at = words.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    zh, en = f"{head['size']} 条的树头由 {words.by} 于 {at} 盖时间戳", f"head of {head['size']}: {words.by}, {at}"
    signed = datetime.strptime(head["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)  # noqa: UP017 - Python 3.9 reads this
    if words.at < signed - _CLOCKS_APART:
        own.say(STAMPED, BAD, f"{zh}，树头却自称更晚", f"{en}; the head claims to be later than its own stamp")
    elif words.at > signed + _CLOCKS_APART:
        zh, en = f"{zh}，比树头自称的 {head['at']} 晚", f"{en}; later than the {head['at']} that the head claims"
    fault = own.stamp_fault(response, canonical(head)) if own.stamp_fault else ""
    if own.stamp_fault:
        words_zh, words_en = (
            ("，签名不可信：", "; its signature is not trusted: ") if fault else ("，已核对", ", checked")
        )
        own.say(STAMPED, BAD if fault else OK, f"{zh}{words_zh}{fault}", f"{en}{words_en}{fault}")
        return
    how = f"openssl ts -verify -digest {words.imprint} -in {name} -CAfile ROOT.pem"
    zh, en = (
        f"{zh}；此处未用可信根核对其签名，可运行：{how}",
        f"{en}; not checked against a trusted root here, run: {how}",
    )
    own.say(STAMPED, NOTE, zh, en)
