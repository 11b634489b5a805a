"""What ffmpeg is told: copy one stream into fragments on its standard output. The address goes in by standard input."""

import shutil
from pathlib import Path

import ffmpeg
import imageio_ffmpeg

from facts.errors import SetupError
from ingest.cameras.address import SCHEMES, CameraAddress

FRAGMENT_US = 500_000
_TIMEOUT_US = 10_000_000
_PROBE_BYTES, _PROBE_US = 4_000_000, 3_000_000
_FLAGS = "+empty_moov+default_base_moof+frag_keyframe+skip_trailer"


def ffmpeg_binary() -> str:
    """The one of the package, else the system's."""
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        found = shutil.which("ffmpeg")
        if found is None or not Path(found).is_file():
            raise SetupError("ffmpeg: got none, expected one; install imageio-ffmpeg or Debian's ffmpeg") from error
        return found


def record_command(address: CameraAddress, *, audio: bool, binary: str) -> list[str]:
    """The command; whoever lists the machine's processes sees no address in it."""
    if address.scheme == "device":
        given = ffmpeg.input(address.shown, format="v4l2", input_format="h264")
    else:
        protocols = f"pipe,{SCHEMES[address.scheme]}"
        given = ffmpeg.input("pipe:0", format="concat", safe=0, protocol_whitelist=protocols)
    streams = [given["v:0"], *([given["a:0?"]] if audio else [])]
    made = ffmpeg.output(
        *streams,
        "pipe:1",
        format="mp4",
        c="copy",
        movflags=_FLAGS,
        frag_duration=FRAGMENT_US,
        flush_packets=1,
        max_interleave_delta=FRAGMENT_US,
    )
    return list(made.global_args("-hide_banner", "-nostats", "-loglevel", "verbose").compile(cmd=binary))


def list_of_one(address: CameraAddress, transport: str) -> str:
    """The ffconcat list that names the camera, with how it is to be opened."""
    lines = ["ffconcat version 1.0", f"file '{address.whole}'"]
    options: dict[str, str | int] = {"probesize": _PROBE_BYTES, "analyzeduration": _PROBE_US}
    if address.scheme in {"rtsp", "rtsps"}:
        options |= {"rtsp_transport": transport, "timeout": _TIMEOUT_US}
    else:
        options |= {"rw_timeout": _TIMEOUT_US}
    return "\n".join([*lines, *(f"option {name} {value}" for name, value in options.items()), ""])
