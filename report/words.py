"""Every word that the report says of its own accord, in Chinese and in English."""

from collections.abc import Mapping

from report.schema import Say


def both(zh: str, en: str) -> Say:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


def word(table: Mapping[str, tuple[str, str]], key: str) -> Say:
    """The word for a code; a code that the table lacks is shown as it is rather than hidden."""
    return both(*table.get(key, (key, key)))


KINDS = {"theory": ("理论", "theory"), "practice": ("实操", "practice")}

PRESENCE = {
    "present": ("出勤", "present"),
    "absent": ("缺勤", "absent"),
    "leave": ("请假", "on leave"),
    "unproven": ("待核", "unproven"),
}
PRESENCE_SHORT = {"present": ("到", "in"), "absent": ("缺", "out"), "leave": ("假", "lv"), "unproven": ("核", "?")}
PRESENCE_GLYPHS = {"present": "✓", "absent": "✗", "leave": "–", "unproven": "?"}

SOURCES = {
    "checkin": ("打卡", "check-in"),
    "check_in": ("打卡", "check-in"),
    "witness": ("教师见证", "witnessed"),
    "seen": ("镜头内", "seen"),
    "video": ("镜头内", "seen"),
    "seat": ("镜头内", "seen"),
    "face": ("人脸比对", "face match"),
    "leave": ("请假记录", "leave record"),
}

LAPSES = {
    "frozen": ("画面冻结", "frozen"),
    "black": ("黑屏", "black"),
    "covered": ("镜头遮挡", "covered"),
    "blurred": ("画面模糊", "blurred"),
    "moved": ("镜头移位", "moved"),
    "undecodable": ("无法解码", "undecodable"),
}

ROLES = {
    "recording": ("录像", "recording"),
    "video": ("录像", "recording"),
    "roster": ("花名册", "roster"),
    "timetable": ("课表", "timetable"),
    "plan": ("课表", "timetable"),
    "checkins": ("签到记录", "check-ins"),
    "checkin": ("签到记录", "check-ins"),
    "manifest": ("班期说明", "class file"),
    "class": ("班期说明", "class file"),
    "unknown": ("未识别", "not recognised"),
    "other": ("其他", "other"),
}

CLOCKS = {
    "manifest": ("班期说明", "class file"),
    "file_name": ("文件名", "file name"),
    "sidecar": ("附带文件", "sidecar file"),
    "nvr_index": ("录像机索引", "recorder index"),
    "container": ("文件内时间", "container"),
    "creation_time": ("创建时间", "creation time"),
    "screen_clock": ("画面时钟", "on-screen clock"),
    "none": ("无", "none"),
}

# Words short enough to stand beside a marker on the day strip.
DOUBTS = {
    "shared_device": ("同一设备", "one device"),
    "device": ("同一设备", "one device"),
    "burst": ("集中签到", "burst"),
    "batch": ("集中签到", "burst"),
    "roster_order": ("按名册次序", "roster order"),
    "same_coordinates": ("坐标相同", "same point"),
    "coordinates": ("坐标相同", "same point"),
    "outside_class": ("课外签到", "out of hours"),
    "outside_hours": ("课外签到", "out of hours"),
    "two_classes": ("一人两班", "two classes"),
    "fewer_heads": ("人数少于签到", "fewer heads"),
    "heads": ("人数少于签到", "fewer heads"),
    "frozen": ("画面冻结", "frozen"),
    "loop": ("画面重复", "loop"),
    "replay": ("画面重现", "replay"),
    "covered": ("镜头遮挡", "covered"),
    "moved": ("镜头移位", "moved"),
    "clock_mismatch": ("时钟不符", "clock differs"),
    "cut": ("文件剪接", "cut file"),
    "edited": ("记录修改", "edited record"),
}
UNNAMED_DOUBT = ("请核对", "please check")


def doubt_word(kind: str) -> Say:
    """The marker's word, whatever way the kind is written."""
    return both(*DOUBTS.get(kind.lower().replace("-", "_"), UNNAMED_DOUBT))


SOURCES_SHORT = {
    "checkin": ("签", "C"),
    "check_in": ("签", "C"),
    "witness": ("证", "W"),
    "seen": ("像", "V"),
    "video": ("像", "V"),
    "seat": ("像", "V"),
    "face": ("脸", "F"),
    "leave": ("假", "L"),
}
