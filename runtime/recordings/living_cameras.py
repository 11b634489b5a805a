"""Who may see which camera's living picture, and the stream of it: from the recorder's files, never from the camera."""

import time
from datetime import timedelta
from pathlib import Path

from facts.errors import NotFoundError, RefusalError
from facts.text import Text
from ingest.cameras.living_stream import LivingStream, NoPictureError
from runtime.accounts.caller import Caller
from runtime.classes.unmasking import camera_granted, reason_needed
from runtime.platform.folders import camera_folder
from runtime.platform.service import Service
from runtime.recordings.camera_register import camera_for
from storage.database.connection import reading

LIVING = timedelta(seconds=30)  # an older picture is no living one
LOW_WAIT_S, _REST_S = 8.0, 0.1
LONGEST_BACK_S = 3600


class NotLivingError(NotFoundError):
    """No picture comes now; nobody is shown an old one as if it were living."""

    def __init__(self, title: Text, got: str) -> None:
        RefusalError.__init__(self, "NOT_LIVING", title, got=got, expected="a camera that is being recorded")


def refuse_unasked_camera(service: Service, caller: Caller, number: int) -> None:
    """Unless the camera is within reach and the caller has said why they must see what it shows."""
    with reading(service.engine, "asking for a camera") as connection:
        camera_for(connection, caller, number)
        if not camera_granted(service, connection, caller, number):
            raise reason_needed(f"a reason, given at /wall/cameras/{number}")


def living_stream(service: Service, caller: Caller, number: int, back_s: int, *, low: bool) -> LivingStream:
    """The camera's pictures from now, or from so many seconds ago, on; the original's bytes or a small preview."""
    refuse_unasked_camera(service, caller, number)
    folder, at = camera_folder(service.settings.home, number), service.clock()
    try:
        stream = LivingStream(folder, at - timedelta(seconds=back_s) if back_s else None)
    except NoPictureError as error:
        raise NotLivingError(Text("还没有录到画面", "nothing was recorded yet"), "no recorded picture") from error
    if not back_s and (age := at - stream.newest) > LIVING:
        stream.close()
        zh, en = "现在没有画面进来", "no picture comes now"
        raise NotLivingError(Text(zh, en), f"a newest picture {age.total_seconds():.0f} s old")
    if not low:
        return stream
    stream.close()
    return _low(service, number, folder)


def keep_preview(service: Service, number: int) -> Path:
    """Somebody still looks at the small picture of this camera."""
    return service.previews.want(service.settings.home, str(number), camera_folder(service.settings.home, number))


def _low(service: Service, number: int, folder: Path) -> LivingStream:
    place = service.previews.want(service.settings.home, str(number), folder)
    until = time.monotonic() + LOW_WAIT_S
    while True:
        try:
            return LivingStream(place)
        except NoPictureError as error:
            if time.monotonic() > until:
                title = Text("低清预览没有做出来，请稍后再试", "the low preview was not made; try again")
                raise NotLivingError(title, f"no preview within {LOW_WAIT_S:.0f} s") from error
        time.sleep(_REST_S)
