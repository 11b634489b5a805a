from collections.abc import Iterator

from claims.trace import NOTHING, WHOLE, Trace, TraceTerm
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status
from policy.kinds.base import per_cent

_PUNCTUATION = {"zh": ("，", "；", "："), "en": (", ", "; ", ": ")}


def money_words(amount: Fen, lang: str = "zh") -> str:
    """An amount as it stands in a sentence of that language."""
    return str(amount).replace("元", " yuan") if lang == "en" else str(amount)


def arithmetic(trace: Trace, lang: str = "zh") -> str:
    """The whole sum in one line, as a clerk would write it on paper."""
    comma = _PUNCTUATION[lang][0]
    if trace.total is None:
        return Text("不给出金额", "no sum").say(lang) if trace.status is Status.UNPROVEN else "—"
    if not trace.terms:
        return money_words(trace.total, lang)
    line = f"{' + '.join(_term(term, lang) for term in trace.terms)} = {money_words(trace.subtotal, lang)}"
    if trace.cap is not None:
        line += f"{comma}{Text('上限', 'cap ').say(lang)}{money_words(trace.cap, lang)}"
    if trace.deducted > NOTHING:
        less = Text("减此前阶段 ", "less earlier stages ").say(lang)
        line += f"{comma}{less}{money_words(trace.deducted, lang)}"
    if trace.capped or trace.deducted > NOTHING:
        line += f" → {money_words(trace.total, lang)}"
    return line


def trace_lines(trace: Trace, lang: str = "zh") -> Iterator[str]:
    """The trace as lines of text: status, sum, what is missing, flags, notes, and the clause."""
    colon = _PUNCTUATION[lang][2]
    status = trace.status.en if lang == "en" else trace.status.zh
    yield f"{trace.status.glyph} {trace.rule} {trace.title.say(lang)} [{trace.subject}] {status}"
    most = Text("最高 ", "at most ").say(lang) if trace.ceiling and trace.total else ""
    yield f"  {most}{arithmetic(trace, lang)}"
    for term in trace.terms:
        if term.sources:
            yield f"    {term.label.say(lang)}{colon}{' '.join(term.sources)}"
    for head, items in (
        (Text("缺", "missing"), trace.missing),
        (Text("提示", "flag"), trace.flags),
        (Text("注", "note"), trace.notes),
    ):
        yield from (f"  {head.say(lang)}{colon}{item.say(lang)}" for item in items)
    yield f"  {trace.article}{trace.quote}"


def _term(term: TraceTerm, lang: str) -> str:
    times, gap = ("×", "") if lang == "zh" else (" × ", " ")
    share = "" if term.share == WHOLE else f"{times}{per_cent(term.share)}"
    return f"{money_words(term.price, lang)}{times}{term.count}{gap}{_unit(term, lang)}{share}"


def _unit(term: TraceTerm, lang: str) -> str:
    """Units are plural in English unless there is one."""
    word = term.unit.say(lang)
    return _singular(word) if term.count == 1 and lang == "en" else word


def _singular(word: str) -> str:
    return word.removesuffix("es") if word.endswith("sses") else word.removesuffix("s")
