"""Which networks looked stands in every report; a network that fails proves nothing, neither presence nor absence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facts.codec import dumps, loads
from facts.digest import Digest
from facts.report import ClassReport
from facts.senses import Sense
from facts.sighting import View
from facts.span import Span
from facts.verdict import Status
from pipeline.sealing.day_facts import differences, sealed_facts
from pipeline.verification.judgement import judged_again
from pipeline.verification.ports import LookJob, LookResult
from pipeline.verification.report import ReportOrigin, prepare, verify
from report.document import document
from report.page import page
from runtime.verification.frame_sampling import SamplingTask, nothing_seen, sample_stretch, senses
from tests.fixtures.hour_facts import view
from tests.fixtures.shared_models import pulled
from tests.fixtures.tiny_networks import answering, card_of, rows
from tests.fixtures.verification_case import DAYS, CountedProgress, inputs, law

FACES = Sense("centerface", ("face",), Digest("0" * 64))
HEADS = Sense("bhh-nano", ("hand", "head", "person"), Digest("1" * 64))
NO_HEADS = replace(HEADS, digest=None, missing="xueshi models pull bhh-nano")
FAULT = "model tiny: got 1 value that is no number (NaN, inf)"


@dataclass
class Looker:
    """Implements the looker's port: everybody in view, and what went wrong."""

    fault: str = ""
    crowded: int = 0

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        for job in jobs:
            seen = replace(view(), camera_id=job.camera_id, span=job.span, crowded=self.crowded)
            yield job, LookResult(View(job.camera_id, job.span, fault=self.fault) if self.fault else seen)


def made(book: str, looker: Looker, *senses: Sense) -> ClassReport:
    origin = ReportOrigin("xueshi test", datetime(2026, 1, 1, tzinfo=UTC), {}, senses)
    return verify(prepare(inputs(book), law(book)), looker, origin, CountedProgress())


def limits(report: ClassReport) -> str:
    return "\n".join(limit.zh for limit in report.limits)


@pytest.mark.parametrize("book", ["yangquan-2024", "sx-unnamed-2023"])
def test_an_hour_whose_networks_failed_is_unproven_and_never_a_pass_or_a_fail(book: str) -> None:
    (verdict,) = made(book, Looker(FAULT), FACES).verdicts
    assert verdict.status is Status.UNPROVEN
    assert FAULT in verdict.findings[-1].text.zh
    assert verdict.findings[-1].quote


def test_the_same_hour_passes_where_nothing_failed() -> None:
    (verdict,) = made("sx-unnamed-2023", Looker(), FACES).verdicts
    assert verdict.status is Status.PASS


def test_a_failed_look_stays_failed_in_a_package() -> None:
    whole = made("sx-unnamed-2023", Looker(FAULT), FACES, NO_HEADS)
    sealed = sealed_facts(whole, law("sx-unnamed-2023"), DAYS["sx-unnamed-2023"], None)
    read = loads(ClassReport, dumps(sealed))
    assert read.verdicts[0].status is Status.UNPROVEN
    assert read.senses == (FACES, NO_HEADS)
    assert list(differences(read, judged_again(read, law("sx-unnamed-2023")))) == []


def test_faces_alone_say_plainly_what_they_cannot_see() -> None:
    told = limits(made("yangquan-2024", Looker(), FACES, NO_HEADS))
    assert "只看人脸：背对镜头、低头看不见脸、戴口罩或被遮住脸的人看不见（本机只有 centerface）" in told
    assert "本次没有用 bhh-nano：xueshi models pull bhh-nano" in told
    assert "只看人脸" not in limits(made("yangquan-2024", Looker(), FACES, HEADS))


def test_more_boxes_than_can_be_believed_are_told_and_prove_nothing() -> None:
    crowded = made("sx-unnamed-2023", Looker(crowded=7), FACES)
    assert "有 7 帧的检测框数量多得不可信" in limits(crowded)
    assert crowded.verdicts[0].status is Status.UNPROVEN
    assert "多得不可信" not in limits(made("yangquan-2024", Looker(), FACES))


def test_report_and_page_name_every_network() -> None:
    spoken = document(made("yangquan-2024", Looker(), FACES, NO_HEADS))
    assert spoken["senses"] == [
        {"name": "centerface", "finds": ["face"], "sha256": "0" * 64, "missing": ""},
        {
            "name": "bhh-nano",
            "finds": ["hand", "head", "person"],
            "sha256": None,
            "missing": "xueshi models pull bhh-nano",
        },
    ]
    shown = page(spoken, {})
    assert "centerface" in shown
    assert "sha256:000000000000" in shown
    assert "没有用" in shown


def test_a_document_of_an_earlier_version_names_none_and_is_drawn_all_the_same() -> None:
    spoken = dict(document(made("yangquan-2024", Looker(), FACES)))
    del spoken["senses"]
    assert "centerface" not in page(spoken, {}).partition('id="limits"')[0]  # type: ignore[arg-type]


def job() -> LookJob:
    span = Span.of(datetime(2025, 4, 7, 1, tzinfo=UTC), 600)
    return LookJob("h1", "CH02", span, (), Digest.of(b"seed"))


def test_weights_that_vanish_in_the_middle_leave_the_stretch_unseen_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    card = tmp_path / "card.toml"
    own = card_of(answering(rows((1, 2, 3, 4, 0.9, 0))), tmp_path / "xueshi" / "models")
    card.write_text(
        f'name = "tiny"\nlicence = "x"\nfinds = "head"\nurl = "https://models.example/t.onnx"\nsha256 = "{own.sha256}"\n'
        '[input]\nwidth = 64\nheight = 64\n[output]\nfamily = "nms"\n',
        "utf-8",
    )
    for path in (tmp_path / "xueshi" / "models").iterdir():
        path.unlink()
    seen = sample_stretch(SamplingTask(job(), (), None, "key", str(card)))
    assert "weights of tiny cannot be read" in seen.looked.view.fault
    assert "\n" not in seen.looked.view.fault
    assert seen.looked.view.seats == ()


def test_a_decoder_that_breaks_down_again_and_again_leaves_a_fault_too() -> None:
    assert "three times" in nothing_seen(SamplingTask(job(), (), None, "key")).looked.view.fault


def test_a_process_with_other_networks_than_the_run_began_with_sees_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    seen = sample_stretch(SamplingTask(job(), (), None, "key", senses="0" * 64))
    assert "expected those with which this run began" in seen.looked.view.fault
    same = sample_stretch(SamplingTask(job(), (), None, "key", senses=senses().digest.sha256))
    assert same.looked.view.fault == ""


def test_weights_that_are_pulled_while_a_service_runs_look_from_the_next_hour_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert senses().names == ("centerface",)
    pulled(tmp_path / "xueshi" / "models", "bhh-nano")
    assert senses().names == ("centerface", "bhh-nano", "bhh-nano-half")
    assert senses() is senses()
