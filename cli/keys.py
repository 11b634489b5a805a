from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from cli.database import DbOption
from cli.lock_check import need_unix
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from facts.counting import counted
from facts.errors import InputError
from facts.id_number import IdNumber
from facts.span import local
from pipeline.sealing.pseudonyms import Pseudonyms
from runtime.platform.clock import now
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.retention.facts_shredding import rewrap_facts
from storage.database.verification.facts_keys import FactsKeys
from storage.evidence_log.keyring import KeyEntry, KeyRing
from storage.history.keys import keys_in

app = typer.Typer(no_args_is_help=True, help="签名密钥：生成、更换、列出 | signing keys: make, rotate, list")
KeysOption = Annotated[
    Path | None, typer.Option("--keys", metavar="DIR", help="密钥文件夹 | the folder of keys", envvar="XUESHI_KEYS")
]
Algorithm = Literal["ed25519", "sm2"]  # storage/evidence_log/signature.py


def ring_of(folder: Path | None) -> KeyRing:
    """The folder of keys that was named, or this user's."""
    need_unix()
    return KeyRing(folder or home(environment()) / "keys")


@app.command("init", epilog=examples("xueshi keys init", "xueshi keys init --algorithm sm2", "xueshi keys init --all"))
def init(
    keys: KeysOption = None,
    algorithm: Annotated[
        Algorithm, typer.Option("--algorithm", help="签名算法；sm2 需要 OpenSSL 3 | sm2 needs OpenSSL 3")
    ] = "ed25519",
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help="连同 facts.key、history.key，供几台机器各放一份 | facts.key and history.key too, for several nodes",
        ),
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成第一把签名密钥（私钥仅本人可读，从不覆盖）| make the first key; nothing is ever overwritten."""
    ring = ring_of(keys)
    if every:  # otherwise each is made by whoever needs it first, and two nodes would make two
        FactsKeys(ring.root).newest(first=True)
        keys_in(ring.root, make=True)
    _tell(ring, ring.init(now(), algorithm), lang)


@app.command("rotate", epilog=examples("xueshi keys rotate", "xueshi keys rotate --algorithm sm2"))
def rotate(
    keys: KeysOption = None,
    algorithm: Annotated[
        Algorithm | None, typer.Option("--algorithm", help="换用的算法（默认不变）| another algorithm than now")
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """更换密钥，由前一把密钥作保 | a new key, vouched for by the present one."""
    ring = ring_of(keys)
    _tell(ring, ring.rotate(now(), algorithm or ""), lang)


@app.command("rotate-facts", epilog=examples("xueshi keys rotate-facts", "xueshi keys rotate-facts --forget-older"))
def rotate_facts(
    forget_older: Annotated[
        bool, typer.Option("--forget-older", help="销毁旧密钥，旧备份中的姓名证号从此打不开 | older backups stay shut")
    ] = False,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """更换保护姓名证号的密钥（facts.key）；各机构密钥随之重封 | a new secret over names and numbers in the database."""
    place = home(environment())
    engine = open_db(environment(), db, must_exist=True)
    FactsKeys(place / "keys").add()
    count = rewrap_facts(engine, now())
    while rewrap_facts(engine, now()):  # an institution that came in between
        pass
    engine.dispose()
    gone = FactsKeys(place / "keys").forget_older() if forget_older else 0
    zh = f"✓ 已换钥：{count} 个机构重封，销毁旧密钥 {gone} 把；请马上另行备份 facts.key"
    en = f"✓ rotated: {counted(count, 'institution')} wrapped anew, {counted(gone, 'older secret')} destroyed; back up facts.key now, apart"
    screen().print(zh if lang is Lang.ZH else en)


@app.command("list", epilog=examples("xueshi keys list --lang en"))
def list_keys(keys: KeysOption = None, lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """列出全部公钥指纹 | every fingerprint, oldest first."""
    entries = ring_of(keys).entries()
    if as_json:
        print_json([entry.plain() | {"key_id": entry.public.key_id} for entry in entries])
        return
    zh = lang is Lang.ZH
    if not entries:
        screen().print("还没有密钥，请运行 xueshi keys init" if zh else "no key yet; run xueshi keys init")
        return
    table = grid(*(("指纹", "算法", "启用", "前一把") if zh else ("fingerprint", "algorithm", "since", "before")))
    for entry in entries:
        since = local(entry.since).isoformat(timespec="seconds")
        table.add_row(entry.public.key_id, entry.public.algorithm, since, entry.before or "—")
    screen().print(table)


@app.command("match", epilog=examples("xueshi keys match"))
def match(
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
    who: Annotated[
        str,
        typer.Option(prompt="姓名或证号 name or ID number", hide_input=True, help="不经命令历史 | asked, not typed"),
    ] = "",
) -> None:
    """某人在遮蔽的包里叫什么（须持有遮蔽密钥）| what somebody is called in masked packages."""
    pseudonyms = Pseudonyms(ring_of(keys).mask_key())
    try:
        shown = pseudonyms.id_number(IdNumber(who)).digits
    except InputError:
        shown = pseudonyms.name(who)
    screen().print(escape(f"{'遮蔽后' if lang is Lang.ZH else 'masked'}: {shown}"))


def _tell(ring: KeyRing, entry: KeyEntry, lang: Lang) -> None:
    out, zh = screen(), lang is Lang.ZH
    out.print(f"{'密钥指纹' if zh else 'key fingerprint'}: [bold]{entry.public.key_id}[/bold]")
    place = ring.root / f"{entry.public.key_id}.pem"
    out.print(
        f"{'私钥（请离线备份）' if zh else 'private key (keep a copy offline)'}: {escape(str(place))}", soft_wrap=True
    )
    out.print("请在官网或公告上公布指纹" if zh else "publish the fingerprint where everybody can see it")
