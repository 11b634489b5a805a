"""The bytes that were fetched last: of a recording's index in larger and larger pieces, of everything else as asked."""

from bisect import bisect_right, insort
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

_LEAST = 4 << 10  # a box's head is followed by the box
_FIRST_AHEAD, _MOST_AHEAD = 64 << 10, 256 << 10
_KEPT_BYTES, _MOST_KEPT = 32 << 20, 1 << 20  # in all, and of one piece


@dataclass
class RangeCache:
    """Pieces of recordings by their number, the longest unused forgotten first."""

    kept_bytes: int = _KEPT_BYTES
    _pieces: OrderedDict[tuple[int, int], bytes] = field(default_factory=OrderedDict)
    _starts: dict[int, list[int]] = field(default_factory=dict)  # where the pieces of each begin, in order
    _follows: dict[int, tuple[int, int]] = field(default_factory=dict)  # where reading would go on, and how far ahead
    _held: int = 0
    _lock: Lock = field(default_factory=Lock)

    def known(self, number: int, pos: int, count: int) -> bytes | None:
        """The bytes, where the nearest piece before them holds all of them."""
        with self._lock:
            starts = self._starts.get(number, [])
            at = bisect_right(starts, pos) - 1
            if at < 0:
                return None
            begun = starts[at]
            piece = self._pieces[number, begun]
            if pos + count > begun + len(piece):
                return None
            self._pieces.move_to_end((number, begun))
            self._follow(number, pos, count, grow=False)
            return piece[pos - begun : pos - begun + count]

    def wanted(self, number: int, pos: int, count: int, size: int) -> int:
        """Where the piece that is to be fetched ends: further ahead, the longer reading goes on without a jump."""
        with self._lock:
            ahead = self._follow(number, pos, count, grow=True)
        return min(size, pos + max(count, ahead, _LEAST))

    def keep(self, number: int, pos: int, data: bytes) -> None:
        """Remembers a piece."""
        if len(data) > _MOST_KEPT:
            return
        with self._lock:
            if (number, pos) in self._pieces:
                self._held -= len(self._pieces.pop((number, pos)))
            else:
                insort(self._starts.setdefault(number, []), pos)
            self._pieces[number, pos] = data
            self._held += len(data)
            while self._held > self.kept_bytes:
                (old, begun), piece = self._pieces.popitem(last=False)
                self._starts[old].remove(begun)
                self._held -= len(piece)

    def _follow(self, number: int, pos: int, count: int, *, grow: bool) -> int:
        expected, ahead = self._follows.get(number, (-1, 0))
        if pos != expected:
            ahead = 0
        elif grow:
            ahead = min(max(2 * ahead, _FIRST_AHEAD), _MOST_AHEAD)
        self._follows[number] = pos + count, ahead
        return ahead
