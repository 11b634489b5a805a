"""What a reviewer can send to the institution as it stands: polite, with the clause, asking and never accusing."""

import hashlib
import json
from collections.abc import Sequence

from facts.claim import Claim
from facts.verdict import Doubt, Status
from report.claims.money import yuan
from report.claims.schema import ClaimDocument, ClaimDoubtEntry, ClaimFindingEntry, PersonSums
from report.schema import TextEntry

_OPEN = (Status.FAIL.value, Status.UNPROVEN.value)
_NAMED = 12


def doubt_id(claim: Claim, many: Sequence[Doubt]) -> str:
    """The same matter keeps its id in every screening of the claim, so that an answer finds its question.

    Numbers of claims are each institution's own, so whose claim it is belongs to the matter.
    """
    people = sorted({key for one in many for key in one.trainees})
    hours = sorted({hour for one in many for hour in one.hours})
    matter = [claim.institution.uscc or claim.institution.name, claim.id, many[0].kind, many[0].rule, people, hours]
    return "D" + hashlib.sha256(json.dumps(matter, ensure_ascii=False).encode()).hexdigest()[:10]


def alike(texts: Sequence[TextEntry]) -> TextEntry:
    """Many of one kind in one sentence, the first of them named."""
    return {
        "zh": f"共 {len(texts)} 项同类情形，例如：{texts[0]['zh']}",
        "en": f"{len(texts)} of one kind, such as: {texts[0]['en']}",
    }


def ask_about(doubt: ClaimDoubtEntry) -> TextEntry:
    """One doubt as one request."""
    clause_zh = f"（依据{doubt['article']}「{doubt['quote']}」）" if doubt["quote"] else ""
    clause_en = f" (under {doubt['rule']}, {doubt['article']}「{doubt['quote']}」)" if doubt["quote"] else ""
    reasons_zh = "；".join(one["zh"].rstrip("。") for one in doubt["innocent"])
    reasons_en = "; ".join(one["en"].rstrip(".") for one in doubt["innocent"])
    maybe_zh = f"如属下列情形请注明并附佐证：{reasons_zh}。" if reasons_zh else ""
    maybe_en = f" If one of these is the case, please say so and add what shows it: {reasons_en}." if reasons_en else ""
    return {
        "zh": f"{doubt['text']['zh'].rstrip('。')}{clause_zh}。请说明情况。{maybe_zh}",
        "en": f"{doubt['text']['en'].rstrip('.')}{clause_en}. Please explain.{maybe_en}",
    }


def request(finding: ClaimFindingEntry) -> TextEntry:
    """One finding that is not met, as one request."""
    remedy = finding["remedy"]
    zh = f"{finding['text']['zh'].rstrip('。')}（{finding['article']}「{finding['quote']}」）。"
    en = f"{finding['text']['en'].rstrip('.')} ({finding['rule']}, {finding['article']}「{finding['quote']}」). "
    return {
        "zh": zh + (remedy["zh"].rstrip("。") + "。" if remedy else "请说明或补正。"),
        "en": en + (remedy["en"].rstrip(".") + "." if remedy else "Please explain or complete it."),
    }


def letter(document: ClaimDocument, lang: str = "zh") -> str:
    """The whole letter as plain text, ready to be copied."""
    zh = lang != "en"
    claim, policy = document["claim"], document["policy"]
    lines = [
        f"{claim['institution']}：" if zh else f"To {claim['institution']}",
        "",
        *_tried(document, zh=zh),
        _opening(document, zh=zh),
        "",
        *_sums(document, zh=zh),
    ]
    if items := open_items(document, zh=zh):
        lines += ["", "请就下列事项说明或补正：" if zh else "Please explain or complete the following:"]
        lines += [f"{number}. {text}" for number, text in enumerate(items, start=1)]
    lines += ["", _closing(zh=zh), "", f"依据：{policy['title']}" if zh else f"Under {policy['title']}"]
    return "\n".join(lines)


def open_items(document: ClaimDocument, *, zh: bool) -> list[str]:
    """Every finding that is not met and every doubt, each as one request."""
    findings = [one for one in document["findings"] if one["status"] in _OPEN]
    items = [_said(request(one), zh=zh) + _people(document, one["who"], zh=zh) for one in findings]
    return items + [_said(one["ask"], zh=zh) + _people(document, one["who"], zh=zh) for one in document["doubts"]]


def _tried(document: ClaimDocument, *, zh: bool) -> list[str]:
    """Nobody may take a trial for an answer."""
    if not document["policy"].get("provisional"):
        return []
    if zh:
        return ["【暂按已失效文件】开课时没有现行文件，以下只是试算，任何金额都不能以此支付。", ""]
    return ["[Tried under a lapsed document] None was in force when the class began; nothing can be paid by this.", ""]


def _said(text: TextEntry, *, zh: bool) -> str:
    return text["zh"] if zh else text["en"]


def _opening(document: ClaimDocument, *, zh: bool) -> str:
    claim, policy = document["claim"], document["policy"]
    if zh:
        return f"贵单位 {claim['class_name']}（班期 {claim['class_id']}，申领编号 {claim['id']}，{claim['programme']}）的补贴申领，已依据{policy['title']}核查。"
    return (
        f"Your claim {claim['id']} for {claim['class_name']} (class {claim['class_id']}, {claim['programme']}) has been"
        f" looked at under {policy['title']}."
    )


def _sums(document: ClaimDocument, *, zh: bool) -> list[str]:
    totals = document["totals"]
    claimed = totals["claimed"]
    asked = yuan(claimed) if claimed else ("未填" if zh else "not stated")
    gap = totals["difference"]
    if zh:
        more = "（另有尚不能计出金额的部分）" if totals["open_ended"] else ""
        return [
            f"申领 {asked} 元；现有证据支持 {yuan(totals['supported'])} 元；补齐材料后可能增加 {yuan(totals['unproven'])} 元{more}"
            + (f"；差额 {yuan(gap)} 元。" if gap else "。")
        ]
    more = " (and a part that has no sum yet)" if totals["open_ended"] else ""
    return [
        f"Claimed {asked} yuan; shown by evidence {yuan(totals['supported'])}; at most {yuan(totals['unproven'])} more once"
        f" what is open is shown{more}" + (f"; difference {yuan(gap)}." if gap else ".")
    ]


def _people(document: ClaimDocument, numbers: list[int], *, zh: bool) -> str:
    if not numbers:
        return ""
    by_no: dict[int, PersonSums] = {person["no"]: person for person in document["people"]}
    named = [by_no[number] for number in numbers[:_NAMED] if number in by_no]
    words = "、".join(f"第{one['no']}行 {one['name_masked']}" for one in named)
    rest = len(numbers) - len(named)
    if zh:
        return f"涉及：{words}{f'等 {len(numbers)} 人' if rest else ''}。"
    listed = ", ".join(f"line {one['no']} {one['name_masked']}" for one in named)
    return f" Concerns {listed}{f' and {rest} more' if rest else ''}."


def _closing(*, zh: bool) -> str:
    if zh:
        return "以上为请贵单位说明的疑点与待补事项，不是对过错的认定；说明与佐证收到后一并复核。"
    return "These are questions, no finding of fault; your explanation and papers will be reviewed together."
