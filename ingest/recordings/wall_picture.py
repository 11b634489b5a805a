"""What a child that decoded one keyframe hands back to the service, which itself loads no video library."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WallPicture:
    """One decoded keyframe as every reader may need it, so that it is decoded once; ``at`` where its time is known."""

    blocks: bytes = field(repr=False)
    small: bytes = field(repr=False)
    large: bytes = field(repr=False)
    at: datetime | None = None

    def shown(self, *, clear: bool, large: bool) -> bytes:
        """The JPEG for this reader; blocks are blocks at any size."""
        return (self.large if large else self.small) if clear else self.blocks
