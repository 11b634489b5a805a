"""The doubt that nobody could look up whether the class was paid for already."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.doubts.kinds import signal
from claims.payments import is_looked_up
from facts.text import Text
from facts.verdict import Doubt

NOT_LOOKED_UP = signal(
    "PAYMENTS_NOT_LOOKED_UP",
    60,
    "F17",
    ("本班期首次申领，此前未拨付", "the first claim for this class: nothing was paid before"),
)


def payment_doubts(dossier: ClaimDossier) -> Iterator[Doubt]:
    """One for the whole class: no registry at hand, or none that reaches its days."""
    if is_looked_up(dossier.claim, dossier.history):
        return
    seen = dossier.history.roll.seen if dossier.history and dossier.history.roll else None
    registry = Text(
        f"实名制登记（{seen} 导出）没有覆盖到本班期", f"the real-name registry (of {seen}) does not reach the class"
    )
    none = Text("没有载入实名制登记", "no real-name registry was taken in")
    what = registry if seen else none
    yield NOT_LOOKED_UP.raised(
        dossier,
        Text(
            f"{what.zh}：无法核对本班期是否已拨付，请先导入最近的登记（xueshi history import）",
            f"{what.en}: whether the class was paid for already cannot be looked up; take in the newest export"
            " (xueshi history import)",
        ),
    )
