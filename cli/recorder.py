import logging
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.recorder_view import show_status, show_trial
from cli.terminal import JsonOption, Lang, LangOption, print_json
from facts.errors import InputError
from ingest.cameras.camera_list import read_cameras
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import change_environment, environment
from runtime.platform.file_rights import close_to_others
from runtime.platform.settings import settings_from
from runtime.recordings.camera_trial import try_camera
from runtime.recordings.camera_unit import RecorderPlace
from runtime.recordings.recorder import CameraRecorder
from runtime.recordings.recorder_readiness import ReadinessPort
from runtime.recordings.recorder_service import RecorderService
from runtime.recordings.recorder_summary import recorder_status

STARTED = {
    Lang.ZH: "正在录 {count} 台摄像机到 {out}；按 Ctrl-C 停止；状况：xueshi record --status {out}",
    Lang.EN: "recording into {out}, cameras: {count}; Ctrl-C stops; how it stands: xueshi record --status {out}",
}


def recorder(
    database: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="与服务相同的数据库 | the service's database")
    ] = None,
    most: Annotated[
        int, typer.Option("--most", min=1, max=1000, help="本机最多录几台 | the most cameras on this machine")
    ] = 64,
    health: Annotated[
        str,
        typer.Option(
            "--health",
            metavar="HOST:PORT",
            envvar="XUESHI_RECORDER_HEALTH",
            help="在此应答 GET /readyz：200 就绪，503 并说明原因 | answers GET /readyz there: 200, or 503 and why",
        ),
    ] = "",
) -> None:
    """录控制台里登记的摄像机；可在几台机器上各运行一个 | record the cameras that the console lists.

    录到 XUESHI_HOME 下的 recordings 文件夹 | into the folder recordings of XUESHI_HOME.
    """
    os.umask(0o077)  # pictures of people
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if database:
        change_environment({"XUESHI_DB": database})
    settings = settings_from(environment())
    for told in close_to_others(settings):
        logging.getLogger("xueshi.record").warning("%s %s", told.zh, told.en)
    engine = database_at(settings.home, settings.database)
    own = RecorderService(
        engine,
        RecorderPlace(settings.home, settings.camera_networks, ring=timedelta(days=settings.ring_days)),
        now,
        most,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: own.stop())
    port = _readiness_port(health, own) if health else None
    own.run()
    if port:
        port.close()
    engine.dispose()


def _readiness_port(text: str, own: RecorderService) -> ReadinessPort:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise InputError(f"--health {text[:40]}: got no HOST:PORT, expected 127.0.0.1:8010 or 0.0.0.0:8010")
    return ReadinessPort(host.strip("[]"), int(port), own.readiness)


def record(
    cameras: Annotated[
        Path | None, typer.Argument(metavar="CAMERAS.toml", help="摄像机清单 | the list of cameras")
    ] = None,
    one: Annotated[str | None, typer.Argument(metavar="[ID]", help="只试这一台 | with --try: this camera only")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="录到这个文件夹 | where to record")] = None,
    status: Annotated[
        Path | None,
        typer.Option("--status", metavar="DIR", help="录了什么、缺什么、为什么 | what was recorded, what not, and why"),
    ] = None,
    trial: Annotated[
        bool, typer.Option("--try", help="试一试：10 秒内说出画面规格或毛病 | try each camera for ten seconds")
    ] = False,
    lang: LangOption = Lang.ZH,
    json: JsonOption = False,
) -> None:
    """录摄像机的码流：按钟点切成片段，缺的每一秒都有原因 | record camera streams; every missing second has its reason.

    密码不上命令行、不进日志 | passwords stand on no command line and in no log.
    """
    if status:
        found = recorder_status(status)
        print_json(found) if json else show_status(found, lang)
        raise typer.Exit(1 if any(each.account.unexplained for each in found.cameras) else 0)
    if cameras is None:
        raise InputError("record: got no list of cameras, expected CAMERAS.toml; docs/cameras.md shows one")
    listed = read_cameras(cameras, environment())
    if trial:
        wanted = [each for each in listed.cameras if one in {None, each.id}]
        if not wanted:
            known = ", ".join(each.id for each in listed.cameras)
            raise InputError(f"record --try: got {one!r}, expected one of {known}")
        tried = [try_camera(each) for each in wanted]
        if json:
            print_json(tried)
        for each in () if json else tried:
            show_trial(each, lang)
        raise typer.Exit(1 if any(each.reason for each in tried) else 0)
    if out is None:
        raise InputError("record: got no folder, expected --out DIR; name the folder to record into")
    os.umask(0o077)  # pictures of people
    own = CameraRecorder(listed, out)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: own.stop())
    sys.stderr.write(STARTED[lang].format(count=len(listed.cameras), out=out) + "\n")
    own.run()
