"""Every word of the report that comes from no finding or file, in Chinese and in English."""

from collections.abc import Mapping

from report.schema import TextEntry


def both(zh: str, en: str) -> TextEntry:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


def word(table: Mapping[str, tuple[str, str]], key: str) -> TextEntry:
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
    "check_in": ("打卡", "check-in"),
    "check_in_earlier": ("同一场次较早打卡", "check-in earlier in the session"),
    "headcount": ("镜头内人数相符", "headcount in view agrees"),
    "leave": ("请假记录", "leave record"),
    "no_check_in": ("没有打卡", "no check-in"),
    "no_check_ins": ("全班没有打卡记录", "no check-ins of anybody"),
    "whole_class_not_shown": ("录像未显示全体", "whole class not shown"),
    "nobody_in_view": ("录像中没有人", "nobody in view"),
    "more_heads_than_check_ins": ("镜头内多于打卡人数", "more heads than check-ins"),
    "signed_too_seldom": ("本半天打卡次数不足", "too few check-ins in the half day"),
    "outside_place": ("打卡不在打卡地点", "signed in away from the class's place"),
    "shared_device": ("与他人同一设备打卡", "signed in on a device that others used"),
    "face_seen": ("人脸像本人（旁证）", "seen as herself or himself (beside the rest)"),
    "face_not_seen": ("看清的人脸中没有本人", "not among the faces that were seen"),
}

LAPSES = {
    "frozen": ("画面冻结", "frozen"),
    "black": ("黑屏", "black"),
    "covered": ("镜头遮挡", "covered"),
    "blurred": ("画面模糊", "blurred"),
    "moved": ("镜头移位", "moved"),
    "undecodable": ("无法解码", "undecodable"),
}

TARGETS = {
    "face": ("人脸", "faces"),
    "head": ("人头", "heads"),
    "person": ("人体", "persons"),
    "hand": ("手", "hands"),
}

ROLES = {
    "recording": ("录像", "recording"),
    "video": ("录像", "recording"),
    "roster": ("花名册", "roster"),
    "timetable": ("课表", "timetable"),
    "plan": ("课表", "timetable"),
    "checkins": ("打卡记录", "check-ins"),
    "checkin": ("打卡记录", "check-ins"),
    "manifest": ("班期说明", "class file"),
    "class": ("班期说明", "class file"),
    "unknown": ("未识别", "not recognised"),
    "other": ("其他", "other"),
}

CLOCKS = {
    "manifest": ("机构填报", "as stated"),
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
    "SHARED_DEVICE": ("同一设备", "one device"),
    "IDENTICAL_PLACE": ("坐标相同", "same point"),
    "SECOND_PHONE": ("换过手机", "second phone"),
    "OUTSIDE_PLACE": ("地点之外", "away from place"),
    "ROSTER_BURST": ("按花名册次序", "roster order"),
    "FIXED_PLACE": ("每天同一坐标", "same point daily"),
    "TOO_FAST": ("两地过快", "too fast"),
    "SAME_ORDER": ("次序每天相同", "same order daily"),
    "OUTSIDE_CLASS": ("课外打卡", "out of hours"),
    "NOT_ON_ROSTER": ("不在花名册", "not on roster"),
    "AMBIGUOUS_NAME": ("同名待辨", "name unclear"),
    "TWO_PLACES": ("一人两处", "two places"),
    "ROSTER_GAP": ("未打卡", "no check-in"),
    "CHECKINS_ASIDE": ("打卡表弃用", "list set aside"),
    "FEWER_HEADS": ("人数少于打卡", "fewer heads"),
    "TIME_CODE_FALSE": ("亮码签名不符", "false code"),
    "TIME_CODE_OLD": ("亮码时间不符", "old code"),
    "TIME_CODE_HOUR": ("别的学时的亮码", "other hour's code"),
    "TIME_CODE_STILL": ("亮码外静止", "still but code"),
    "ENCODER_CHANGED": ("编码中途改变", "encoder changed"),
    "CAMERA_MOVED": ("摄像机移动过", "camera moved"),
    "CONTENT_SPLICE": ("画面突变", "content jumps"),
    "FLAT_PICTURE": ("人像不动", "flat heads"),
    "FILMED_SCREEN": ("像翻拍屏幕", "filmed screen"),
    "SCREEN_CLOCK_DAY": ("画面时钟是另一天", "clock of other day"),
    "SCREEN_CLOCK_OFF": ("画面时钟不符", "clock off"),
    "SCREEN_CLOCK_JUMP": ("画面时钟跳变", "clock jumps"),
    "SEEN_SAME_HOUR": ("画面重复", "repeats"),
    "SEEN_OTHER_HOUR": ("同另一学时", "as another hour"),
    "SEEN_OTHER_DAY": ("同另一天", "as another day"),
    "SEEN_OTHER_ROOM": ("同另一教室", "as another room"),
    "SEEN_OTHER_CLASS": ("同另一班", "as another class"),
    "SHORT_LOOP": ("短片反复播放", "short loop"),
    "STILL_PICTURE": ("画面静止", "still picture"),
    "SEEN_OTHER_INSTITUTION": ("同另一机构", "as elsewhere"),
    "FACE_TWO_SEATS": ("一脸两座", "one face, two seats"),
    "FACE_TWO_CLASSES": ("一脸两班", "one face, two classes"),
    "FACES_CHANGED": ("换了人", "other people"),
}
UNNAMED_DOUBT = ("请核对", "please check")


def doubt_word(kind: str) -> TextEntry:
    """The short word beside a doubt's marker."""
    return both(*DOUBTS.get(kind, UNNAMED_DOUBT))


# Doubts about a sign-in, small beside the ◆ of its cell.
MARKS_SHORT = {"outside_place": ("位?", "P?"), "shared_device": ("机?", "D?")}
SOURCES_SHORT = {
    "check_in": ("卡", "C"),
    "check_in_earlier": ("卡", "C"),
    "headcount": ("像", "V"),
    "leave": ("假", "L"),
    "no_check_in": ("无签", "–C"),
    "no_check_ins": ("无签", "–C"),
    "whole_class_not_shown": ("像?", "V?"),
    "nobody_in_view": ("无像", "–V"),
    "more_heads_than_check_ins": ("像+", "V+"),
    "signed_too_seldom": ("卡?", "C?"),
    "face_seen": ("脸", "F"),
    "face_not_seen": ("脸?", "F?"),
}


# What a clerk reads beside a word that the trade uses and the office does not.
EXPLAINED = {
    "COMMITMENT": both(
        "承诺：抽查前先公布的一串校验码，锁定名单、规则和还保密的随机数；公布之后谁改动其中一处，它就对不上。",
        "Commitment: a check code published before the draw; it fixes the lists, the rules and a number still kept"
        " secret, and no longer fits if anybody changes one of them.",
    ),
    "REVEAL": both(
        "揭示：到约定时刻公开那个保密的随机数；任何人都可据此按原名单重抽一遍，结果应完全一样。",
        "Reveal: the secret number is made public at the announced time; anybody can draw again from the same lists and"
        " must get the same result.",
    ),
    "BEACON": both(
        "公共信标：承诺之后由别人公布、谁也无法预知的数（例如预告的那一期彩票开奖号码）；有了它，组织者也挑不了结果。",
        "Public beacon: a number that others publish after the commitment and nobody can foresee, such as the lottery"
        " numbers of an announced day; with it even the organiser cannot choose the result.",
    ),
    "TREE_HEAD": both(
        "树头：截至某一条的全部日志合成的一个签了名的校验码；交给监管部门保管后，此前任何一条被删改都会对不上。",
        "Tree head: one signed check code over the whole log up to an entry; once others keep it, any earlier entry that"
        " is changed or removed no longer fits.",
    ),
}
