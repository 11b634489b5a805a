from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.terminal import Lang, wrapped
from facts.verdict import Assumption
from policy.shelf import Shelf
from runtime.policy.folder import folder_shelf

ShelfOption = Annotated[
    Path | None,
    typer.Option(
        "--rulebooks", envvar="XUESHI_RULEBOOKS", metavar="DIR", help="另加的规则文件夹 | a folder of further rulebooks"
    ),
]


def open_shelf(folder: Path | None) -> Shelf:
    """The shipped rulebooks and those of the folder."""
    return folder_shelf(folder)


def print_assumptions(out: Console, items: tuple[Assumption, ...], lang: Lang) -> None:
    """The readings that the documents leave open, their values beneath."""
    for item in items:
        text = wrapped(item.text.say(lang), out.width - 4)
        value = wrapped(item.value, out.width - 4)
        table = Table.grid(padding=(0, 1))
        table.add_column(width=3)
        table.add_row(item.id, f"{escape(text)}\n[dim]{escape(value)}[/dim]")
        out.print(table)
