"""This program's own readings of a claim, printed with the document's (假设)."""

from facts.text import Text
from facts.verdict import Assumption
from policy.assumptions import BY_REVIEW
from policy.rulebook import Rulebook


def claim_assumptions(book: Rulebook, *, reviewed: int = 0) -> tuple[Assumption, ...]:
    """The thirteen readings of the document, and this program's own of a claim; S6 where reviewed hours count."""
    by_review = (Assumption("S6", BY_REVIEW, str(reviewed)),) if reviewed else ()
    return (*book.assumptions.listed(), *_READINGS, *by_review)


_READINGS = (
    Assumption(
        "B1",
        Text(
            "有效学时＝到课且学时达标（免验）；存疑的学时只计入“存疑待核”，不达标的不计",
            "an hour counts where present and passed or exempt; open ones count as unproven, failed ones not at all",
        ),
    ),
    Assumption(
        "B2",
        Text(
            "凡可能导致不予补贴的条款（无券不补、重复享受、人员资格、整改等），尚无证据证明已满足的，金额列为存疑待核",
            "money stays unproven while a clause that could stop it is not shown to be kept",
        ),
    ),
    Assumption(
        "B3",
        Text(
            "就业＝劳动合同、社保缴纳，或连续 2 个月以上工资；期限文件未写明",
            "employed: contract, social insurance or two months of pay; the window is not stated",
        ),
        "2",
    ),
    Assumption(
        "B4",
        Text("同一天的事项不分先后，视为不晚于期限", "days cannot tell an order within a day: the same day is in time"),
    ),
    Assumption(
        "B5",
        Text("当日有效学时少于 4 的计为半天并提示", "a day of fewer than four valid hours is shown as a half day"),
        "4",
    ),
    Assumption(
        "B6",
        Text(
            "按班计发的线上培训只计到课且无条款阻止的人数",
            "an online class paid as one counts the heads that were there and that no clause stops",
        ),
    ),
)
