"""The sentences for everything that can be wrong with a recording: what was found, and what to do about it."""

from datetime import datetime

from facts.footage import ClockSource, Damage, Wound
from facts.span import local
from ingest.manifest_lines import line_for_recording
from ingest.recordings.file_signature import ContainerKind

_FOUND_ZH = {
    ContainerKind.ZEROS: "开头全是零字节（拷贝未写完或空壳文件）",
    ContainerKind.TEXT: "是文本文件",
    ContainerKind.ZIP: "是压缩包或 Office 文件",
    ContainerKind.BARE: "是没有时间戳的裸码流",
}
_FOUND_EN = {
    ContainerKind.ZEROS: "zero bytes at its head (an unfinished copy or an empty shell)",
    ContainerKind.TEXT: "a text file",
    ContainerKind.ZIP: "an archive or an Office file",
    ContainerKind.BARE: "a bare stream without timestamps",
}


def empty() -> Wound:
    """A file of no bytes."""
    return Wound(
        Damage.EMPTY,
        1,
        "文件为 0 字节，请从录像机重新导出",
        "the file has 0 bytes; export it again from the recorder",
    )


def not_video(kind: ContainerKind) -> Wound:
    """A file that is named like a recording and is none."""
    zh, en = _FOUND_ZH.get(kind, "内容不是已知的录像格式"), _FOUND_EN.get(kind, "bytes of no known recording format")
    return Wound(
        Damage.NOT_VIDEO,
        1,
        f"不是录像：{zh}；请换成从录像机导出的原文件",
        f"no recording: got {en}; put the original export of the recorder here",
    )


def no_picture(reason: str) -> Wound:
    """A container that cannot be opened or holds no picture stream."""
    return Wound(
        Damage.NOT_VIDEO,
        1,
        f"打不开或没有视频画面（{reason}）；请重新导出",
        f"does not open, or holds no pictures ({reason}); export it again",
    )


def too_large(width: int, height: int, most: int) -> Wound:
    """Pictures that no camera takes and that no machine should have to hold."""
    return Wound(
        Damage.UNREADABLE,
        1,
        f"画面 {width} × {height}，超过 {most // 10_000} 万像素，未读取；请用录像机原来的分辨率重新导出",
        f"pictures of {width} × {height}, more than {most / 1e6:.0f} million pixels; not read: export it again as the"
        " camera took it",
    )


def no_moov(*, torn: bool) -> Wound:
    """An MP4 whose index was never written or was cut off."""
    return Wound(
        Damage.NO_MOOV,
        1,
        f"MP4 缺少索引（moov {'不完整' if torn else '不存在'}），多为录制中断电或拷贝中断；请从录像机重新导出",
        f"the MP4's index (moov) is {'cut off' if torn else 'missing'}: recording or copying was interrupted; "
        "export it again from the recorder",
    )


def truncated(lost: int, held_bytes: int) -> Wound:
    """An index that reaches beyond the end of the file."""
    return Wound(
        Damage.TRUNCATED,
        max(1, lost),
        f"文件在 {held_bytes} 字节处被截断，索引中 {lost} 帧已不存在，只按实有部分计；请重新拷贝",
        f"the file ends at byte {held_bytes}: {lost} indexed frames are gone, only the rest counts; copy it again",
    )


def shorter_than_declared(declared_s: float, shown_s: float) -> Wound:
    """A header that promises more than the packets deliver."""
    return Wound(
        Damage.TRUNCATED,
        1,
        f"文件头声明时长 {declared_s:.1f} 秒，实有 {shown_s:.1f} 秒，只按实有部分计；请重新拷贝",
        f"the header declares {declared_s:.1f} s, the packets end at {shown_s:.1f} s; only these count; copy it again",
    )


def stopped(reason: str) -> Wound:
    """A file whose middle could not be read on."""
    return Wound(
        Damage.TRUNCATED,
        1,
        f"读到中途出错（{reason}），只按已读出的部分计；请重新导出或检查存储介质",
        f"reading broke off ({reason}) and only what came before counts; export it again or check the disk",
    )


def unreadable(reason: str) -> Wound:
    """A file that this user may not or cannot read."""
    return Wound(
        Damage.UNREADABLE,
        1,
        f"无法读取（{reason}）；请检查文件权限或存储介质",
        f"cannot be read ({reason}); check its permissions or the disk",
    )


def swollen() -> Wound:
    """A file whose reading, mostly that of a damaged index, takes more memory than there is for it."""
    return Wound(
        Damage.UNREADABLE,
        1,
        "读取所需内存超过上限，已停止读取，整个文件未计入；请从录像机重新导出",
        "reading it asks for more memory than a recording may take and was stopped; nothing of the file counts; "
        "export it again from the recorder",
    )


def parameters_changed(count: int) -> Wound:
    """Encoding parameters that change inside one file: joined from several, or the camera was set anew."""
    return Wound(
        Damage.CUT,
        count,
        f"文件内编码参数改变 {count} 次，可能由多段拼接而成；请导出未经拼接的原文件",
        f"encoding parameters change {count} time(s) inside the file, as in files joined from several; "
        "export the original pieces",
    )


def clock_reset(count: int, at_s: float) -> Wound:
    """A running clock that starts anew inside one file: what follows has no time of day."""
    return Wound(
        Damage.CUT,
        count,
        f"第 {at_s:.1f} 秒处时间戳重新开始（共 {count} 次），其后的录像无法确定时刻，未计入；请分段导出",
        f"timestamps start anew {at_s:.1f} s into the file ({count} time(s)); what follows has no time of day and is "
        "not counted; export the pieces one by one",
    )


def endless(shown_s: float) -> Wound:
    """Timestamps that reach over years: no recorder wrote them."""
    return Wound(
        Damage.CLOCK_MISMATCH,
        1,
        f"时间戳跨越 {shown_s / 86_400:,.0f} 天，不像录像机写出的，整个文件未计入；请从录像机重新导出",
        f"timestamps reach over {shown_s / 86_400:,.0f} days, which no recorder writes; nothing of the file counts; "
        "export it again from the recorder",
    )


def clock_set(count: int) -> Wound:
    """A device whose own clock was set back while it recorded."""
    return Wound(
        Damage.CUT,
        count,
        f"录制中设备时钟回退 {count} 次，同一时刻可能出现两段录像；请核对设备校时",
        f"the device's clock was set back {count} time(s) while recording, so one time of day may be shown twice; "
        "check how the device keeps time",
    )


def wild_packets(count: int) -> Wound:
    """Single packets whose times contradict their neighbours."""
    return Wound(
        Damage.UNDECODABLE,
        count,
        f"{count} 个数据包的时间戳损坏，未计入",
        f"{count} packet(s) with a damaged time are not counted",
    )


def corrupt_packets(count: int) -> Wound:
    """Packets that arrived incomplete, as the container itself says."""
    return Wound(
        Damage.UNDECODABLE,
        count,
        f"{count} 个数据包在传输或存储中残缺",
        f"{count} packet(s) are incomplete, lost in transport or storage",
    )


def clock_mismatch(claimed_s: float, shown_s: float) -> Wound:
    """A name that claims another length than the timestamps show."""
    drift = shown_s - claimed_s
    kept_zh = "，超出部分未计入" if drift > 0 else ""
    kept_en = "; what lies beyond the claim is not counted" if drift > 0 else ""
    return Wound(
        Damage.CLOCK_MISMATCH,
        1,
        f"文件名时长 {claimed_s:.0f} 秒，时间戳时长 {shown_s:.1f} 秒，相差 {drift:+.1f} 秒{kept_zh}；"
        "请核对摄像机时钟与帧率",
        f"the name claims {claimed_s:.0f} s, the timestamps show {shown_s:.1f} s: {drift:+.1f} s{kept_en}; "
        "check the camera's clock and frame rate",
    )


def clocks_differ(name: datetime, container: datetime) -> Wound:
    """A name that claims another start than the times inside the file."""
    drift = (container - name).total_seconds()
    return Wound(
        Damage.CLOCK_MISMATCH,
        1,
        f"文件名起点 {local(name):%H:%M:%S} 与文件内时钟 {local(container):%H:%M:%S} 相差 {drift:+.1f} 秒，"
        "以文件内时钟为准",
        f"the name starts at {local(name):%H:%M:%S}, the clock inside at {local(container):%H:%M:%S}: {drift:+.1f} s; "
        "the clock inside is used",
    )


def stated_otherwise(stated: datetime, own: datetime, source: ClockSource) -> Wound:
    """The institution states another start than the recording itself: the statement is shown and not used."""
    zh, en = ("文件名", "name") if source is ClockSource.FILE_NAME else ("文件内时钟", "clock inside")
    return Wound(
        Damage.CLOCK_MISMATCH,
        1,
        f"机构填报起点 {local(stated):%Y-%m-%d %H:%M:%S}，{zh}为 {local(own):%Y-%m-%d %H:%M:%S}，以{zh}为准；"
        "摄像机时钟不准请写时钟校正",
        f"the institution states {local(stated):%Y-%m-%d %H:%M:%S}, the {en} says {local(own):%Y-%m-%d %H:%M:%S}, which"
        " is used; where the camera's clock is wrong, state its correction",
    )


def motion_only(trigger: str) -> Wound:
    """A recording that stops by design when nobody moves, so its gaps prove nothing."""
    return Wound(
        Damage.MOTION_ONLY,
        1,
        f"移动侦测或报警录像（{trigger}），无人走动时不录；请把录像计划改为定时（连续）录像",
        f"recorded on {trigger} only: it stops while nobody moves; set the recorder to timed (continuous) recording",
    )


def overlap(count: int, seconds: float) -> Wound:
    """Footage of one camera that covers the same time as another file of it."""
    return Wound(
        Damage.OVERLAP,
        count,
        f"与同一摄像机的另外 {count} 个文件共重叠 {seconds:.0f} 秒；请核对是否重复导出或摄像机编号有误",
        f"overlaps {count} other file(s) of the same camera by {seconds:.0f} s; check for a double export or a wrong "
        "camera id",
    )


def no_clock(path: str, camera: str, length_s: float, hint: datetime | None) -> Wound:
    """A recording of unknown time; says where its start is stated, on the console and in ``class.toml``."""
    lines = line_for_recording(path, camera, hint)
    hint_zh = "；容器内写有下列时间，但它常是导出时间，请核对后再用" if hint else ""
    hint_en = "; the time below is written in the container, but is often that of the export: check it" if hint else ""
    return Wound(
        Damage.NO_CLOCK,
        1,
        f"录像长 {length_s:.0f} 秒，但文件名没有起始时间{hint_zh}；请在控制台本班“设置”的“录像时间”里填写第一帧的北京时间，"
        f"或在班期文件夹的 class.toml 中补上：\n{lines}",
        f"{length_s:.0f} s of recording whose name tells no start{hint_en}; on the console, state the Chinese time of its "
        f"first frame under Settings, Recording times; in a folder, add to class.toml:\n{lines}",
    )
