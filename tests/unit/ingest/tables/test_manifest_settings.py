"""``[place]`` and ``[device]`` of class.toml: read strictly, and told at their own line."""

import re
from datetime import UTC, datetime

import pytest

from facts.check_in import Datum
from facts.class_settings import NOTHING_SET, ClassSettings, DeviceRule, PlaceRule
from facts.footage import Camera
from facts.statements import ListSetAside, SettledDoubt, StatedStart
from ingest.manifest import ManifestError, parse_manifest

WHOLE = """
[[camera]]
id = "CH02"
room = "201教室"
clock_offset_s = -12.5
[place]
latitude = 37.857012
longitude = 113.580034
datum = "gcj02"
radius_m = 300
[device]
people_per_phone = 2
second_phone = true
[[recording]]
file = "录像/hiv00001.mp4"
camera = "CH02"
start = 2025-04-07T08:30:00+08:00
[[aside]]
file = "花名册.xlsx"
reason = "证号录错，已另传更正版"
"""


def read(text: str) -> ClassSettings:
    return parse_manifest(text.encode()).settings


def test_the_file_states_what_the_console_states() -> None:
    assert read(WHOLE) == ClassSettings(
        (Camera("CH02", "201教室", -12.5),),
        PlaceRule(37.857012, 113.580034, Datum.GCJ02, 300, 200),
        DeviceRule(2, second_phone=True),
        (StatedStart("录像/hiv00001.mp4", datetime(2025, 4, 7, 0, 30, tzinfo=UTC), "CH02"),),
        (ListSetAside("花名册.xlsx", "证号录错，已另传更正版"),),
    )
    assert read("") == NOTHING_SET


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("latitude = 37.857012", "latitude = 113.58", r"\[place\] latitude：写成了 113.58，应为北纬 3 至 54 度"),
        ("latitude = 37.857012\n", "", r"\[place\] latitude：没有写"),
        ('datum = "gcj02"', 'datum = "火星"', r"\[place\] datum：写成了 '火星'，应为 gcj02、wgs84、bd09"),
        ('datum = "gcj02"', 'datum = "unknown"', r"\[place\] datum"),
        ("radius_m = 300", "radius_m = 300.5", r"\[place\] radius_m：写成了 '300.5'，应为整数"),
        ("radius_m = 300", "radius_m = true", r"\[place\] radius_m：写成了 'True'，应为整数"),
        ("radius_m = 300", "radius = 300", r"不认识“radius”，是否想写 radius_m"),
        ("latitude = 37.857012", "latitude = nan", r"\[place\] latitude：写成了 nan"),
        ("people_per_phone = 2", "people_per_phone = 99", r"\[device\] people_per_phone：写成了 99，应为1 至 10 人"),
        ("[place]", "[[place]]", r"应为一节"),
        ("start = 2025", "start = 1925", r"\[\[recording\]\] 录像/hiv00001.mp4 start：写成了 1925"),
        (
            'reason = "证号录错，已另传更正版"',
            'reason = "旧"',
            r"\[\[aside\]\] 第1个 reason：写成了 '旧'，应为不再采用的理由",
        ),
        ('reason = "证号录错，已另传更正版"', "", r"\[\[aside\]\] 第1个 reason"),
        ('file = "花名册.xlsx"', 'file = "../花名册.xlsx"', r"\[\[aside\]\] 第1个 file"),
        ("[[aside]]", "[aside]", r"应写成 \[\[aside\]\]"),
        ("reason =", "reasons =", r"不认识“reasons”，是否想写 reason"),
    ],
)
def test_a_fault_is_told_where_it_stands(before: str, after: str, told: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read(WHOLE.replace(before, after))
    assert re.search(told, str(caught.value)), str(caught.value)


SETTLED = f"""
[[settled]]
kind = "SEEN_OTHER_DAY"
source = "{"ab" * 32}"
by = "张看"
second = "李看"
reason = "同一节课补传"
"""


def test_a_settled_doubt_is_read_with_both_names_and_the_reason() -> None:
    (one,) = read(SETTLED).settled
    assert one == SettledDoubt("SEEN_OTHER_DAY", "ab" * 32, "张看", "李看", "同一节课补传")
    assert one.name == f"SEEN_OTHER_DAY:{'ab' * 32}"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "SEEN_OTHER_DAY",
            "OUTSIDE_PLACE",
            r"\[\[settled\]\] 第1个 kind：写成了 'OUTSIDE_PLACE'，应为报告中重放疑点的 kind",
        ),
        ("abab", "", r"\[\[settled\]\] 第1个 source.*64 位十六进制"),
        (
            'second = "李看"',
            'second = "张看"',
            r"\[\[settled\]\] 第1个 second：写成了 '张看'，应为另一个人：两个名字才算数",
        ),
        ('by = "张看"\n', "", r"\[\[settled\]\] 第1个 by：写成了 ''，应为看过两边的人的姓名"),
        ('reason = "同一节课补传"', 'reason = "。"', r"\[\[settled\]\] 第1个 reason"),
        ("reason =", "why =", "why"),
    ],
)
def test_a_doubt_is_not_settled_by_half(before: str, after: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        read(SETTLED.replace(before, after, 1))


def test_a_doubt_is_settled_once() -> None:
    with pytest.raises(ManifestError, match="每个疑点只写一次"):
        read(SETTLED + SETTLED)
