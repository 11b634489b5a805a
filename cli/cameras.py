import ipaddress
from typing import Annotated

import typer
from rich.markup import escape

from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from facts.errors import InputError
from facts.recorder import camera_clock_text
from ingest.cameras.onvif_discovery import discover
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.recordings.camera_search import AskedCamera, ask_cameras, named_camera, own_pins

app = typer.Typer(no_args_is_help=True, help="摄像机：在本地网络上查找 | cameras: find them on the local network")
_NONE = {
    Lang.ZH: "没有摄像机应答。请确认：本机与摄像机在同一网段；摄像机已开启 ONVIF；或直接写它的地址：xueshi cameras find 192.168.1.64",
    Lang.EN: "no camera answered. Is this machine in the cameras' network, is ONVIF on? Or name one: xueshi cameras find 192.168.1.64",
}


@app.callback()
def cameras() -> None:
    """摄像机：在本地网络上查找 | cameras: find them on the local network."""


@app.command(
    "find",
    epilog=examples(
        "xueshi cameras find",
        "xueshi cameras find --user viewer --password-env CAMERA_PASSWORD",
        "xueshi cameras find 192.168.1.64 --json",
    ),
)
def find(
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="只问这一台 | ask this one only, also in another network")
    ] = None,
    user: Annotated[str, typer.Option("--user", help="给出则列出码流地址 | with it stream addresses are listed")] = "",
    password_env: Annotated[
        str,
        typer.Option(
            "--password-env", metavar="NAME", help="装着密码的环境变量 | the variable that holds the password"
        ),
    ] = "",
    wait_s: Annotated[
        float, typer.Option("--wait", min=0.2, max=30, help="等应答几秒 | seconds to wait for answers")
    ] = 3.0,
    interface: Annotated[
        str, typer.Option("--interface", metavar="IP", help="从本机的哪个地址问 | this machine's address to ask from")
    ] = "",
    trust_new: Annotated[
        bool,
        typer.Option(
            "--trust-new", help="确认摄像机换了证书 | the camera named has another certificate now, and rightly"
        ),
    ] = False,
    lang: LangOption = Lang.ZH,
    json: JsonOption = False,
) -> None:
    """用 ONVIF 查找摄像机：它们在哪里、钟差多少、码流地址 | find cameras by ONVIF: where, their clocks, their streams."""
    found = [named_camera(address)] if address else discover(wait_s, interface=_own(interface))
    pins = own_pins()
    if trust_new:
        if not address:
            raise InputError(
                "--trust-new: got no address, expected that of the camera; name it by its https:// address"
            )
        pins.forget(f"{found[0].address}:{found[0].port}")
    asked = ask_cameras(found, user, _password(password_env), now, pins)
    print_json(asked) if json else _show(asked, lang)
    raise typer.Exit(0 if any(one.clock or one.streams for one in asked) else 1)


def _password(name: str) -> str:
    if name and name not in environment():
        raise InputError(
            f"--password-env {name}: got no such variable, expected one that holds the password; export it first"
        )
    return environment().get(name, "") if name else ""


def _own(interface: str) -> str:
    try:
        return str(ipaddress.IPv4Address(interface)) if interface else ""
    except ValueError as error:
        raise InputError(
            f"--interface {interface[:40]}: got no IPv4 address, expected one of this machine's"
        ) from error


def _show(asked: list[AskedCamera], lang: Lang) -> None:
    zh, out = lang is Lang.ZH, screen()
    if not asked:
        out.print(_NONE[lang], soft_wrap=True)
        return
    heads = ("地址", "名称", "型号", "钟", "码流") if zh else ("address", "name", "model", "clock", "streams")
    table = grid(*heads, fold=(1, 2, 3, 4))
    for one in asked:
        streams = [f"{each.address} {each.codec} {each.width}×{each.height}" for each in one.streams]
        said = [f"✗ {one.fault}"] if one.fault else streams
        clock = camera_clock_text(one.clock).say(lang) if one.clock else "–"
        about = (f"{one.found.address}:{one.found.port}", one.found.name or "–", one.found.model or "–", clock)
        table.add_row(*(escape(text) for text in (*about, "\n".join(said) or "–")))
    out.print(table)
