from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli import rulebook_draft
from cli.rulebooks import ShelfOption, open_shelf, print_assumptions
from cli.terminal import (
    DayOption,
    JsonOption,
    Lang,
    LangOption,
    day_of,
    examples,
    grid,
    print_json,
    read_text,
    screen,
    wrapped,
)
from policy.diff import differences
from policy.loader import parse
from policy.rulebook import Papers, Rulebook
from policy.shelf import Shelf

_SUBJECT_CELLS = 24  # the longest kind and the space between the columns

app = typer.Typer(no_args_is_help=True, help="政策规则库 | the law as data")


@app.command("list", epilog=examples("xueshi policy list", "xueshi policy list --as-of 2025-03-01 --lang en"))
def list_books(
    lang: LangOption = Lang.ZH, as_of: DayOption = None, rulebooks: ShelfOption = None, as_json: JsonOption = False
) -> None:
    """列出政策文件及今日效力 | list the documents and whether each is in force."""
    day = day_of(as_of)
    books = open_shelf(rulebooks).books
    if as_json:
        print_json([book.reference(day) for book in books])
        return
    zh = lang is Lang.ZH
    table = grid(
        *(("规则库", "地区与文号", "有效期", "效力", "条数") if zh else ("id", "document", "days", "state", "rules"))
    )
    for book in books:
        known = book.places[0] if book.places else ("（残件，县名不详）" if zh else "(fragment, place unknown)")
        place = f"{known} {book.level.text.say(lang)}"
        days = f"{book.valid.first}\n{book.valid.last or '…'}"
        table.add_row(book.id, f"{place}\n{book.number}", days, book.valid.state(day).say(lang), str(len(book.rules)))
    out = screen()
    out.print(table)
    note = "已失效的文件仍用于判定其有效期内的班期" if zh else "a lapsed document still judges the classes of its days"
    out.print(
        f"[dim]{'效力按' if zh else 'as of'} {day}；{note}\n{'详情' if zh else 'more'}: xueshi policy show ID[/dim]"
    )


@app.command("show", epilog=examples("xueshi policy show yangquan-2024", "xueshi policy show wuyi-2020 --json"))
def show(
    book_id: Annotated[str, typer.Argument(metavar="ID")],
    lang: LangOption = Lang.ZH,
    as_of: DayOption = None,
    rulebooks: ShelfOption = None,
    as_json: JsonOption = False,
) -> None:
    """一份文件的全部规则、材料与假设 | one document: its rules, papers and assumptions."""
    book = open_shelf(rulebooks).book(book_id)
    if as_json:
        print_json(book)
        return
    zh = lang is Lang.ZH
    out = screen()
    out.print(f"[bold]{escape(book.title.say(lang))}[/bold]  {escape(book.number)}")
    out.print(f"{escape(book.issuer)}  {book.valid.days}  [bold]{book.valid.banner(day_of(as_of)).say(lang)}[/bold]")
    if book.replaces:
        quotes = "".join(f"「{quote}」" for quote in book.replaces.quotes)
        out.print(escape(f"{'取代' if zh else 'replaces'} {'、'.join(book.replaces.books)}{quotes}"))
    for note in filter(None, (book.note, book.valid.note)):
        out.print(f"[dim]{escape(note.say(lang))}[/dim]")
    rules = grid(
        *(("规则", "条款", "内容", "级", "性质") if zh else ("rule", "article", "content", "level", "force")),
        fold=(1, 2),
    )
    for rule in book.rules:
        rules.add_row(rule.id, rule.article, escape(rule.title.say(lang)), rule.level, _force(rule.hardness, lang))
    out.print()
    out.print(rules)
    _print_words(out, book, lang)
    if book.papers:
        out.print(f"\n[bold]{'申请材料' if zh else 'application papers'}[/bold]")
    for papers in book.papers:
        out.print(f"{papers.id} {papers.programme}（{papers.article}）：{escape(_needs(papers, lang))}")
    out.print(f"\n[bold]{'假设' if zh else 'assumptions'}[/bold]")
    print_assumptions(out, book.readings, lang)


@app.command(
    "diff", epilog=examples("xueshi policy diff yangquan-2024 linxian-2023", "xueshi policy diff old.toml new.toml")
)
def diff(
    left: Annotated[str, typer.Argument(metavar="A")],
    right: Annotated[str, typer.Argument(metavar="B")],
    lang: LangOption = Lang.ZH,
    rulebooks: ShelfOption = None,
    as_json: JsonOption = False,
) -> None:
    """比较两份文件的不同规定 | where two documents answer differently."""
    shelf = open_shelf(rulebooks)
    books = (_book(shelf, left), _book(shelf, right))
    found = differences(*books)
    if as_json:
        print_json(found)
        return
    out = screen()
    if not found:
        out.print("两份文件的规定相同 | the two say the same")
        return
    table = grid("" if lang is Lang.EN else "事项", books[0].id, books[1].id)
    width = max(16, (out.width - _SUBJECT_CELLS) // 2)
    for item in found:
        sides = [
            escape(wrapped("\n".join(text.say(lang) for text in side) or "—", width))
            for side in (item.left, item.right)
        ]
        table.add_row(item.subject.say(lang), *sides, end_section=True)
    out.print(table)


def _print_words(out: Console, book: Rulebook, lang: Lang) -> None:
    """The document's words for groups and programmes, each with its other spellings."""
    zh = lang is Lang.ZH
    for title, words in (
        ("人群" if zh else "groups", book.groups),
        ("培训项目" if zh else "programmes", book.programmes),
    ):
        out.print(f"\n[bold]{title}[/bold]")
        for word in words.words:
            other = "、".join(word.spellings[1:])
            members = "、".join(word.members)
            name = word.name if zh else f"{word.name} {word.en}"
            parts = (name, f"＝{other}" if other else "", f"⊃ {members}" if members else "")
            out.print(escape(wrapped("  ".join(filter(None, parts)), out.width)))


def _book(shelf: Shelf, name: str) -> Rulebook:
    return parse(read_text(Path(name)), name) if name.endswith(".toml") else shelf.book(name)


def _needs(papers: Papers, lang: Lang) -> str:
    either = " 或 " if lang is Lang.ZH else " or "
    needs = "、".join(either.join(group) for group in papers.needs)
    waived = f"；无需{'、'.join(papers.not_needed)}" if papers.not_needed else ""
    return needs + waived


def _force(hardness: str, lang: Lang) -> str:
    return {"must": "应当", "soft": "软性", "ceiling": "可"}[hardness] if lang is Lang.ZH else hardness


# Last, so that help lists reading before writing.
app.registered_commands.extend(rulebook_draft.app.registered_commands)
