import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from facts.counting import counted
from runtime.cluster.address import ClusterAddress, cluster_at, cluster_from
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.home import home

app = typer.Typer(
    no_args_is_help=True, help="集群：证书、调度器、工作进程 | the cluster: certificates, scheduler, workers"
)
AddressOption = Annotated[
    str,
    typer.Option("--engine", metavar="ADDRESS", envvar="XUESHI_ENGINE", help="调度器的地址 | dask+tls://HOST:PORT"),
]
CertificatesOption = Annotated[
    str,
    typer.Option(
        "--certificates",
        metavar="DIR",
        envvar="XUESHI_ENGINE_CERTIFICATES",
        help="本机的证书文件夹 | the folder with this machine's certificate",
    ),
]


@app.command("certificates", epilog=examples("xueshi cluster certificates ./证书"))
def certificates(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="放在哪里 | where they go")],
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="有效天数 | for how many days")] = 365,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成集群自己的证书：一个签发机构，调度器、工作进程、服务各一套 | make the cluster's own certificates.

    持有其中任何一套，就能在集群上运行程序；签发机构的私钥请离线保存 | whoever holds one can run programs on the cluster.
    """
    from runtime.cluster.certificates import issue  # noqa: PLC0415 - a tenth of a second for whoever needs it

    made = issue(folder, now(), days)
    told = {
        "zh": f"有效 {days} 天，每台机器只放自己的一套",
        "en": f"valid for {counted(days, 'day')}; each machine gets its own",
    }
    screen().print(told[lang.value])
    for path in made:
        screen().print(str(path))


@app.command(
    "scheduler",
    epilog=examples("xueshi cluster scheduler --engine dask+tls://10.0.0.5:8786 --certificates ./证书/scheduler"),
)
def scheduler(engine: AddressOption, certificates: CertificatesOption = "") -> None:
    """运行调度器，直到被要求结束 | run the scheduler until it is told to end."""
    from runtime.cluster.scheduler import run_scheduler  # noqa: PLC0415 - loads Dask

    os.umask(0o077)
    run_scheduler(cluster_at(engine, certificates), typer.echo)


@app.command(
    "worker", epilog=examples("xueshi cluster worker --engine dask+tls://10.0.0.5:8786 --certificates ./证书/worker")
)
def worker(
    engine: AddressOption,
    certificates: CertificatesOption = "",
    slots: Annotated[
        int,
        typer.Option(
            "--slots", min=0, help="同时取样几段（0 = 每个处理器一段）| stretches at once; 0: one a processor"
        ),
    ] = 0,
    host: Annotated[str, typer.Option("--host", help="本机在集群内的地址 | this machine's own address")] = "",
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="本机的端口（0 = 任意空闲）| its own port; 0: any that is free"),
    ] = 0,
    blobs: Annotated[
        str,
        typer.Option(
            "--blobs",
            metavar="URL",
            envvar="XUESHI_BLOBS",
            help="录像从这里取来，不用共用磁盘 | recordings are fetched from here: no disk is shared",
        ),
    ] = "",
    room: Annotated[
        int,
        typer.Option(
            "--room",
            metavar="GB",
            min=1,
            envvar="XUESHI_WORKER_ROOM",
            help="取来的录像至多留多少 GB | the most that is kept of what was fetched",
        ),
    ] = 100,
) -> None:
    """运行工作进程：替服务取样，不连数据库 | run a worker: it looks at stretches and needs no database.

    录像从 XUESHI_BLOBS 取来；不设则须在本机的 XUESHI_HOME 下或与服务相同的路径上 | recordings come from XUESHI_BLOBS;
    without it they lie below XUESHI_HOME or at the service's own paths.
    """
    from runtime.cluster.recording_shelf import RecordingShelf  # noqa: PLC0415 - for a worker only
    from runtime.cluster.scheduler import WorkerPlace, run_worker  # noqa: PLC0415 - loads Dask
    from runtime.platform.cache import default_folder  # noqa: PLC0415 - as above
    from runtime.verification.command import processors  # noqa: PLC0415 - as above
    from storage.blobs.address import open_blobs  # noqa: PLC0415 - as above

    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("distributed").setLevel(logging.WARNING)
    environ = environment()
    cluster, cache = cluster_at(engine, certificates), default_folder(environ)
    shelf = RecordingShelf(cache, lambda: open_blobs(blobs, environ), room * 1_000_000_000) if blobs else None
    run_worker(cluster, (host, port), WorkerPlace(home(environ), cache, shelf), slots or processors(), typer.echo)


@app.command("status", epilog=examples("xueshi cluster status"))
def status(
    engine: AddressOption = "",
    certificates: CertificatesOption = "",
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """集群现在有哪些工作进程 | which workers the cluster has now."""
    from runtime.cluster.connection import CONNECTIONS  # noqa: PLC0415 - loads Dask

    found: dict[str, int] = CONNECTIONS.client(_cluster(engine, certificates)).nthreads()
    CONNECTIONS.close()
    if as_json:
        print_json({"workers": found})
        return
    table = grid(*{"zh": ("工作进程", "同时取样"), "en": ("worker", "at once")}[lang.value])
    for address, slots in sorted(found.items()):
        table.add_row(address, str(slots))
    screen().print(table)


def _cluster(engine: str, certificates: str) -> ClusterAddress:
    known = cluster_from(environment())
    return known if known and not engine else cluster_at(engine, certificates)
