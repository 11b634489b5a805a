"""Settings in a report: told as assumptions, seen in the matrix, and judged again from a package that hides places."""

from dataclasses import replace
from datetime import timedelta

from facts.check_in import CheckIn, Datum, Place
from facts.class_settings import NOTHING_SET, ClassSettings, DeviceRule, PlaceRule
from facts.codec import dumps
from facts.digest import Digest
from facts.footage import Camera, ClockSource
from facts.report import ClassReport, InputFile
from facts.statements import ListSetAside, SettledDoubt, StatedStart
from facts.verdict import Presence
from pipeline.classes.settings_text import assumed, changes
from pipeline.sealing.day_facts import differences, sealed_facts
from pipeline.sealing.pseudonyms import Pseudonyms
from pipeline.verification.judgement import judged_again
from pipeline.verification.report import ClassInputs, ReportOrigin, prepare, verify
from tests.fixtures.verification_case import DAYS, CountedProgress, ToldLooker, inputs, law

BOOK = "yangquan-2024"
RULE = PlaceRule(37.857012, 113.580034, Datum.GCJ02)
SET = ClassSettings((Camera("CH02", "201教室", -12.5),), RULE, DeviceRule(2))


def place(latitude: str) -> Place:
    return Place("", latitude, "113.580034", Datum.GCJ02, 30.0)


def made(settings: ClassSettings) -> ClassReport:
    whole = inputs(BOOK)
    there = (place("37.857012"), place("37.860712"), Place())
    signed = tuple(replace(one, place=own) for one, own in zip(whole.checkins, there, strict=True))
    asked = replace(whole, checkins=signed, settings=settings, cameras=settings.cameras or whole.cameras)
    making = ReportOrigin("xueshi test", whole.hours[0].span.end + timedelta(days=1))
    return verify(prepare(asked, law(BOOK)), ToldLooker(), making, CountedProgress())


def kinds(report: ClassReport) -> set[str]:
    return {doubt.kind for doubt in report.doubts}


def test_a_sign_in_elsewhere_is_a_doubt_and_stands_in_its_cell_and_changes_nobody_s_presence() -> None:
    plain, marked = made(NOTHING_SET), made(SET)
    assert kinds(marked) - kinds(plain) == {"OUTSIDE_PLACE"}
    assert [one.presence for one in marked.attendance] == [one.presence for one in plain.attendance]
    assert Presence.ABSENT not in {one.presence for one in marked.attendance}
    assert ["outside_place" in one.contradictions for one in marked.attendance] == [False, True, False]
    assert [verdict.status for verdict in marked.verdicts] == [verdict.status for verdict in plain.verdicts]


def test_what_the_institution_declared_is_told_as_an_assumption() -> None:
    told = {one.id: one for one in made(SET).assumptions}
    assert told["S1"].value == "CH02 -12.5 s"
    assert "GCJ-02" in told["S2"].value
    assert "2 人以内不列疑点" in told["S3"].text.zh
    assert assumed(NOTHING_SET) == ()
    assert not {"S1", "S2", "S3"} & {one.id for one in made(NOTHING_SET).assumptions}


def test_a_masked_package_has_no_place_and_the_same_doubt_when_judged_again() -> None:
    whole = made(SET)
    sealed = sealed_facts(whole, law(BOOK), DAYS[BOOK], Pseudonyms(b"k" * 32))
    assert "OUTSIDE_PLACE" in kinds(sealed)
    assert not {"37.857012", "37.860712"} & {one.place.latitude for one in sealed.checkins}
    assert [one.away_m for one in sealed.checkins] == [0, 411, None]
    assert list(differences(sealed, judged_again(sealed, law(BOOK)))) == []
    ours = next(doubt for doubt in whole.doubts if doubt.kind == "OUTSIDE_PLACE")
    theirs = next(doubt for doubt in sealed.doubts if doubt.kind == "OUTSIDE_PLACE")
    assert (ours.text, [row.note for row in ours.evidence]) == (theirs.text, [row.note for row in theirs.evidence])


def test_settings_that_were_altered_in_a_package_give_another_judgement() -> None:
    sealed = sealed_facts(made(SET), law(BOOK), DAYS[BOOK], None)
    forged = replace(sealed, settings=replace(SET, place=replace(RULE, radius_m=5_000)))
    told = [one.en for one in differences(forged, judged_again(forged, law(BOOK)))]
    assert "doubts differ when judged again" in told
    assert "assumptions differ when judged again" in told


def test_a_change_is_told_line_by_line() -> None:
    after = replace(SET, cameras=(Camera("CH02", "302教室", -12.5), Camera("CH03", "201教室")), place=None)
    assert [one.zh for one in changes(SET, after)] == [
        "摄像机 CH02：201教室，时钟 -12.5 秒 → 302教室，时钟 -12.5 秒",
        "摄像机 CH03：未设 → 201教室",
        "打卡地点：37.857012, 113.580034 GCJ-02，半径 150 米，误差超过 200 米不作数 → 未设",
    ]
    assert changes(SET, SET) == ()
    assert [one.en for one in changes(NOTHING_SET, ClassSettings(device=DeviceRule(3)))] == [
        "up to 3 people on one phone in a class hour are no doubt"
    ]


def test_a_check_in_says_how_far_it_was_only_where_a_mask_took_its_place() -> None:
    assert all(one.away_m is None for one in made(SET).checkins)
    assert CheckIn(made(SET).made_at, "甲").away_m is None


LEFT = ListSetAside("打卡（王小明导出）.xlsx", "王小明导错了月份，已另传")


def amended() -> ClassInputs:
    """The class with a recording that the institution dated, and a list of check-ins that it left."""
    whole = inputs(BOOK)
    (file,) = whole.segments
    stated = StatedStart(file.path, whole.hours[0].span.start, "CH02")
    return replace(
        whole,
        trainees=(replace(whole.trainees[0], name="王小明"), *whole.trainees[1:]),
        segments=(replace(file, clock_source=ClockSource.MANIFEST),),
        files=(InputFile(LEFT.file, "checkins", 9, Digest.of(b"old"), aside=LEFT.reason),),
        settings=ClassSettings(recordings=(stated,), aside=(LEFT,)),
    )


def reported(of: ClassInputs) -> ClassReport:
    return verify(
        prepare(of, law(BOOK)), ToldLooker(), ReportOrigin("xueshi test", of.hours[0].span.end), CountedProgress()
    )


def test_a_stated_time_and_a_list_that_was_left_are_told_as_assumptions() -> None:
    told = {one.id: one for one in reported(amended()).assumptions}
    assert told["S4"].value == "a.mp4 2025-04-07 08:30:00"
    assert told["S5"].value == f"{LEFT.file}（{LEFT.reason}）"
    assert "机构声明不再采用" in told["S5"].text.zh
    assert "set aside by the institution" in told["S5"].text.en


def test_who_settled_a_doubt_and_why_is_an_assumption_also_when_judged_again() -> None:
    said = SettledDoubt("SEEN_OTHER_DAY", "ab" * 32, "张看", "李看", "同一节课补传")
    own = replace(amended(), settings=ClassSettings(settled=(said,)), settled=(said.name,))
    sealed = reported(own)
    (told,) = [one for one in sealed.assumptions if one.id == "S8"]
    assert told.value == "SEEN_OTHER_DAY abababababab 张看、李看：同一节课补传"
    assert list(differences(sealed, judged_again(sealed, law(BOOK)))) == []
    masked = sealed_facts(sealed, law(BOOK), DAYS[BOOK], Pseudonyms(b"k" * 32))
    assert not any(name in dumps(masked) for name in ("张看", "李看"))
    assert list(differences(masked, judged_again(masked, law(BOOK)))) == []
    silent = replace(sealed, settings=NOTHING_SET)
    assert "assumptions differ when judged again" in [
        one.en for one in differences(silent, judged_again(silent, law(BOOK)))
    ]


def test_a_stated_time_that_was_not_used_is_no_assumption() -> None:
    own = amended()
    overruled = replace(own, segments=(replace(own.segments[0], clock_source=ClockSource.FILE_NAME),))
    assert "S4" not in {one.id for one in reported(overruled).assumptions}
    before = replace(own, settings=NOTHING_SET)  # a report from before settings knew of recordings
    assert "S4" not in {one.id for one in reported(before).assumptions}


def test_check_ins_that_were_left_are_one_doubt_and_change_no_verdict() -> None:
    whole = amended()
    left, right = reported(whole), reported(replace(whole, files=()))
    assert kinds(left) - kinds(right) == {"CHECKINS_ASIDE"}
    assert left.verdicts == right.verdicts
    (doubt,) = (one for one in left.doubts if one.kind == "CHECKINS_ASIDE")
    assert (doubt.hours, doubt.trainees) == ((), ())
    assert len(doubt.innocent) == 2
    assert "造假" not in doubt.text.zh
    roster = replace(whole, files=(replace(whole.files[0], role="roster"),))
    assert "CHECKINS_ASIDE" not in kinds(reported(roster))


def test_a_masked_package_names_nobody_in_what_was_said_of_the_material_and_judges_the_same() -> None:
    sealed = sealed_facts(reported(amended()), law(BOOK), DAYS[BOOK], Pseudonyms(b"k" * 32))
    assert "王小明" not in dumps(sealed)
    assert "CHECKINS_ASIDE" in kinds(sealed)
    assert {"S4", "S5"} <= {one.id for one in sealed.assumptions}
    assert list(differences(sealed, judged_again(sealed, law(BOOK)))) == []
    silent = replace(sealed, inputs=tuple(replace(file, aside="") for file in sealed.inputs))
    told = [one.en for one in differences(silent, judged_again(silent, law(BOOK)))]
    assert {"doubts differ when judged again", "assumptions differ when judged again"} <= set(told)


def test_what_was_said_of_the_material_is_told_line_by_line() -> None:
    after = amended().settings
    assert [one.zh for one in changes(NOTHING_SET, after)] == [
        "录像时间 a.mp4：– → 2025-04-07 08:30:00 CH02",
        f"不再采用 {LEFT.file}：{LEFT.reason}",
    ]
    assert [one.en for one in changes(after, NOTHING_SET)] == [
        "start of a.mp4: 2025-04-07 08:30:00 CH02 → –",
        f"taken back into use: {LEFT.file}",
    ]
