import logging
import os
import signal
import threading
from typing import Annotated

import typer

from cli.lock_check import need_unix
from cli.rulebooks import ShelfOption
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import change_environment, environment
from runtime.platform.file_rights import close_to_others
from runtime.platform.job_process import do_apart
from runtime.platform.metrics import listen_for_metrics
from runtime.platform.settings import settings_from
from runtime.platform.worker import Worker
from runtime.policy.folder import folder_shelf


def worker(
    database: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="与服务相同的数据库 | the service's database")
    ] = None,
    rulebooks: ShelfOption = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            "--metrics",
            metavar="HOST:PORT",
            help="供 Prometheus 读取本进程的指标 | this process's metrics for Prometheus",
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="做完现有任务即退出 | end when nothing is left to do")] = False,
) -> None:
    """在本机处理核验任务队列 | do the queued verifications on this machine.

    文件夹须与服务共用（XUESHI_HOME）| the folders must be the service's own (XUESHI_HOME).
    """
    need_unix()
    os.umask(0o077)  # as the service
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if database:
        change_environment({"XUESHI_DB": database})
    if rulebooks:
        change_environment({"XUESHI_RULEBOOKS": str(rulebooks)})
    settings = settings_from(environment())
    for told in close_to_others(settings):
        logging.getLogger("xueshi.work").warning("%s %s", told.zh, told.en)
    folder_shelf(settings.rulebooks)  # a folder with a fault is told before anything is judged
    if metrics:
        listen_for_metrics(metrics)
    own = Worker(database_at(settings.home, settings.database), settings, now, do_apart)
    if once:
        while own.step() or own.deliver():
            pass
        return
    own.start()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    over.wait()
    own.stop(wait_s=60)
