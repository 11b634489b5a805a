import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.markup import escape

from claims.doubts.history import patterns
from cli.history import DbOption, open_history
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.codec import plain
from facts.counting import counted
from facts.errors import InputError, SetupError
from facts.history import HistoryDoubt, Limits
from runtime.claims.history import limits_of
from runtime.claims.history_doubts import whole
from storage.database.connection import reading

app = typer.Typer()


@app.command(
    "doubts",
    epilog=examples(
        "xueshi history doubts --policy yangquan-2024 --since 2026-01-01",
        "xueshi history doubts --detector overlap.hours --json - --limit 100",
        "xueshi history doubts --set account.shared.people=3",
    ),
)
def doubts(
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="按哪份规则算重复享受 | whose keys tell a repetition")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="DAY", help="只列此日及以后的 | from this day on"),
    ] = None,
    detector: Annotated[
        list[str] | None,
        typer.Option("--detector", metavar="ID", help="只用此项（可多次）| only this one (repeatable)"),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ID.NAME=N", help="改一个参数（可多次）| set a parameter (repeatable)"),
    ] = None,
    where: Annotated[str, typer.Option("--json", metavar="FILE|-", help="每行一条 JSON | one JSON object a line")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多列几条 | at most so many")] = 1_000_000,
    db: DbOption = "",
    rulebooks: ShelfOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """列出历史中的疑点，先易后难，不加总不打分 | every doubt, the cheapest check first; never summed to a score."""
    engine = open_history(db)
    limits = limits_of(open_shelf(rulebooks).book(policy)) if policy else Limits()
    chosen = tuple(detector or ())
    parameters = _settings(settings or [])
    with reading(engine, "screening the history") as connection:
        found = whole(connection, limits, parameters, chosen)
        kept = (each for each in found if since is None or each.latest >= since.date())
        _show(islice(kept, limit), where, lang)
    if not policy and not chosen and not where:
        zh = lang is Lang.ZH
        words = (
            "未比对重复享受：请用 --policy 指定规则"
            if zh
            else "repetition was not asked about: name a rulebook with --policy"
        )
        screen().print(f"[dim]{words}[/dim]")


def _show(found: Iterator[HistoryDoubt], where: str, lang: Lang) -> None:
    if where == "-":
        _lines(found, sys.stdout)
    elif where:
        try:
            with Path(where).open("w", encoding="utf-8") as file:
                _lines(found, file)
        except OSError as error:
            raise SetupError(f"{where}: cannot be written ({error.strerror}); choose another file") from error
    else:
        _print(found, lang)


def _lines(found: Iterator[HistoryDoubt], file: TextIO) -> None:
    for each in found:
        body = {
            "schema": "xueshi.history-doubt/1",
            "latest": each.latest,
            "doubt": each.as_doubt(),
            "classes": each.classes,
        }
        file.write(json.dumps(plain({**body, "numbers": dict(each.numbers)}), ensure_ascii=False) + "\n")


def _print(found: Iterator[HistoryDoubt], lang: Lang) -> None:
    out, last, number = screen(), "", 0
    for number, each in enumerate(found, start=1):  # noqa: B007 - the count outlives the loop
        if each.about.id != last:
            last = each.about.id
            out.print(_heading(each, lang), soft_wrap=True)
        out.print(f"  {escape(wrapped(each.text.say(lang), max(out.width - 4, 20)))}")
    out.print(f"{number} 条疑点" if lang is Lang.ZH else counted(number, "doubt"))


def _heading(each: HistoryDoubt, lang: Lang) -> str:
    about, zh = each.about, lang is Lang.ZH
    innocent = ("；" if zh else "; ").join(text.say(lang) for text in about.innocent)
    cost = f"核查约 {about.check_cost_s} 秒" if zh else f"a check takes about {about.check_cost_s} s"
    also = "也可能是" if zh else "may innocently be"
    rules = f" · {each.rule or ', '.join(about.rules)}" if each.rule or about.rules else ""
    return f"\n[bold]{about.title.say(lang)}[/bold] [dim]{about.id} · {about.signal}{rules} · {cost}[/dim]\n[dim]{also}：{escape(innocent)}[/dim]"


def _settings(given: list[str]) -> dict[str, dict[str, int]]:
    known = {f"{about.id}.{each.name}" for about in patterns() for each in about.parameters}
    found: dict[str, dict[str, int]] = {}
    for one in given:
        name, _, value = one.partition("=")
        if name not in known or not value.isdecimal():
            raise InputError(
                f"--set {one[:60]}: got no parameter and whole number, expected one of {', '.join(sorted(known))}"
            )
        detector, _, parameter = name.rpartition(".")
        found.setdefault(detector, {})[parameter] = int(value)
    return found


@app.command("detectors", epilog=examples("xueshi history detectors", "xueshi history detectors --lang en"))
def list_detectors(lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """列出每个检测项：找什么、无辜的解释、参数 | each detector, its innocent explanations and parameters."""
    if as_json:
        print_json(patterns())
        return
    zh = lang is Lang.ZH
    table = grid(
        *(("项", "找什么", "也可能是", "参数") if zh else ("id", "looks for", "may innocently be", "parameters")),
        fold=(1, 2, 3),
    )
    for about in patterns():
        innocent = "\n".join(f"· {text.say(lang)}" for text in about.innocent)
        own = "\n".join(f"{each.name}={each.default} {each.text.say(lang)}" for each in about.parameters)
        table.add_row(about.id, f"{about.title.say(lang)}（{about.signal}，{about.check_cost_s} s）", innocent, own)
    screen().print(table)
