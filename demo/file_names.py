import re

from demo.scenario import Container, Lens, Naming
from facts.span import Span, local

_SUFFIXES = {
    Container.MP4: "mp4", Container.FASTSTART: "mp4", Container.FRAGMENTED: "mp4", Container.MKV: "mkv",
    Container.TS: "ts", Container.FLV: "flv", Container.AVI: "avi", Container.PS: "mpg", Container.IMKH: "mp4",
    Container.DAV: "dav",
}  # fmt: skip
_WEB_EXPORT_STEP = 34_000_000


def file_name(lens: Lens, claimed: Span) -> str:
    """The path, below the recordings' folder, that such a recorder gives a file of that span of its own clock."""
    start, end = local(claimed.start), local(claimed.end)
    channel = int(re.sub(r"\D", "", lens.id) or 1)
    suffix = _SUFFIXES[lens.container]
    match lens.naming:
        case Naming.HIKVISION:
            return f"192.168.0.64_{channel:02}_{start:%Y%m%d%H%M%S}000_TIMING.{suffix}"
        case Naming.HIKVISION_WEB:
            return f"ch{channel:02}_{_WEB_EXPORT_STEP * (start.hour * 60 + start.minute):017}.{suffix}"
        case Naming.DAHUA:
            return f"NVR_ch{channel}_main_{start:%Y%m%d%H%M%S}_{end:%Y%m%d%H%M%S}.{suffix}"
        case Naming.DAHUA_PATH:
            return f"{start:%Y-%m-%d}/0/dav/{start:%H}/{start:%H.%M.%S}-{end:%H.%M.%S}[R][0@0][0].{suffix}"
        case Naming.FRIGATE:
            utc = claimed.start
            return f"{utc:%Y-%m-%d}/{utc:%H}/{lens.id}/{utc:%M.%S}.{suffix}"
        case Naming.PLAIN:
            return f"{lens.id}_{start:%Y%m%d%H%M%S}_{end:%Y%m%d%H%M%S}.{suffix}"
