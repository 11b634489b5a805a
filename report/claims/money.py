"""Sums and traces as the document holds them."""

from collections.abc import Iterable
from fractions import Fraction

from claims.outcome import PersonScreen, PurseSum, ValidTime, WithheldSum
from claims.trace import NOTHING, Trace, TraceTerm
from claims.trace_text import arithmetic
from facts.money import Fen
from report.claims.schema import MoneyEntry, PurseEntry, SumsEntry, TermEntry, TimeEntry, TraceEntry, WithheldEntry
from report.mask import Mask
from report.schema import TextEntry

_FEN = 100


def money(amount: Fen) -> MoneyEntry:
    """Whole fen, and the yuan beside it."""
    sign = "-" if amount.fen < 0 else ""
    yuan, fen = divmod(abs(amount.fen), _FEN)
    return {"fen": amount.fen, "yuan": f"{sign}{yuan}.{fen:02d}"}


def yuan(amount: MoneyEntry) -> str:
    """``48,000`` or ``1,500.50``: two decimals only where they say something."""
    sign, whole = ("−" if amount["fen"] < 0 else ""), abs(amount["fen"])
    main, fen = divmod(whole, _FEN)
    return f"{sign}{main:,}" + (f".{fen:02d}" if fen else "")


def maybe(amount: Fen | None) -> MoneyEntry | None:
    """The same, where there is an amount."""
    return None if amount is None else money(amount)


def sums(
    claimed: Fen | None, supported: Fen, unproven: Fen, *, open_ended: bool, by_review: Fen = NOTHING
) -> SumsEntry:
    """The four sums that everything on the page comes down to, and what of the supported rests on people's review."""
    return {
        "claimed": maybe(claimed),
        "supported": money(supported),
        "unproven": money(unproven),
        "difference": None if claimed is None else money(claimed - supported),
        "open_ended": open_ended,
        "by_review": money(by_review),
    }


_RECIPIENTS = {
    "个人": "the trainee",
    "企业": "the firm",
    "培训机构": "the institution",
    "评价机构": "the evaluation body",
    "申领人": "the claimant",
}


def recipient(name: str) -> TextEntry:
    """Who is paid, in both languages."""
    return {"zh": name, "en": _RECIPIENTS.get(name, name)}


def purse_entry(purse: PurseSum) -> PurseEntry:
    """One recipient's four sums out of one fund."""
    own = sums(purse.claimed, purse.supported, purse.unproven, open_ended=purse.open_ended, by_review=purse.by_review)
    return {"recipient": recipient(purse.recipient), "fund": purse.fund, **own}


def part_sums(part: PersonScreen) -> SumsEntry:
    """One person's four sums."""
    return sums(part.claimed, part.supported, part.unproven, open_ended=part.open_ended, by_review=part.by_review)


def trace_entry(trace: Trace, mask: Mask) -> TraceEntry:
    """One rule's sum, term by term."""
    return {
        "rule": trace.rule,
        "title": mask.say(trace.title),
        "status": trace.status.value,
        "sum": sum_line(trace, mask),
        "terms": [_term(term, mask) for term in trace.terms],
        "cap": maybe(trace.cap),
        "deducted": money(trace.deducted) if trace.deducted.fen else None,
        "total": maybe(trace.total),
        "recipient": recipient(trace.recipient),
        "fund": trace.fund,
        "ceiling": trace.ceiling,
        "missing": [mask.say(item) for item in trace.missing],
        "flags": [mask.say(item) for item in trace.flags],
        "notes": [mask.say(item) for item in trace.notes],
        "quote": trace.quote.removeprefix("「").removesuffix("」"),
        "article": trace.article,
    }


def sum_line(trace: Trace, mask: Mask) -> TextEntry:
    """The sum in one line, as a clerk would write it on paper."""
    return {"zh": mask.text(arithmetic(trace, "zh")), "en": mask.text(arithmetic(trace, "en"))}


def _term(term: TraceTerm, mask: Mask) -> TermEntry:
    return {
        "label": mask.say(term.label),
        "count": term.count,
        "unit": mask.say(term.unit),
        "price": money(term.price),
        "share": str(term.share),
        "amount": money(term.amount),
        "hours": list(term.sources),
    }


def withheld_entries(items: Iterable[WithheldSum], mask: Mask) -> list[WithheldEntry]:
    """What rules stop."""
    return [
        {
            "rule": item.rule,
            "status": item.status.value,
            "amount": money(item.amount),
            "text": mask.say(item.text),
            "quote": item.quote.removeprefix("「").removesuffix("」"),
            "article": item.article,
        }
        for item in items
    ]


def time_entry(time: ValidTime | None) -> TimeEntry | None:
    """Valid days and hours."""
    if time is None:
        return None
    return {
        "days": time.days,
        "hours": count(time.hours),
        "days_if_proven": time.days_if_proven,
        "hours_if_proven": count(time.hours_if_proven),
        "half_days": time.half_days,
        "unproven_hours": list(time.unproven_hours),
        "failed_hours": list(time.failed_hours),
        "hours_by_review": count(time.hours_by_review),
        "reviewed_hours": list(time.reviewed_hours),
    }


def count(number: Fraction) -> str:
    """``24`` or ``23.5``; a third stays a fraction."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):g}" if number.denominator in {2, 4, 5, 8, 10} else str(number)
