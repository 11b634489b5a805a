"""Columns that nobody could guess are asked for once, with the header shown, and remembered in ``class.toml``."""

from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from rich.markup import escape

from cli.terminal import Lang, screen
from ingest.manifest import MANIFEST_NAME
from ingest.manifest_lines import remember_columns
from ingest.tables.column_questions import ColumnQuestion
from ingest.tables.synonyms import FIELD_ZH

Ask = Callable[[str], str]


def _prompt(words: str) -> str:
    return str(typer.prompt(words, default="", show_default=False))


def learn(folder: Path, questions: Sequence[ColumnQuestion], lang: Lang, ask: Ask = _prompt) -> bool:
    """Asks each question and remembers the answers; whether anything was learnt."""
    learnt = False
    for question in questions:
        columns = answered(question, lang, ask)
        if columns:
            remember_columns(folder / MANIFEST_NAME, question.role, columns)
            learnt = True
    return learnt


def answered(question: ColumnQuestion, lang: Lang, ask: Ask) -> dict[str, str]:
    """The header for each missing column, by its number or its words; an empty answer leaves the sheet unused."""
    out = screen()
    out.print(escape(f"{question.where}：{question.text.say(lang.value)}"), style="yellow")
    for number, header in enumerate(question.headers, 1):
        out.print(f"  {number}. {escape(header)}")
    columns: dict[str, str] = {}
    for name in question.missing:
        words = FIELD_ZH.get(name, name) if lang is Lang.ZH else name
        prompt = f"“{words}”是第几列（回车跳过）" if lang is Lang.ZH else f"which column is {words} (enter skips)"
        chosen = _header(question.headers, ask(prompt))
        if chosen is None:
            return {}
        columns[name] = chosen
    return columns


def _header(headers: Sequence[str], answer: str) -> str | None:
    answer = answer.strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(headers):
        return headers[int(answer) - 1]
    return answer if answer in headers else None
