"""What earlier versions said otherwise: a package that one of them sealed is compared in today's words.

Whoever rewords a sentence of a judgement (a finding, a doubt, an assumption, a clause) adds its earlier form here, or
every package that was sealed before is said to differ from what its facts show.
"""

import re

from policy.assumptions import SHOWN

# Before 2026-11-28.
_REWORDED = (
    ("签到", "打卡"),  # every spelling
    ("机构申报", "机构填报"),  # every spelling
    (
        "「显示」指同一窗口内多数分钟可见人数不少于应到；先后可见不足以判达标",
        SHOWN.zh,
    ),
    ("in view means that most minutes of one window show everyone expected; seen in turn is not enough", SHOWN.en),
    # Before 2026-12-01.
    ("摄像机擦拭、检修或碰动后没有归位", "擦拭、检修或碰动摄像机后没有归位"),
    ("镜头焦距或画面裁剪的设置改过", "调整过镜头焦距或画面裁剪"),
    ("或本系统更换过密钥而旧公钥不在手", "或本系统换过密钥，手头没有旧公钥"),
    ("画面模糊使误读恰好通过纠错（极少见）", "画面模糊造成误读，又恰好通过了纠错（极少见）"),
    (
        "亮码证明画面不早于码上的时刻；事后翻拍旧码不能由码本身排除，须与存证日志、录像上传时间对照",
        "亮码只证明画面不早于码上的时刻；是否事后翻拍旧码，亮码本身不能排除，须对照存证日志和录像上传时间",
    ),
    ("几人恰用同一型号", "几个人恰好用同一型号"),
    ("教师按名册逐个点名协助打卡", "教师按花名册逐个点名、协助打卡"),
    ("处人像没有一处自己在动", "处人像始终没有自身动作"),
    ("但始终没有一处自己在动：", "但始终没有自身动作："),
    ("请补充这一半天的全部打卡记录", "请补充这半天的全部打卡记录"),
    ("关键帧之间隔得长，大家恰在其间一起换了位置或进出教室", "关键帧间隔较长，大家恰好在其间一起换了位置或进出教室"),
    ("时间戳却接着走", "时间戳却照常延续"),
    ("画面内容突变而时间不断：", "画面内容突变，录像时间却是连续的："),
    ("的部位一起变了样，此后不再变回", "的区域同时变样，此后没有恢复"),
    ("本学时不需假设 A12", "本学时无须采用假设 A12"),
    ("：分辨率需提高到约", "：请把分辨率提高到约"),
    ("或前后排各用一台", "或前后排各装一台"),
    ("多于应到；多出的人不能顶替缺席者", "多于应到；不能确认应到的人都在其中"),
    (
        "more than expected, and nobody stands in for somebody else",
        "more than expected, and whether everybody expected is among them cannot be told",
    ),
    ("后仍未证明：", "后仍存疑待核："),
    ("机构已答复，另外的人重新复核后维持", "机构已答复，经另外的人重新复核，结论维持"),
    ("检测框多得不可信", "检测框数量多得不可信"),
    ("请核对模型卡", "请运维核对模型说明（模型卡）"),
    ("结班", "结课"),
    ("与本人首次打卡不是同一部手机", "与本人首次打卡用的不是同一部手机"),
)

# The same, where a number or a name stands inside the sentence.
_REWORDED_AROUND = tuple(
    (re.compile(earlier), today)
    for earlier, today in (
        # English that did not count before 2026-12-01: a plural behind the number one, and "teacher(s)" behind any.
        (r"(?<![\d.])1 check-ins belong\b", "1 check-in belongs"),
        (r"(?<![\d.])1 check-ins are\b", "1 check-in is"),
        (r"(?<![\d.])1 check-ins fit\b", "1 check-in fits"),
        (r"(?<![\d.])1 (cell|frame)s agree\b", r"1 \1 agrees"),
        (r"(?<![\d.])1 frames (\(\d+%\)) are\b", r"1 frame \1 is"),
        (r"(?<![\d.])1 of (\d+) people who could be compared look\b", r"1 of \1 people who could be compared looks"),
        (r"(?<![\d.])1 people who could be compared\b", "1 person who could be compared"),
        (r"(?<![\d.])1 (trainee|time|day|head|class hour|frame|year|month|seat)s\b", r"1 \1"),
        (r"(?<![\d.])1 teacher\(s\)", "1 teacher"),
        (r"\bteacher\(s\)", "teachers"),
        # Chinese before 2026-12-01.
        (r"看教室的角度与 ([^：]*)不同：画面整体移动约", r"的取景与 \1不同：画面整体偏移约"),
        (r"（移动后相符 ([-.\d]+)，不移动 ([-.\d]+)）", r"（按偏移对齐后相似度 \1，不对齐 \2）"),
        (r"(最长连续录像 [^，；]*)，少 ", r"\1，还差 "),
        (r"有 (\d+) 处人像在座位之间却从不自己动：", r"座位区有 \1 处人像始终没有自身动作："),
        (r"(?<!花)名册", "花名册"),
        (r"人本半天不足 (\d+) 次，其到课待核", r"人本半天打卡不足 \1 次，这些人是否到课待核"),
        (r" 内 (\d+)% 的分钟看到应到 (\d+) 人", r" 内，\1% 的分钟里看到应到的 \2 人"),
        (r" 人，缺 (\d+) 人", r" 人，未看到 \1 人"),
        (r"人头约 (\d+) 像素", r"人头高约 \1 像素"),
        (r"（课表 (\d+) 名）", r"（课表上有教师 \1 名）"),
        (r"(?<!（)class\.toml 未写明", "班期资料（class.toml）未写明"),
        (r"且留存至 ≥ ([^；]*?之日) \+ (\d+) 年", r"且自\1起至少留存 \2 年"),
        (r"开班至结课之间有 (.*?) 的日子 ≥ (\d+) 天；", r"开班至结课之间至少 \2 天有 \1；"),
    )
)


# Before 2026-12-01 hours were named without their year.
_DAY = re.compile(r"(?<!\d)(?P<year>\d{4}年)?(?P<day>\d{1,2}月\d{1,2}日)")


def said_alike(sealed: object, again: object) -> bool:
    """Whether two records, as JSON values, say the same; a day that was sealed without its year may have any."""
    if isinstance(sealed, str) and isinstance(again, str):
        before, now = str(in_todays_words(sealed)), str(in_todays_words(again))
        if _DAY.sub(r"\g<day>", before) != _DAY.sub(r"\g<day>", now):
            return False
        days = zip(_DAY.finditer(before), _DAY.finditer(now), strict=True)
        return all(was["year"] in {None, one["year"]} for was, one in days)
    if isinstance(sealed, list) and isinstance(again, list):
        return len(sealed) == len(again) and all(map(said_alike, sealed, again))
    if isinstance(sealed, dict) and isinstance(again, dict):
        return sealed.keys() == again.keys() and all(said_alike(sealed[key], again[key]) for key in sealed)
    return sealed == again


def in_todays_words(value: object) -> object:
    """A record as JSON values with every earlier wording in it made today's."""
    if isinstance(value, str):
        for earlier, today in _REWORDED:
            value = value.replace(earlier, today)
        for said, today in _REWORDED_AROUND:
            value = said.sub(today, value)
        return value
    if isinstance(value, list):
        return [in_todays_words(item) for item in value]
    return {key: in_todays_words(item) for key, item in value.items()} if isinstance(value, dict) else value
