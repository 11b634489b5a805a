"""The recorder's ledger, as far as a package carries it: a chain without a break, and what it says of each recording."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.sealing.account_examination import SecondsAccount, Stretch, seconds_of
from storage.sealing.examination import BAD, CHINA, NOTE, OK, ExaminedPackage, many

_FIRST = "0" * 64
_SHORT = timedelta(seconds=1)
GAPS_ZH = {
    "starting": "正在连接",
    "no_address": "地址不存在（主机名或路径不对）",
    "refused": "连接被拒绝或无应答",
    "not_allowed": "地址不在允许的网段内",
    "password": "用户名或密码不对",
    "lost": "连接中断",
    "stalled": "连接还在，但没有画面来",
    "no_keyframe": "20 秒内没有关键帧",
    "undecodable": "不是能录的视频（编码不认识）",
    "disk_full": "磁盘已满",
    "clock_step": "时钟跳变",
    "our_stop": "录像程序被正常停止",
    "not_running": "录像程序没有运行（断电或被强行结束）",
}
STEPS_ZH = {
    "camera_forward": "摄像机向前",
    "camera_back": "摄像机向后",
    "camera_rate": "摄像机走速不对",
    "host": "本机",
}


@dataclass
class LedgerBook:
    """The lines of one camera, each with its digest; leaves of the log may vouch for the line before the first, and the last."""

    camera: int
    is_there: bool = False
    broken: int = 0
    is_anchored: bool = False
    has_leaf_before: bool = False
    has_leaf_after: bool = False
    ends_in_log: bool = False
    hours: list[Stretch] = field(default_factory=list)
    account: SecondsAccount = field(default_factory=SecondsAccount)
    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def faults(self, origin: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """What the ledger says otherwise of this recording."""
        if not self.is_there:
            return
        closing = [(digest, said) for digest, said in self.lines if _closed(said) == origin["file"]]
        if len(closing) != 1:
            yield f"台账里有 {len(closing)} 行记它录完", f"closed {len(closing)} × by its ledger, expected once"
            return
        digest, said = closing[0]
        if origin["ledger"] and digest != origin["ledger"]:
            yield "台账的行不是日志所记的那一行", "its line of the ledger is not the one that the log names"
        if said["told"]["sha256"] != origin["digest"]["sha256"]:
            yield "台账所记的摘要不符", "the ledger has another digest of it"
        if datetime.fromisoformat(said["end"]) != datetime.fromisoformat(origin["ends_at"]):
            yield "台账所记的结束时间不符", "the ledger ends it at another time"
        opened = [one for _, one in self.lines if one["kind"] == "segment" and one["file"] == said["file"]]
        if not opened and not said["told"].get("recovered"):
            yield "台账没有它开始的一行", "no line of the ledger begins it"

    def say(self, own: ExaminedPackage, part: str) -> None:
        """The chain, and what it tells of the time between the recordings."""
        camera = self.camera
        if not self.is_there:
            zh = f"摄像机 {camera}：没有台账，缺口与时钟无从核对"
            own.say(part, NOTE, zh, f"camera {camera}: no ledger in the package; gaps and clocks cannot be checked")
            return
        if self.broken:
            zh = f"摄像机 {camera}：台账第 {self.broken} 行之前的一行被换过或取走"
            own.say(
                part, BAD, zh, f"camera {camera}: before line {self.broken} of its ledger one was changed or taken out"
            )
            return
        if not self.is_anchored and self.has_leaf_before:
            zh = f"摄像机 {camera}：台账的第一行不接在日志所记的一行之后：有行被取走"
            en = f"camera {camera}: its ledger does not begin behind the line that the log names: lines were taken out"
            own.say(part, BAD, zh, en)
            return
        if self.has_leaf_after and not self.ends_in_log:
            zh = f"摄像机 {camera}：台账没有日志所记的最后一行：有行被取走"
            en = f"camera {camera}: its ledger ends before the last line that the log names: lines were taken out"
            own.say(part, BAD, zh, en)
            return
        if not self.is_anchored:
            zh = f"摄像机 {camera}：台账开头之前没有日志叶作保，更早的行可能被取走"
            en = f"camera {camera}: no leaf vouches for what stood before its ledger's first line; earlier lines may be gone"
            own.say(part, NOTE, zh, en)
        gaps, steps, clock = self._told()
        gaps_zh, steps_zh = _listed(gaps, GAPS_ZH) or "无", _listed(steps, STEPS_ZH) or "无"
        zh = f"摄像机 {camera}：台账 {len(self.lines)} 行相连；缺口 {gaps_zh}；时钟跳变 {steps_zh}；校时 {clock[0]}"
        en = f"camera {camera}: {many(len(self.lines), 'line', 'lines')} of its ledger in a chain; gaps {_listed(gaps) or 'none'}; clock steps {_listed(steps) or 'none'}; NTP {clock[1]}"
        own.say(part, OK, zh, en)
        self._say_seconds(own, part)

    def _say_seconds(self, own: ExaminedPackage, part: str) -> None:
        """What became of every second of the class hours."""
        camera = self.camera
        for zh, en in self.account.faults:
            own.say(part, BAD, f"摄像机 {camera}：{zh}", f"camera {camera}: {en}")
        known = self.account.known(self.hours)
        footage, missing, rest = self.account.parts(known)
        for start, end in rest:
            seconds, at = f"{(end - start).total_seconds():.1f}", start.astimezone(CHINA).strftime("%H:%M:%S")
            zh = f"摄像机 {camera}：{at} 起 {seconds} 秒在台账里既不是录像也没有缺口原因"
            en = (
                f"camera {camera}: {seconds} s from {at} on are neither footage nor a gap with its reason in its ledger"
            )
            own.say(part, BAD, zh, en)
        unknown = seconds_of(self.hours) - seconds_of(known)
        if unknown > _SHORT:
            zh = f"摄像机 {camera}：学时中有 {_clock(unknown)} 不在台账各行所及的时间内"
            own.say(
                part,
                NOTE,
                zh,
                f"camera {camera}: the lines of its ledger do not reach {_clock(unknown)} of the class hours",
            )
        if known and not rest and not self.account.faults:
            gaps_zh = "、".join(
                f"{GAPS_ZH.get(name, name)} {_clock(length)}" for name, length in sorted(missing.items())
            )
            gaps_en = ", ".join(f"{name} {_clock(length)}" for name, length in sorted(missing.items()))
            zh = f"摄像机 {camera}：学时的 {_clock(seconds_of(known))} 里录像 {_clock(footage)}，缺口 {gaps_zh or '无'}，没有不明的一秒"
            en = f"camera {camera}: of {_clock(seconds_of(known))} of class hours {_clock(footage)} are footage, gaps {gaps_en or 'none'}, and no second is unexplained"
            own.say(part, OK, zh, en)

    def _told(self) -> tuple[Counter[str], Counter[str], tuple[str, str]]:
        gaps = Counter(one["reason"] for _, one in self.lines if one["kind"] == "gap")
        gaps.update("not_running" for _, one in self.lines if one["kind"] == "killed")
        steps = Counter(one["reason"] for _, one in self.lines if one["kind"] == "step")
        clocks = [one["told"] for _, one in self.lines if one["kind"] == "clock"]
        clocks += [one["told"]["clock"] for _, one in self.lines if one["kind"] == "begin" and "clock" in one["told"]]
        kept = {one.get("synchronised") for one in clocks}
        if False in kept:
            said = ("曾失步", "not always kept")
        elif True in kept:
            said = ("同步", "kept")
        else:
            said = ("不详", "unknown")
        return gaps, steps, said


def read_book(camera: int, body: bytes | None, known: set[str]) -> LedgerBook:
    """The lines; ``known`` are the digests of lines that leaves of the package name."""
    book = LedgerBook(camera, is_there=body is not None)
    before = ""
    for number, line in enumerate((body or b"").splitlines(), 1):
        said = json.loads(line)
        if number == 1:
            book.is_anchored = said["previous"] == _FIRST or said["previous"] in known
        elif said["previous"] != before and not book.broken:
            book.broken = number
        before = hashlib.sha256(line).hexdigest()
        book.lines.append((before, said))
        book.account.read(said)
    book.account.end()
    return book


def _closed(said: dict[str, Any]) -> str:
    return str(said.get("told", {}).get("name", "")) if said["kind"] == "closed" else ""


def _clock(length: timedelta) -> str:
    """Minutes and seconds."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"


def _listed(counted: Counter[str], words: dict[str, str] | None = None) -> str:
    """How often each came; ledgers of later versions may have reasons that are unknown here."""
    return ", ".join(f"{(words or {}).get(name, name)} ×{count}" for name, count in sorted(counted.items()))
