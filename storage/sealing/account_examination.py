"""Every second of the class hours that a camera was to record: by its ledger it is footage, or a gap with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from storage.sealing.examination import CHINA

_NAMED = timedelta(seconds=1)  # a name says milliseconds, and steps aside where another file has it
_ROUNDED = timedelta(milliseconds=1)
_NEVER = datetime.max.replace(tzinfo=timezone.utc)  # noqa: UP017 - Python 3.9 reads this
Stretch = tuple[datetime, datetime]


@dataclass
class SecondsAccount:
    """What the lines of a ledger make of the time, read once from the first to the last."""

    footage: dict[str, Stretch] = field(default_factory=dict)
    gaps: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    pauses: dict[str, list[tuple[datetime, datetime, str]]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    opened: dict[str, datetime] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime = _NEVER
    _open: tuple[datetime, str, str] | None = None  # since when, why nothing is recorded, or the file that grows
    _stopped: tuple[datetime, str] | None = None

    def read(self, said: dict[str, Any]) -> None:
        """One more line."""
        kind, at = said["kind"], _read_moment(said["at"])
        start = _read_moment(said["start"]) if "start" in said else at
        if kind == "begin":
            self._resume(at)
            self._open = (at, "starting", "")
        elif kind in {"end", "killed"}:
            self._stop(start, "our_stop" if kind == "end" else "not_running")
        elif kind == "gap" and "end" in said:
            file = self._open[2] if self._open else ""
            self.pauses.setdefault(file, []).append((start, _read_moment(said["end"]), said["reason"]))
        elif kind == "gap":
            self._miss(start, said["reason"])
        elif kind == "segment":
            self._grow(said, start)
        elif kind == "closed":
            self._close(said["file"], start, _read_moment(said["end"]))
        if self.first is None and kind in {"gap", "segment", "closed", "begin"}:
            self.first = start

    def end(self) -> None:
        """Whatever is missing at the last line goes on missing; of what comes after a recording nothing is known."""
        if self._open and not self._open[1] and not self._stopped:
            film = self.footage.get(self._open[2])
            self.last = film[1] if film else self._open[0]
        self._change(_NEVER)
        self._resume(_NEVER)

    def known(self, hours: list[Stretch]) -> list[Stretch]:
        """The parts of which the lines speak."""
        first = self.first or _NEVER
        return [(max(a, first), min(b, self.last)) for a, b in hours if max(a, first) < min(b, self.last)]

    def parts(self, hours: list[Stretch]) -> tuple[timedelta, dict[str, timedelta], list[Stretch]]:
        """How much of it is footage, how much is missing for each reason, and what nothing explains."""
        pauses = [one for each in self.pauses.values() for one in each]
        films = _without(list(self.footage.values()), [(start, end) for start, end, _ in pauses])
        left = _without(hours, films)
        footage = seconds_of(hours) - seconds_of(left)
        missing: dict[str, timedelta] = {}
        for start, end, reason in sorted([*self.gaps, *pauses]):
            rest = _without(left, [(start, end)])
            if rest != left:
                missing[reason] = missing.get(reason, timedelta(0)) + seconds_of(left) - seconds_of(rest)
            left = rest
        return footage, missing, left

    def _resume(self, at: datetime) -> None:
        if self._stopped and at > self._stopped[0]:
            self.gaps.append((self._stopped[0], at, self._stopped[1]))
        self._stopped = None

    def _stop(self, at: datetime, reason: str) -> None:
        last = self.footage.get(self._open[2]) if self._open else None
        self._change(at)
        if self._stopped is None:  # else it was killed again before it began
            self._stopped = (min(last[1], at) if last else at, reason)

    def _miss(self, start: datetime, reason: str) -> None:
        last = self.footage.get(self._open[2]) if self._open else None
        if last and start < last[1] - _ROUNDED:
            off = (last[1] - start).total_seconds()
            self.faults.append(
                (
                    f"缺口（{reason}）比前一个录像的结束早 {off:.1f} 秒",
                    f"a gap ({reason}) begins {off:.1f} s before the recording before it ends",
                )
            )
        self._change(start)
        self._open = (start, reason, "")

    def _grow(self, said: dict[str, Any], start: datetime) -> None:
        named = _named_moment(said["file"])
        if named and abs(start - named) > _NAMED:
            off = (start - named).total_seconds()
            self.faults.append(
                (
                    f"{said['file']}：台账的开始与文件名相差 {off:+.1f} 秒",
                    f"{said['file']}: the ledger begins it {off:+.1f} s from the time in its name",
                )
            )
        last = self._open[2] if self._open else ""
        if said.get("follows") and last in self.footage:
            before = self.footage[last]
            self.footage[last] = (before[0], max(before[1], start))
        self._change(start)
        self._open = (start, "", said["file"])
        self.opened[said["file"]] = start

    def _close(self, file: str, start: datetime, end: datetime) -> None:
        start = min(start, end)
        if self._open and self._open[2] == file and start > self._open[0]:
            self.gaps.append((self._open[0], start, "starting"))
        self.footage[file] = (start, end)

    def _change(self, at: datetime) -> None:
        if self._open and self._open[1] and at > self._open[0]:
            self.gaps.append((self._open[0], at, self._open[1]))
        self._open = None


def sidecar_account_faults(account: SecondsAccount, sidecar: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where ledger and sidecar differ about when a recording begins, or about the pauses within it."""
    file = sidecar["opened"]
    film, opened = account.footage.get(file), account.opened.get(file)
    if not film or not opened:
        return
    if film[0] != _read_moment(sidecar["start"]):
        yield "台账与附录所记的开始不一致", "its sidecar begins at another time than the ledger says"
    if sidecar.get("recovered"):
        return  # whoever found it after a kill knows no pauses
    near = _NAMED + abs(film[0] - opened)  # by so much its beginning was known better at its end
    told = sorted((start, end) for start, end, _ in account.pauses.get(file, []))
    known = sorted((_read_moment(start), _read_moment(end)) for start, end in sidecar["gaps"])
    pairs = list(zip(told, known))  # noqa: B905 - Python 3.9 reads this
    if len(told) != len(known) or any(abs(a[0] - b[0]) > near or abs(a[1] - b[1]) > near for a, b in pairs):
        yield "台账与附录所记的中断不一致", "its sidecar has other pauses than the ledger"


def joined(stretches: list[Stretch]) -> list[Stretch]:
    """The same time without overlaps."""
    out: list[Stretch] = []
    for start, end in sorted(stretches):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _without(stretches: list[Stretch], taken: list[Stretch]) -> list[Stretch]:
    left = sorted(stretches)
    for start, end in taken:
        rest = []
        for one in left:
            rest += (
                [(one[0], min(one[1], start)), (max(one[0], end), one[1])] if start < one[1] and end > one[0] else [one]
            )
        left = [one for one in rest if one[0] < one[1]]
    return left


def seconds_of(stretches: list[Stretch]) -> timedelta:
    """How long they are together."""
    return sum((end - start for start, end in stretches), timedelta(0))


def _named_moment(file: str) -> datetime | None:
    """Chinese time to the millisecond, at the end of a file's name."""
    words = file.rpartition(".")[0].rsplit("_", 2)
    try:
        return datetime.strptime("_".join(words[1:]), "%Y%m%d_%H%M%S.%f").replace(tzinfo=CHINA)
    except ValueError:
        return None


def _read_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
