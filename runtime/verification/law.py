"""The law of one class: the rulebook in force at its place on its first day, or why there is none."""

from datetime import date
from pathlib import Path

from attendance.law import (
    NO_LAW,
    NO_LOCALITY,
    NO_RULEBOOK_IN_FORCE,
    PLACE_UNKNOWN,
    RULEBOOK_UNFIT,
    RULEBOOK_UNUSABLE,
    RULEBOOKS_CONTESTED,
    Law,
    no_rulebook,
)
from attendance.law_gaps import reason_of
from facts.course import TrainingClass
from facts.errors import InputError
from facts.report import ClassReport
from facts.span import local_day
from facts.text import Text
from facts.verdict import Finding
from pipeline.verification.report import ClassInputs
from policy.gaps import Gap, NoRulebook
from policy.rulebook import Rulebook
from policy.shelf import Shelf, packaged
from runtime.policy.folder import with_own_rulebook


def law_of(
    inputs: ClassInputs, as_of: date, policy: str = "", *, provisional: bool = False, shelf: Shelf | None = None
) -> Law:
    """The rulebook that governs the class by place and first day, the one named, or why there is none.

    ``provisional``: where the named one had lapsed before the class, its rules are tried; the hours stay open.
    """
    training_class = inputs.training_class
    known, named = shelf or packaged(), policy or training_class.policy
    if policy.endswith(".toml"):
        known, own = with_own_rulebook(known, Path(policy))
        named = own.id
    if provisional and not named:
        raise InputError("--provisional: got no document, expected --policy with the id of the one that lapsed")
    choice = known.choose(training_class.locality, first_day(inputs, as_of), as_of, policy=named)
    if not isinstance(choice, NoRulebook):
        return Law(training_class, as_of, choice.book)
    if not provisional:
        return Law(training_class, as_of, None, gap_finding(choice, training_class))
    if choice.gap is not Gap.LAPSED:
        why = "begins after the class" if choice.gap is Gap.NOT_YET else f"cannot be tried ({choice.text.en})"
        raise InputError(f"--provisional: got {named}, which {why}, expected a document that lapsed")
    book = known.book(named)
    return Law(training_class, as_of, book, _tried(book, choice))


def law_as_judged(inputs: ClassInputs, report: ClassReport, shelf: Shelf) -> Law:
    """The law that a stored report was judged under, by the very version that it names."""
    day = local_day(report.made_at)
    notices = (one for verdict in report.verdicts for one in verdict.findings if one.reason in NO_LAW)
    finding = next(notices, None)
    if report.policy is None:
        return Law(inputs.training_class, day, None, finding)
    if not report.policy.sha256:  # a report of 0.1 names its document only
        return Law(inputs.training_class, day, shelf.book(report.policy.id))
    book = shelf.version(report.policy.sha256)
    if book is None:
        raise InputError(
            f"rulebook {report.policy.id}: got no version {report.policy.sha256[:12]}…, by which the class was judged,"
            " expected it among the rulebooks at hand; bring it back, or verify the class again"
        )
    return Law(inputs.training_class, day, book, finding if report.policy.provisional else None)


def first_day(inputs: ClassInputs, as_of: date) -> date:
    """The class is governed by the document in force when it began (A13)."""
    days = [local_day(hour.span.start) for hour in inputs.hours]
    days += [local_day(segment.span.start) for segment in inputs.segments if segment.span]
    return min(days, default=as_of)


def gap_finding(choice: NoRulebook, training_class: TrainingClass) -> Finding:
    """Why nothing governs the class, and what is to be done about just that."""
    reason = reason_of(choice.gap, training_class.locality)
    near = choice.nearest[0] if choice.nearest else "ID"
    remedies = {
        PLACE_UNKNOWN: _OTHER_PLACE,
        NO_LOCALITY: _STATE_PLACE,
        RULEBOOKS_CONTESTED: _which(choice),
        RULEBOOK_UNUSABLE: _MEND,
        RULEBOOK_UNFIT: _OWN,
    }
    return no_rulebook(reason, choice.text, remedies.get(reason) or _lapsed_remedy(near, choice.gap))


def _which(choice: NoRulebook) -> Text:
    ids = '" 或 policy = "'.join(choice.nearest)
    either = '" or policy = "'.join(choice.nearest)
    return Text(
        f'请向主管部门确认适用哪一份，并在班期设置或 class.toml 的 [class] 写明 policy = "{ids}"',
        f'ask the authority which of them governs, and write policy = "{either}" in the class\'s settings or class.toml',
    )


def _lapsed_remedy(book_id: str, gap: Gap) -> Text:
    zh = "请向主管部门索取接续文件（或当时适用的文件），写成规则文件放入规则文件夹（--rulebooks），或在“政策库”提交；有了再核验一次"
    en = "ask the authority for the document that follows (or held then), add it as a rulebook (--rulebooks, or hand it in under Policies), and verify again"
    if gap is Gap.LAPSED:
        zh += f"。在此之前可以暂按已失效文件试判（--policy {book_id} --provisional），结果不能作为付款依据"
        en += (
            f". Until then the lapsed one can be tried (--policy {book_id} --provisional); nothing can be paid by that"
        )
    return Text(zh, en)


def _tried(book: Rulebook, choice: NoRulebook) -> Finding:
    text = Text(
        f"暂按已失效文件 {book.id} 试判：{choice.text.zh}；本学时仍为存疑",
        f"tried under a lapsed document, {book.id}: {choice.text.en}; the hour stays unproven",
    )
    return no_rulebook(NO_RULEBOOK_IN_FORCE, text, _lapsed_remedy(book.id, Gap.NOT_YET))


_OTHER_PLACE = Text(
    "请核对地点的写法（class.toml 的 locality，或班期资料里的培训所在地）；写法无误的，须先有当地的规则文件"
    "（--rulebooks，或在“政策库”提交），或由主管部门指定适用的文件（policy）",
    "see how the place is written (locality in class.toml, or the class's record); if it is right, a rulebook of the"
    " place is needed first (--rulebooks, or handed in under Policies), or the authority names one (policy)",
)
_OWN = Text(
    "请在班期设置或 class.toml 的 [class] 去掉 policy，或改为当地的文件，并核对地点（locality）；再核验一次",
    "in the class's settings or class.toml, under [class], take policy out or name a document of the place, and see"
    " whether the place (locality) is right; then verify again",
)
_MEND = Text(
    "请管理规则文件的人改正它（规则文件夹，或在“政策库”重新提交）；在此之前不会改用别的文件，改正后再核验一次",
    "whoever keeps the rulebooks mends it (in the folder, or handed in anew under Policies); until then no other document"
    " stands in for it; then verify again",
)
_STATE_PLACE = Text(
    '请在 class.toml 的 [class] 中写明 locality = "省市县全名" 或 policy = "…"（xueshi policy list 列出全部），或用 --policy 指定',
    'in class.toml, under [class], write locality = "the whole name of the place" or policy = "…" (xueshi policy list'
    " names them), or pass --policy",
)
