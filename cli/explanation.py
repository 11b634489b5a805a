from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from cli.rulebooks import ShelfOption, open_shelf, print_assumptions
from cli.terminal import DayOption, JsonOption, Lang, LangOption, day_of, print_json, screen, wrapped
from facts.codec import plain
from policy.rulebook import Rule, Rulebook

_HEADING_CELLS = 14  # the longest heading and the space after it


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="RULE_ID", help="如 YQ-V1 | such as YQ-V1")],
    lang: LangOption = Lang.ZH,
    as_of: DayOption = None,
    rulebooks: ShelfOption = None,
    as_json: JsonOption = False,
) -> None:
    """讲清一条规则：条款、原文、判定式、参数、假设、效力 | explain one rule: clause, quote, formula, assumptions."""
    book, rule = open_shelf(rulebooks).rule(rule_id)
    day = day_of(as_of)
    if as_json:
        print_json(_record(book, rule, day))
        return
    zh = lang is Lang.ZH
    out = screen()
    out.print(f"[bold]{rule.id}  {escape(rule.title.say(lang))}[/bold]")
    out.print(f"{escape(book.number or book.title.say(lang))}  {escape(rule.article)}")
    banner = _banner(book, rule, day, lang)
    out.print(f"[{'bold green' if book.valid.covers(day) else 'bold yellow'}]{banner}[/]")
    body = Table(box=box.SIMPLE, show_header=False, pad_edge=False, show_edge=False)
    body.add_column(no_wrap=True, style="dim")
    body.add_column(overflow="fold")
    for heading, said in _rows(rule, zh=zh):
        body.add_row(heading, escape(wrapped(said, out.width - _HEADING_CELLS)))
    out.print(Padding(body, (1, 0, 0, 0)))
    assumed = book.assumptions_of(rule)
    if assumed:
        out.print(f"\n[bold]{'本条所依假设' if zh else 'assumptions it rests on'}[/bold]")
    print_assumptions(out, assumed, lang)


def _banner(book: Rulebook, rule: Rule, day: date, lang: Lang) -> str:
    own = ""
    if rule.since:
        own += f"；本条自 {rule.since} 起" if lang is Lang.ZH else f"; this rule from {rule.since}"
    if rule.until:
        own += f"；本条至 {rule.until} 止" if lang is Lang.ZH else f"; this rule until {rule.until}"
    return book.valid.banner(day).say(lang) + own


def _rows(rule: Rule, *, zh: bool) -> Iterator[tuple[str, str]]:
    lang = "zh" if zh else "en"
    for quote in rule.quotes:
        yield "原文" if zh else "quote", f"「{quote}」"
    yield "判定式" if zh else "formula", rule.params.formula().say(lang)
    kind = f"{rule.params.title.say(lang)} ({rule.kind})"
    yield "种类" if zh else "kind", kind
    yield "参数" if zh else "parameters", _parameters(rule)
    scope = (
        ("约束对象", "binds", rule.binds),
        ("项目", "programmes", rule.programmes),
        ("人群", "groups", rule.groups),
        ("不论人群都约束", "whatever the group", rule.whatever_group),
    )
    for heading, english, words in scope:
        if words:
            yield heading if zh else english, "、".join(words)
    yield "判定级别" if zh else "level", f"{rule.level}: {rule.level.text.say(lang)}"
    yield "性质" if zh else "force", rule.hardness.text.say(lang)
    if rule.note:
        yield "说明" if zh else "note", rule.note.say(lang)
    if rule.sic:
        yield "原文有误" if zh else "sic", rule.sic


def _parameters(rule: Rule) -> str:
    held = plain(rule.params)
    shown = [name for name in held if held[name] not in (None, "", "0", 0, [])]
    return "\n".join(f"{name} = {_value(held[name])}" for name in shown)


def _value(value: object) -> str:
    if isinstance(value, list):
        return "、".join(_value(item) for item in value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{key} = {_value(item)}" for key, item in value.items() if item not in (None, False, []))
            + "}"
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def _record(book: Rulebook, rule: Rule, day: date) -> dict[str, object]:
    said = {item.name: getattr(rule, item.name) for item in fields(rule)}
    return {
        **said,
        "formula": rule.params.formula(),
        "rulebook": book.reference(day),
        "assumptions": book.assumptions_of(rule),
    }
