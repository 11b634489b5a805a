"""What a report cannot know, said in it."""

from collections.abc import Sequence

from attendance.code_doubts import code_limit
from facts.counting import counted
from facts.recognition import Recognition
from facts.senses import Sense
from facts.sighting import View
from facts.text import Text
from pipeline.verification.camera_rooms import CameraRooms
from pipeline.verification.sense_limits import sense_limits


def report_limits(
    views: Sequence[View], rooms: CameraRooms, code_keys: Sequence[str], senses: tuple[Sense, ...]
) -> tuple[Text, ...]:
    """Everything that a report cannot know, from what its networks miss to cameras whose room nobody stated."""
    recalls = [view.recall for view in views if view.recall is not None]
    limits = [
        *sense_limits(senses, views),
        Text(
            "无缝剪接的录像和屏幕翻拍不能仅凭时间戳发现；以前用过的画面按动作比对，教室无人或少动时比不出来；本报告只列疑点，不作定性。",
            "seamless splices and filmed screens cannot be found from timestamps alone; footage seen before is known by its"
            " movements, and not where hardly anybody moves; this report states doubts, never fraud",
        ),
    ]
    if recalls:
        low, high = round(min(recalls) * 100), round(max(recalls) * 100)
        limits.insert(
            0,
            Text(
                f"本班教室实测人头检出率 {low}%–{high}%（占座位被观察次数）",
                f"measured in these rooms: heads found in {low} %–{high} % of looks at occupied seats",
            ),
        )
    if any(view.codes for view in views):
        limits.append(code_limit(code_keys))
    if assumed := [camera.id for camera in rooms.assumed]:
        names = "、".join(assumed)
        limits.append(
            Text(
                f"没有写明 {names} 在哪个教室，按课表上的教室处理；请在班期设置或 class.toml 的 [[camera]] 补写",
                f"nothing says which room {names} looks into: taken to be the timetable's; write it in the class's settings or under [[camera]] of class.toml",
            )
        )
    return tuple(limits)


def recognition_limits(found: Recognition | None) -> tuple[Text, ...]:
    """Which network compared faces and how often it errs, wherever one did."""
    if found is None:
        return ()
    model = found.model
    return (
        Text(
            f"本班经机构开启、全员单独同意，用 {model.name}（权重 {model.digest.short}）比对过人脸：{found.seats} 个座位次中 {found.small}"
            f" 个看不清，不作判断；距离不超过 {model.same_below:g} 记为本人。{model.error.zh}。人脸只是旁证，不单独作为任何结论的依据",
            f"faces were compared in this class by {model.name} (weights {model.digest.short}): its institution switched it"
            f" on and everybody consented; of {counted(found.seats, 'seat')}, each hour counted, {found.small} showed too little and say"
            f" nothing; a distance of at most {model.same_below:g} is the same person. {model.error.en}. Faces stand beside"
            " other evidence and decide nothing by themselves",
        ),
    )
