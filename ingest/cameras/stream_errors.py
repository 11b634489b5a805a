"""What ffmpeg's own words mean for whoever has to mend it."""

import re
from collections.abc import Sequence

from facts.counting import counted
from facts.recorder import GapReason

_MEANINGS = (
    (r"\b40[13]\b|[Uu]nauthorized|[Ff]orbidden|authorization failed", GapReason.PASSWORD),
    (r"resolve host|not known|\b404\b|No such (?:file|device)|454 Session", GapReason.NO_ADDRESS),
    (r"unspecified size|dimensions not set", GapReason.NO_KEYFRAME),
    (
        r"codec parameters|matches no streams|find tag|contain any stream|Invalid data|[Uu]nsupported codec|whitelist",
        GapReason.UNDECODABLE,
    ),
    (r"refused|No route|unreachable|timed out|Host is down", GapReason.REFUSED),
)
_READ = re.compile(r"Input stream #\d+:\d+ \(video\): (\d+) packets read")
_OURS = "Immediate exit requested"
_SAID = re.compile(r"(?i)error|fail|could not|unable|invalid|refused|timed out|not found|denied|matches no")


def reason_of(lines: Sequence[str], *, began: bool) -> tuple[GapReason, str]:
    """Why the stream is over, and the line that says so best; ``began`` where pictures came before."""
    if began:
        return GapReason.LOST, ""
    packets = max((int(read[1]) for line in lines if (read := _READ.search(line))), default=0)
    if packets:
        return GapReason.NO_KEYFRAME, f"{counted(packets, 'packet')} came, none of them a keyframe"
    if any(_OURS in line for line in lines):  # nothing had come by the time we gave up
        return GapReason.STALLED, ""
    for pattern, reason in _MEANINGS:
        if found := next((line for line in lines if re.search(pattern, line)), None):
            return reason, _short(found)
    told = next((line for line in reversed(lines) if _SAID.search(line)), "")
    return (GapReason.LOST if told else GapReason.STALLED), _short(told)


def _short(line: str) -> str:
    return re.sub(r"^\[[^\]]*\]\s*", "", line).strip()[:200]
