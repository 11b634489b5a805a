import os
import socket
import sys
import tempfile
import webbrowser
from contextlib import suppress
from errno import EADDRINUSE
from pathlib import Path
from threading import Thread
from typing import Annotated
from urllib.request import ProxyHandler, build_opener

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from cli.connection_limits import MOST_CONNECTIONS, BoundedProtocol
from cli.lock_check import need_unix
from cli.rulebooks import ShelfOption
from cli.terminal import Lang, LangOption
from facts.errors import SetupError
from runtime.accounts.bootstrap_link import set_up_link
from runtime.evidence_log.head_signature import made_first_key
from runtime.platform.clock import now
from runtime.platform.environment import change_environment, environment
from runtime.platform.file_rights import close_to_others
from runtime.platform.settings import settings_from
from runtime.policy.folder import folder_shelf
from storage.database.schema import open_database

_APP = "api.http.app:create"  # by its name: cli and api are siblings, neither imports the other
_MOST_TOLD = 1 << 14
_KEY_TOLD = {
    Lang.ZH: "签名密钥已生成：{}（请与数据库分开备份）",
    Lang.EN: "a signing key was made: {} (back it up apart from the database)",
}
_PATIENCE_S = 3  # a listener to events would never leave by itself


def serve(
    host: Annotated[str, typer.Option("--host", envvar="XUESHI_HOST", help="监听地址 | where to listen")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", envvar="XUESHI_PORT", min=1, max=65535, help="端口 | port")] = 8000,
    database: Annotated[
        str | None,
        typer.Option("--db", metavar="URL", help="数据库（默认 HOME/xueshi.db）| sqlite:///… or postgresql://…"),
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="证据库（默认 HOME/evidence）| folder or s3+https://…")
    ] = None,
    place: Annotated[
        Path | None,
        typer.Option("--home", metavar="DIR", envvar="XUESHI_HOME", help="密钥、日志与数据所在 | keys, log, data"),
    ] = None,
    rulebooks: ShelfOption = None,
    opens: Annotated[
        bool, typer.Option("--open", help="在浏览器里打开控制台 | open the console in the browser")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="服务进程数 | serving processes")] = 1,
    lang: LangOption = Lang.ZH,
) -> None:
    """启动网页服务；空库会打印一次性设置链接 | the service; on an empty database it prints a one-time set-up link."""
    need_unix()
    os.umask(0o077)  # whatever the service writes is its own: names, numbers, keys
    given = {
        "XUESHI_HOST": host,
        "XUESHI_PORT": str(port),
        "XUESHI_DB": database,
        "XUESHI_STORE": store,
        "XUESHI_HOME": str(place) if place else None,
        "XUESHI_WORKERS": str(workers),
        "XUESHI_RULEBOOKS": str(rulebooks) if rulebooks else None,
    }
    change_environment({name: value for name, value in given.items() if value})
    if database:
        change_environment({"XUESHI_DB_FILE": None})
    settings = settings_from(environment())
    for told in close_to_others(settings):
        sys.stderr.write(f"! {told.say(lang)}\n")
    folder_shelf(settings.rulebooks)  # a folder with a fault is told before anybody relies on it
    if opens and already_at(settings.address):
        webbrowser.open(settings.address)
        return
    with listener_at(host, port) as listener:  # first: a link to a service that cannot listen leads to somebody else's
        engine = open_database(settings.database)
        link = set_up_link(engine, settings, now())
        engine.dispose()
        if link and made_first_key(settings, now()):
            sys.stdout.write(_KEY_TOLD[lang].format(settings.home / "keys") + "\n")
        words = (
            ("学时证已启动", "首次设置（24 小时内有效，只能用一次）")
            if lang is Lang.ZH
            else ("Xueshi serves at", "first set-up (24 h, once)")
        )
        sys.stdout.write(f"{words[0]} {settings.address}\n" + (f"{words[1]}: {link}\n" if link else ""))
        sys.stdout.flush()
        if opens:  # beside the service: a browser in the terminal keeps its caller waiting
            Thread(target=webbrowser.open, args=(link or settings.address,), daemon=True).start()
        serve_at(listener, workers)


def already_at(address: str) -> bool:
    """Whether a service of ours answers there: a second double click wants its page, not a second service."""
    with suppress(OSError), build_opener(ProxyHandler({})).open(f"{address}/healthz", timeout=_PATIENCE_S) as told:
        return b'"status":"alive"' in told.read(_MOST_TOLD)
    return False


def serve_at(listener: socket.socket, workers: int = 1) -> None:
    """The service of the process's environment at this listener, until it is told to end."""
    config = uvicorn.Config(
        _APP,
        factory=True,
        workers=workers,
        server_header=False,
        proxy_headers=False,  # the application itself knows whose to believe (XUESHI_PROXIES)
        access_log=False,  # addresses may hold a one-time token or a media server's key
        log_level="warning",
        ws="none",
        http=BoundedProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=_PATIENCE_S,
    )
    if workers > 1:
        change_environment({"PROMETHEUS_MULTIPROC_DIR": tempfile.mkdtemp(prefix="xueshi-metrics-")})
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


def listener_at(host: str, port: int) -> socket.socket:
    """A socket of ours: uvicorn's own for several processes does not name TCP, and Nagle costs each answer 40 ms."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # two that only bind may both think that they have the port
    except OSError as error:
        listener.close()
        raise SetupError(
            f"{host}:{port}: cannot listen there ({error.strerror}); choose another --host or --port"
        ).in_chinese(_cannot_listen(host, port, error)) from error
    listener.set_inheritable(True)
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    """What to do about it: mostly another program, or this very service, holds the port."""
    if error.errno == EADDRINUSE:
        return f"{host}:{port} 已被别的程序占用（也可能学时证已在运行）；请关掉它，或用 --port 换一个端口"
    return f"{host}:{port} 不能监听（{error.strerror}）；请用 --host 或 --port 换一个"
