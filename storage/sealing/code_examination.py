"""Time codes (亮码) that were read in the pictures: whose signature each bears, which hour it names, what clock it proves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from storage.evidence_log.proofs import ed25519
from storage.sealing.examination import BAD, CHINA, OK, ExaminedPackage, many
from storage.sealing.seal_examination import key_id

CODES = "亮码 time codes"
_SLOT_S, _BODY, _PAYLOAD = 10, 14, 78
_SIGNED_AS, _TAGGED_AS = b"xueshi.timecode/1\n", b"xueshi.timecode/1 "
_MOST_TRIALS = 20_000  # of a signature by a key; a day of four cameras has some three thousand
_WITHIN_S = 7.0  # of the middle of a slot: half of it, and two seconds in which a page fetches the next code


def examine_codes(own: ExaminedPackage) -> None:
    """Every reading that the facts hold, against the public keys that they hold."""
    facts = own.facts()
    readings = [one for view in facts["views"] for one in view.get("codes") or []]
    if not readings:
        return
    keys = {key_id({"algorithm": "ed25519", "public_key": key}): key for key in facts["code_keys"]}
    payloads = {one["payload"] for one in readings}
    if len(payloads) * len(keys) > _MOST_TRIALS:
        zh = f"{len(payloads)} 个亮码对 {len(keys)} 把公钥，超出可核对的数量"
        own.say(
            CODES,
            BAD,
            zh,
            f"{len(payloads)} time codes by {many(len(keys), 'key is', 'keys are')} more than can be checked",
        )
        return
    signers = {payload: _key_of(bytes.fromhex(payload), keys) for payload in payloads}
    faults = [one for one in readings if not _as_told(one, signers[one["payload"]], facts)]
    for one in faults[:3]:
        at = datetime.fromisoformat(one["at"]).astimezone(CHINA).strftime("%H:%M:%S")
        en = f"the time code of {at} does not bear the signature, or name the hour or room, that the facts say"
        own.say(CODES, BAD, f"{at} 的亮码：签名、学时或教室与事实文件所述不符", en)
    good = [one for one in readings if one["key"]]
    if good and not faults:
        names = ", ".join(sorted({one["key"] for one in good}))
        zh = f"画面中 {len(good)} 次读到亮码，签名均出自公钥 {names}（请与出具亮码的系统核对指纹）"
        en = f"{many(len(good), 'reading', 'readings')} of time codes {'bears' if len(good) == 1 else 'bear'} the signature of {names}; compare the fingerprint with the service's"
        own.say(CODES, OK, zh, en)
    _say_clocks(own, facts)


def _key_of(payload: bytes, keys: dict[str, str]) -> str:
    """The fingerprint of the key whose signature it bears; empty where it is no code or nobody's."""
    if len(payload) != _PAYLOAD or not payload.startswith(b"XT"):
        return ""
    message, signature = _SIGNED_AS + payload[:_BODY], payload[_BODY:]
    found = (name for name, key in keys.items() if ed25519(bytes.fromhex(key), message, signature))
    return next(found, "")


def _as_told(one: dict[str, Any], signer: str, facts: dict[str, Any]) -> bool:
    """Whether the reading is whose and of what the facts say; what it names of other days' hours is not known here."""
    if one["key"] != signer:
        return False
    payload, course = bytes.fromhex(one["payload"]), facts["training_class"]
    named, other_room = "", False
    for hour in facts["hours"] if signer else ():
        if payload[6:12] == _tag("hour", course["institution"]["name"], course["id"], hour["id"])[:6]:
            named, other_room = hour["id"], payload[12:_BODY] != _tag("room", hour["room"])[:2]
    here = {hour["id"] for hour in facts["hours"]}
    return not {named, one["hour_id"]} & here or (named, other_room) == (one["hour_id"], one["other_room"])


def _tag(kind: str, *parts: str) -> bytes:
    text = "\n".join(f"{len(part)} {part}" for part in (kind, *parts))
    return hashlib.sha256(_TAGGED_AS + text.encode()).digest()


def _say_clocks(own: ExaminedPackage, facts: dict[str, Any]) -> None:
    """Each offset that a finding states, against the codes of its own hour."""
    for hour_id, rule, stated in _stated(facts):
        ahead = [_ahead_s(one) for one in _codes_of(facts, hour_id) if one["key"]]
        if ahead and min(ahead) - _WITHIN_S <= stated <= max(ahead) + _WITHIN_S:
            zh = (
                f"{hour_id}：按 {len(ahead)} 次亮码，录像时钟相差 {stated:+.0f} 秒（{rule}，假设 A12 由此不需或被否定）"
            )
            en = f"{hour_id}: by {many(len(ahead), 'reading', 'readings')} the recording's clock is off by {stated:+.0f} s ({rule}; settles assumption A12)"
            own.say(CODES, OK, zh, en)
        else:
            zh = f"{hour_id}：结论所述时钟差 {stated:+.0f} 秒，画面中的亮码不支持"
            en = (
                f"{hour_id}: the verdict states a clock off by {stated:+.0f} s, which no code in the pictures bears out"
            )
            own.say(CODES, BAD, zh, en)


def _stated(facts: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    for verdict in facts["verdicts"]:
        for finding in verdict["findings"]:
            if "code_offset_s" in finding["numbers"]:
                yield verdict["hour_id"], finding["rule"], float(finding["numbers"]["code_offset_s"])


def _codes_of(facts: dict[str, Any], hour_id: str) -> list[dict[str, Any]]:
    """What was read in the stretches that were looked at for the hour."""
    span = next(hour["span"] for hour in facts["hours"] if hour["id"] == hour_id)
    start, end = datetime.fromisoformat(span["start"]), datetime.fromisoformat(span["end"])
    return [
        one
        for view in facts["views"]
        if datetime.fromisoformat(view["span"]["start"]) < end and start < datetime.fromisoformat(view["span"]["end"])
        for one in view.get("codes") or []
    ]


def _ahead_s(one: dict[str, Any]) -> float:
    """By how many seconds the recording's clock is ahead of the middle of the code's ten seconds."""
    shown = int.from_bytes(bytes.fromhex(one["payload"])[2:6], "big") * _SLOT_S
    return datetime.fromisoformat(one["at"]).timestamp() - shown - _SLOT_S / 2
