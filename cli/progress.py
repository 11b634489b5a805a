"""How far the work is: a live bar on a terminal, plain lines elsewhere, JSON lines for machines; always on stderr."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli.terminal import Lang
from pipeline.verification.ports import LookJob, LookResult

_LEAST_BETWEEN_S = 2.0


class ProgressMode(StrEnum):
    """What ``--progress`` chooses."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"
    NONE = "none"


CameraDay = tuple[str, date]


@dataclass(slots=True)
class Count:
    """How much of one camera's day is looked at."""

    total_s: float = 0.0
    done_s: float = 0.0
    cached: int = 0


@dataclass(slots=True)
class ProgressDisplay:
    """Tells the stages and, within looking, one line per camera and day with the time that is left."""

    how: ProgressMode
    lang: Lang
    counts: dict[CameraDay, Count] = field(default_factory=dict)
    _bar: Progress | None = None
    _tasks: dict[object, TaskID] = field(default_factory=dict)
    _said_at: dict[str, float] = field(default_factory=dict)
    _began: float = 0.0

    def __enter__(self) -> Self:
        if self.how is ProgressMode.AUTO and sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def stage(self, zh: str, en: str) -> Callable[[int, int, str], None]:
        """Somebody to be told how far one stage is."""
        name = zh if self.lang is Lang.ZH else en

        def heard(done: int, total: int, what: str) -> None:
            if total:
                self._tell(name, name, done, total, {"stage": en, "done": done, "total": total, "file": what})

        return heard

    def planned(self, jobs: Sequence[LookJob]) -> None:
        """See ``pipeline.verification.ports.Progress``."""
        self._began = monotonic()
        for job in jobs:
            self.counts.setdefault((job.camera_id, job.day), Count()).total_s += job.span.length_s

    def looked(self, job: LookJob, looked: LookResult) -> None:
        """See ``pipeline.verification.ports.Progress``."""
        count = self.counts[job.camera_id, job.day]
        count.done_s += job.span.length_s
        count.cached += looked.cached
        name = f"{job.camera_id or '?'} {job.day.isoformat()}"
        cached = (
            (f" 已用缓存 {count.cached}" if self.lang is Lang.ZH else f" from cache {count.cached}")
            if count.cached
            else ""
        )
        event = {
            "stage": "look",
            "camera": job.camera_id,
            "day": job.day.isoformat(),
            "hour": job.hour_id,
            "done_s": count.done_s,
            "total_s": count.total_s,
            "cached": looked.cached,
            "eta_s": self._eta_s(),
        }
        self._tell((job.camera_id, job.day), name + cached, int(count.done_s), int(count.total_s), event)

    def _eta_s(self) -> int:
        done = sum(count.done_s for count in self.counts.values())
        total = sum(count.total_s for count in self.counts.values())
        return round((monotonic() - self._began) * (total - done) / done) if done else 0

    def _tell(self, key: object, name: str, done: int, total: int, event: dict[str, object]) -> None:
        if self.how is ProgressMode.JSON:
            sys.stderr.write(json.dumps(event, ensure_ascii=False) + "\n")
        elif self._bar:
            task = (
                self._tasks.setdefault(key, self._bar.add_task(name, total=max(total, 1)))
                if key not in self._tasks
                else self._tasks[key]
            )
            self._bar.update(task, completed=done, total=max(total, 1), description=name)
        elif self.how is not ProgressMode.NONE:
            self._line(name, done, total, event)

    def _line(self, name: str, done: int, total: int, event: dict[str, object]) -> None:
        """A plain line now and then, and always the last one."""
        now = monotonic()
        if done < total and now - self._said_at.get(name, 0.0) < _LEAST_BETWEEN_S:
            return
        self._said_at[name] = now
        left = event.get("eta_s")
        eta = (f"，约剩 {left} 秒" if self.lang is Lang.ZH else f", about {left} s left") if left else ""
        sys.stderr.write(f"{name}  {round(100 * done / max(total, 1)):>3}%{eta}\n")
