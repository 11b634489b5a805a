from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a table may be before it is refused unread, so that no file can take all the memory."""

    rows: int
    cells: int
    file_bytes: int


OF_A_CLASS = Bounds(100_000, 1_000_000, 64 * 1024 * 1024)
OF_A_REGISTRY = Bounds(300_000, 5_000_000, 256 * 1024 * 1024)
