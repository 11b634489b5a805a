from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from facts.errors import InputError
from runtime.verification.frame_sampling import weights_folder
from vision.cards import ModelCard
from vision.models import check as check_model
from vision.models import known_cards, list_models
from vision.models import pull as pull_model

app = typer.Typer(no_args_is_help=True, help="检测模型 | detectors, by their model cards")

CardsOption = Annotated[
    Path | None,
    typer.Option(
        "--cards", envvar="XUESHI_CARDS", metavar="DIR", help="模型卡文件夹 | a folder of model cards (*.toml)"
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="模型卡的 name | the name on the card")]


@app.command("list", epilog=examples("xueshi models list", "xueshi models list --cards ./cards"))
def list_cards(cards: CardsOption = None, lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """列出模型卡及其权重是否就位 | list the cards and whether their weights are here."""
    states = list_models(known_cards(cards), weights_folder())
    if as_json:
        print_json(states)
        return
    titles = ("模型", "找什么", "许可", "权重") if lang is Lang.ZH else ("model", "finds", "licence", "weights")
    table = grid(*titles)
    for state in states:
        card = state.card
        table.add_row(escape(card.name), card.finds.value, escape(card.licence), state.presence.value)
    screen().print(table)


@app.command("pull", epilog=examples("xueshi models pull yolox-head --cards ./cards"))
def pull(name: NameArgument, cards: CardsOption = None) -> None:
    """下载一个模型的权重并核对摘要 | fetch a model's weights and check their digest."""
    screen().print(escape(str(pull_model(_card(name, cards), weights_folder()))), soft_wrap=True)


@app.command("check", epilog=examples("xueshi models check centerface"))
def check(name: NameArgument, cards: CardsOption = None) -> None:
    """装载一个模型并试跑一次 | load a model and run it once."""
    screen().print(escape(check_model(_card(name, cards), weights_folder())))


def _card(name: str, cards: Path | None) -> ModelCard:
    known = known_cards(cards)
    found = next((card for card in known if card.name == name), None)
    if found is None:
        names = ", ".join(card.name for card in known)
        raise InputError(f"model {name}: got no card of that name, expected one of {names}; name a folder with --cards")
    return found
