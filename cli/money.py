from typing import Annotated

import typer
from rich.markup import escape
from rich.padding import Padding

from claims.case import Case
from claims.money import CLASSWIDE, trace
from claims.sample import SampleSize, sample_case, size_of, telling_units
from claims.trace import Trace
from claims.trace_text import arithmetic, money_words, trace_lines
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.errors import InputError
from facts.text import Text
from policy.kinds import MoneyPerUnit
from policy.rulebook import Rule, Rulebook

app = typer.Typer()
_CALLS = ("xueshi policy example YQ-M1", "xueshi policy example WY-M2 --hours 39", "xueshi policy example YQ-M2")


@app.command("example", epilog=examples(*_CALLS))
def example(
    rule_id: Annotated[str, typer.Argument(metavar="RULE_ID", help="资金规则，如 YQ-M1 | a money rule")],
    days: Annotated[int | None, typer.Option(min=0, max=10_000, metavar="N", help="有效天数 | valid days")] = None,
    hours: Annotated[int | None, typer.Option(min=0, max=10_000, metavar="N", help="有效学时 | valid hours")] = None,
    months: Annotated[int | None, typer.Option(min=0, max=1_000, metavar="N", help="月数 | months")] = None,
    heads: Annotated[int | None, typer.Option(min=1, max=10_000, metavar="N", help="人数 | people")] = None,
    lang: LangOption = Lang.ZH,
    rulebooks: ShelfOption = None,
    as_json: JsonOption = False,
) -> None:
    """一条资金规则的算例，可逐步复算 | one worked money example that can be redone by hand."""
    book, rule = open_shelf(rulebooks).rule(rule_id)
    if not rule.kind.startswith("money."):
        raise InputError(f"rule {rule.id}: got kind {rule.kind}, expected a money rule such as YQ-M1 or WY-M6")
    asked = SampleSize(days, hours, months, heads)
    shown = _shown(book, rule, asked)
    if as_json:
        print_json(shown)
        return
    zh, out = lang is Lang.ZH, screen()
    out.print(f"[bold]{rule.id}  {escape(rule.title.say(lang))}[/bold]  {escape(book.number)}")
    formula = f"{'判定式：' if zh else 'formula: '}{rule.params.formula().say(lang)}"
    out.print(escape(wrapped(formula, out.width)))
    if isinstance(rule.params, MoneyPerUnit) and asked == SampleSize():
        _print_table(book, rule, rule.params, lang)
    out.print(f"\n[bold]{'算例（虚构人员）' if zh else 'worked example (made-up people)'}[/bold]")
    for line in trace_lines(shown, lang):
        indent = len(line) - len(line.lstrip())
        out.print(Padding(escape(wrapped(line, out.width - indent)), (0, 0, 0, indent), expand=False))


def _shown(book: Rulebook, rule: Rule, asked: SampleSize) -> Trace:
    return _trace(sample_case(book, rule, asked), rule)


def _trace(case: Case, rule: Rule) -> Trace:
    return trace(case, rule, None if isinstance(rule.params, CLASSWIDE) else case.people[0])


def _print_table(book: Rulebook, rule: Rule, params: MoneyPerUnit, lang: Lang) -> None:
    unit = Text(params.unit.zh, f"{params.unit.value}s").say(lang)
    table = grid(unit, *(("算式", "每人金额") if lang is Lang.ZH else ("sum", "per person")), fold=(1,))
    for units in telling_units(params):
        found = _shown(book, rule, size_of(params.unit, units))
        amount = money_words(found.total, lang) if found.total is not None else "?"
        table.add_row(str(units), arithmetic(found, lang), amount)
    out = screen()
    out.print()
    out.print(table)
