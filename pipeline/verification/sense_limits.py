"""What the networks that looked can and cannot see, in words for the report."""

from collections.abc import Sequence

from facts.senses import Sense, faces_only, present
from facts.sighting import View
from facts.text import Text
from pipeline.verification.sense_faults import sense_faults

FACES_ONLY = Text(
    "只看人脸：背对镜头、低头看不见脸、戴口罩或被遮住脸的人看不见",
    "faces only: whoever sits with the back to the camera, bows, wears a mask or hides the face is not seen",
)


def sense_limits(senses: tuple[Sense, ...], views: Sequence[View]) -> tuple[Text, ...]:
    """Which limits follow from the networks at hand and where one of them failed."""
    return (_looking(senses), *_lacking(senses), *_faults(views))


def _looking(senses: tuple[Sense, ...]) -> Text:
    if faces_only(senses):
        names = "、".join(sense.name for sense in present(senses))
        return Text(
            f"{FACES_ONLY.zh}（本机只有 {names}）；一帧中漏检的人只在前后一分钟内延续计入，仍无法确定的一律记为存疑，不作不达标。",
            f"{FACES_ONLY.en} (only {names} is here); whoever is missed in a frame is carried a minute at most, and what stays unsure is unproven, never failed",
        )
    return Text(
        "人头检测仍会漏掉被遮挡和深低头的人；一帧中漏检的人只在前后一分钟内延续计入，仍无法确定的一律记为存疑，不作不达标。",
        "heads that are hidden or bowed over the desk are still missed; whoever is missed in a frame is carried a minute at most, and what stays unsure is unproven, never failed",
    )


def _lacking(senses: tuple[Sense, ...]) -> tuple[Text, ...]:
    return tuple(
        Text(f"本次没有用 {sense.name}：{sense.missing}", f"{sense.name} did not look: {sense.missing}")
        for sense in senses
        if sense.missing
    )


def _faults(views: Sequence[View]) -> tuple[Text, ...]:
    return tuple(
        Text(f"检测有故障，所涉学时不作结论：{fault.zh}", f"a network failed, these hours stay unproven: {fault.en}")
        for fault in sense_faults(views)
    )
