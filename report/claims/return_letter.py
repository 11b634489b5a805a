"""The letter with which a claim goes back (退回补正): every paper and finding that is open, and until when to answer."""

from datetime import date

from facts.counting import counted
from facts.text import Text
from report.claims.letter import open_items
from report.claims.schema import ClaimDocument, PaperEntry


def return_letter(document: ClaimDocument, words: str, workdays: int, last_day: date | None) -> Text:
    """The letter in both languages, ready to be copied; ``words`` are the reviewers' own."""
    return Text(
        _letter(document, words, _term_zh(workdays, last_day), zh=True),
        _letter(document, words, _term_en(workdays, last_day), zh=False),
    )


def _letter(document: ClaimDocument, words: str, term: str, *, zh: bool) -> str:
    claim = document["claim"]
    papers = [text for one in document["papers"] if (text := _paper(one, zh=zh))]
    lines = [
        f"{claim['institution']}：" if zh else f"To {claim['institution']}",
        "",
        f"贵单位申领 {claim['id']}（{claim['class_name']}，班期 {claim['class_id']}）经两人审查，退回补正。{term}"
        if zh
        else f"Claim {claim['id']} ({claim['class_name']}, class {claim['class_id']}) is returned by two reviewers. {term}",
        f"理由：{words}" if zh else f"Why: {words}",
    ]
    for head_zh, head_en, items in (
        ("需补的材料：", "Papers to add:", papers),
        ("需补正或说明的事项：", "To be completed or explained:", open_items(document, zh=zh)),
    ):
        if items:
            lines += ["", head_zh if zh else head_en, *(f"{n}. {text}" for n, text in enumerate(items, start=1))]
    answer_zh = f"请补齐后以同一申领编号（{claim['id']}）重新提交，即为对本函的答复。"
    answer_en = f"Hand in the claim again under the same number ({claim['id']}); that answers this letter."
    policy = document["policy"]["title"]
    return "\n".join([*lines, "", answer_zh if zh else answer_en, f"依据：{policy}" if zh else f"Under {policy}"])


def _paper(one: PaperEntry, *, zh: bool) -> str:
    if one["present"]:
        return ""
    names = ("或" if zh else " or ").join(one["any_of"])
    missing = one["present"] is False
    state = ("缺" if missing else "未说明是否已交") if zh else ("missing" if missing else "not said whether handed in")
    return f"{names}（{state}；{one['article']}）" if zh else f"{names} ({state}; {one['article']})"


def _term_zh(workdays: int, last_day: date | None) -> str:
    until = f"（至 {last_day}）" if last_day else "（该年放假安排公布后方可计出日期）"
    return f"请在 {workdays} 个工作日内{until}补正。"


def _term_en(workdays: int, last_day: date | None) -> str:
    until = f" (until {last_day})" if last_day else " (the day can be told once that year's calendar is published)"
    return f"Please answer within {counted(workdays, 'working day')}{until}."
