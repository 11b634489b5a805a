"""The Merkle tree of RFC 6962 section 2.1 and the proofs that it gives, wherever its nodes are kept.

A node is named by its level and its place there; level 0 are the leaf hashes. Only complete nodes, which never change
again, are kept: every root and every proof is made of at most two of them for each level.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain

from facts.counting import counted
from storage.evidence_log.proofs import node_hash

EMPTY_ROOT = sha256(b"").digest()
Node = tuple[int, int]
Range = tuple[int, int]


class TreeReader(ABC):
    """Answers for every size the tree ever had, each time from logarithmically many nodes, fetched at one go."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many leaves there are."""

    @abstractmethod
    def nodes(self, wanted: Collection[Node]) -> Mapping[Node, bytes]:
        """The hashes of complete nodes."""

    def root(self, size: int | None = None) -> bytes:
        """The head of the first ``size`` leaves."""
        return self.roots([self.size if size is None else size])[0]

    def roots(self, sizes: Sequence[int]) -> list[bytes]:
        """The heads of several sizes."""
        for size in sizes:
            self._refuse_beyond(size)
        found = self._hashes([[(0, size)] if size else [] for size in sizes])
        return [hashes[0] if hashes else EMPTY_ROOT for hashes in found]

    def inclusions(self, indices: Sequence[int], size: int) -> list[tuple[bytes, ...]]:
        """The audit paths of several leaves in the tree of one size."""
        self._refuse_beyond(size)
        for index in indices:
            if not 0 <= index < size:
                raise IndexError(f"leaf {index} of {size}")
        return self._hashes([audit_path(index, size) for index in indices])

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of size ``old`` is the beginning of the tree of size ``new``."""
        return self.consistencies([old], new)[0]

    def consistencies(self, olds: Sequence[int], new: int) -> list[tuple[bytes, ...]]:
        """The proofs that trees of several sizes are the beginning of one."""
        self._refuse_beyond(new)
        for old in olds:
            if not 0 < old <= new:
                raise IndexError(f"consistency from {old} to {new}")
        return self._hashes([growth_path(old, new) for old in olds])

    def _hashes(self, paths: Sequence[Sequence[Range]]) -> list[tuple[bytes, ...]]:
        found = self.nodes({node for path in paths for span in path for node in complete(*span)})
        return [tuple(folded([found[node] for node in complete(*span)]) for span in path) for path in paths]

    def _refuse_beyond(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise IndexError(f"a tree of {counted(self.size, 'leaf')} was asked about {size}")


class Frontier:
    """The right edge of a growing tree: all that is needed to append, to know the root, and to be sure of both."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def append(self, leaf: bytes) -> Iterator[tuple[Node, bytes]]:
        """Add a leaf hash; the nodes that it completes, itself first."""
        level, place, node = 0, self.size, leaf
        yield (level, place), node
        while place & 1:
            node = node_hash(self._peaks.pop(), node)
            level, place = level + 1, place >> 1
            yield (level, place), node
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The head of everything appended."""
        return folded(self._peaks) if self._peaks else EMPTY_ROOT


class Tree(TreeReader):
    """A tree in memory."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._frontier = Frontier()
        self._nodes: dict[Node, bytes] = {}
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """See ``TreeReader``."""
        return self._frontier.size

    def nodes(self, wanted: Collection[Node]) -> Mapping[Node, bytes]:
        """See ``TreeReader``."""
        return {node: self._nodes[node] for node in wanted}

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash and every inner node that it completes."""
        self._nodes.update(self._frontier.append(leaf))


def complete(low: int, high: int) -> Iterator[Node]:
    """The complete nodes that a range of leaves falls into, from left to right."""
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range from those of its complete nodes."""
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found


def audit_path(index: int, size: int) -> list[Range]:
    """The ranges beside a leaf's way to the root, from the leaf upwards."""
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def growth_path(old: int, new: int) -> list[Range]:
    """The ranges that lead from an old root to a new one."""
    path, low, high, whole = [], 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low, whole = middle, False
    return list(chain([] if whole else [(low, high)], reversed(path)))


def _split(length: int) -> int:
    """The largest power of two below the length."""
    return 1 << ((length - 1).bit_length() - 1)
