from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from facts.errors import InputError, SetupError
from facts.text import Text
from runtime.verification.senses import weights_folder
from vision.cards import ModelCard, shipped_cards
from vision.download import Deadline
from vision.model_trial import check as check_model
from vision.model_trial import probe_lines
from vision.models import ModelState, WeightsPresence, known_cards, list_models
from vision.weights_fetch import pull as pull_model

app = typer.Typer(no_args_is_help=True, help="检测模型 | detectors, by their model cards")

CardsOption = Annotated[
    Path | None,
    typer.Option(
        "--cards", envvar="XUESHI_CARDS", metavar="DIR", help="模型卡文件夹 | a folder of model cards (*.toml)"
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="模型卡的 name | the name on the card")]
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]…", help="模型卡的 name；不写则取推荐的一套 | the recommended set")
]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="离线：从这个文件夹取，不上网；权重按摘要认，改名无妨但须保留后缀，压缩包须保留原名 | offline: take the files "
        "from this folder; weights are known by their digest and keep their ending, archives keep their name",
    ),
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="最多用几秒 | give up after this long")
]


@app.command("list", epilog=examples("xueshi models list", "xueshi models list --cards ./cards"))
def list_cards(cards: CardsOption = None, lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """列出模型卡及其权重是否就位 | list the cards and whether their weights are here."""
    states = list_models(known_cards(cards), weights_folder())
    if as_json:
        print_json([_entry(state) for state in states])
        return
    titles = ("模型", "找什么", "许可", "权重") if lang is Lang.ZH else ("model", "finds", "licence", "weights")
    table = grid(*titles)
    for state in states:
        card = state.card
        finds = ", ".join(sorted(card.targets))
        table.add_row(escape(card.name), finds, escape(card.licence), _PRESENCE[state.presence].say(lang.value))
    screen().print(table)
    for state in states:
        if state.detail:
            screen().print(escape(f"· {state.card.name}: {state.detail}"), soft_wrap=True)


def _entry(state: ModelState) -> dict[str, object]:
    paths = [str(path) for path in state.weights]
    return {"card": state.card, "weights": paths, "presence": state.presence, "detail": state.detail}


_PRESENCE = {
    WeightsPresence.READY: Text("就位", "ready"),
    WeightsPresence.ABSENT: Text("没有", "absent"),
    WeightsPresence.WRONG: Text("不符", "wrong"),
}


@app.command(
    "pull", epilog=examples("xueshi models pull", "xueshi models pull --from /media/usb", "xueshi models pull bhh-nano")
)
def pull(
    names: NamesArgument = None,
    cards: CardsOption = None,
    folder: FolderOption = None,
    timeout: TimeoutOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """取来权重，核对摘要并试算；可续传 | fetch weights, check digests, try the probe; goes on where it broke off."""
    wanted = [_card(name, cards) for name in names] if names else _recommended()
    deadline, lacking = Deadline.after(timeout), []
    for card in wanted:
        try:
            pull_model(card, weights_folder(), folder, deadline)
            screen().print(escape(f"✓ {check_model(card, weights_folder())}"), soft_wrap=True)
        except SetupError as error:
            lacking.append(f"{card.name}: {error}")
    if lacking:
        without = "没有取到权重，不带它也能核验" if lang is Lang.ZH else "weights were not had; verifying works without"
        raise SetupError(f"{without}. {'; '.join(lacking)}")


def _recommended() -> Sequence[ModelCard]:
    return [card for card in shipped_cards() if not card.embedded]


@app.command("check", epilog=examples("xueshi models check", "xueshi models check centerface"))
def check(names: NamesArgument = None, cards: CardsOption = None) -> None:
    """装载模型并试算 | load models, try their probes and run them once."""
    for card in [_card(name, cards) for name in names] if names else _ready(cards):
        screen().print(escape(check_model(card, weights_folder())), soft_wrap=True)


def _ready(cards: Path | None) -> Sequence[ModelCard]:
    states = list_models(known_cards(cards), weights_folder())
    return [state.card for state in states if state.presence is not WeightsPresence.ABSENT]


@app.command("probe", epilog=examples("xueshi models probe my-heads --cards ./cards"))
def probe(name: NameArgument, cards: CardsOption = None) -> None:
    """打印可抄进模型卡的试算表 | print the probe to put on a card, as this machine's engine computes it."""
    typer.echo(probe_lines(_card(name, cards), weights_folder()))


def _card(name: str, cards: Path | None) -> ModelCard:
    known = known_cards(cards)
    found = next((card for card in known if card.name == name), None)
    if found is None:
        names = ", ".join(card.name for card in known)
        raise InputError(f"model {name}: got no card of that name, expected one of {names}; name a folder with --cards")
    return found
