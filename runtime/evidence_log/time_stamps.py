"""Time stamps: which authority is asked, where the stamps are kept, and the line that tells of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from facts.span import local
from facts.text import Text
from storage.evidence_log.errors import StampError
from storage.evidence_log.head import TreeHead
from storage.evidence_log.stamp import Stamp, StampShelf, TimeStamper, stamp_head
from storage.evidence_log.tsa import HttpTimeStamper, trusted_roots

STAMPS = "stamps"


@dataclass(frozen=True, slots=True)
class Authority:
    """Which time stamping authority to ask, and the roots that must vouch for it, if any were named."""

    url: str = ""
    roots: Path | None = None

    def stamper(self) -> TimeStamper | None:
        """What asks the authority; ``None`` where none was named."""
        if not self.url:
            return None
        return HttpTimeStamper(self.url, trusted_roots(self.roots) if self.roots else ())


NO_AUTHORITY = Authority()


def stamp_shelf(home: Path) -> StampShelf:
    """Where this institution keeps its stamps: beside its log."""
    return StampShelf(home / STAMPS)


@dataclass(slots=True)
class SealingStamps:
    """The stamps of one sealing; an authority that failed once is not asked again."""

    stamper: TimeStamper | None
    shelf: StampShelf
    faults: list[str] = field(default_factory=list)

    def over(self, head: TreeHead) -> Stamp | None:
        """A stamp of the head, which is kept; ``None`` where none is wanted or none came."""
        if self.stamper is None or self.faults:
            return None
        try:
            stamp = stamp_head(self.stamper, head)
        except StampError as error:
            self.faults.append(str(error))
            return None
        self.shelf.put(stamp)
        return stamp

    def known(self, heads: Iterable[TreeHead]) -> tuple[Stamp, ...]:
        """The stamps that there are of these heads."""
        return self.shelf.all(heads)


def stamp_line(stamp: Stamp | None, faults: Iterable[str]) -> Text:
    """One line for people and labels: stamped by whom and when, failed, or not asked for."""
    fault = next(iter(faults), "")
    if fault:
        return Text(f"没有时间戳：{fault}", f"no time stamp: {fault}")
    if stamp is None:
        return Text("没有时间戳（未指定 --tsa）", "no time stamp (no --tsa was named)")
    at = local(stamp.at).isoformat(timespec="seconds")
    return Text(f"树头由 {stamp.by} 于 {at} 盖时间戳", f"the head was stamped by {stamp.by} at {at}")
