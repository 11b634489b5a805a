"""How an encoder wrote a stretch of a file (编码特征), told from its packets alone: no picture is decoded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """One steady stretch of a file: where it begins, whose parameter set it carries, how its keyframes follow.

    ``parameters`` is a short digest of the sequence parameter set, ``group`` how many frames a keyframe leads and
    ``group_s`` for how long; 0 where they do not keep to one pattern. ``writer`` is what a software encoder says of
    itself. What is empty is not known.
    """

    from_s: float
    parameters: str = ""
    group: int = 0
    group_s: float = 0.0
    writer: str = ""
