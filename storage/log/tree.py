"""The Merkle tree of RFC 6962 section 2.1, and the proofs that it can give."""

from collections.abc import Iterable
from hashlib import sha256

from storage.log.proofs import node_hash

EMPTY_ROOT = sha256(b"").digest()


class Tree:
    """Grows by leaf hashes and answers for every size it ever had, each proof in logarithmic time."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash and every inner node that it completes."""
        self._levels[0].append(leaf)
        level = 0
        while len(self._levels[level]) % 2 == 0:
            pair = node_hash(*self._levels[level][-2:])
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(pair)

    def root(self, size: int | None = None) -> bytes:
        """The head of the first ``size`` leaves."""
        size = self.size if size is None else size
        self._refuse_beyond(size)
        return self._hash(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The audit path that shows a leaf in the tree of that size."""
        self._refuse_beyond(size)
        if not 0 <= index < size:
            raise IndexError(f"leaf {index} of {size}")
        path, low, high = [], 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._hash(middle, high))
                high = middle
            else:
                path.append(self._hash(low, middle))
                low = middle
        return tuple(reversed(path))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of size ``old`` is the beginning of the tree of size ``new``."""
        self._refuse_beyond(new)
        if not 0 < old <= new:
            raise IndexError(f"consistency from {old} to {new}")
        path, low, high, whole = [], 0, new, True
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._hash(middle, high))
                high = middle
            else:
                path.append(self._hash(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self._hash(low, high))
        return tuple(reversed(path))

    def _hash(self, low: int, high: int) -> bytes:
        length = high - low
        if length & (length - 1) == 0 and low % length == 0:
            return self._levels[length.bit_length() - 1][low // length]
        middle = low + _split(length)
        return node_hash(self._hash(low, middle), self._hash(middle, high))

    def _refuse_beyond(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise IndexError(f"a tree of {self.size} leaves was asked about {size}")


def _split(length: int) -> int:
    """The largest power of two below the length."""
    return 1 << ((length - 1).bit_length() - 1)
