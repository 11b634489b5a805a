"""Names and numbers replaced so that the same person stays the same person, and only the key's holder can say who."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from attendance.place_rule import away_m
from facts.check_in import CheckIn, Place
from facts.class_settings import ClassSettings, PlaceRule
from facts.course import ClassHour, Trainee
from facts.errors import InputError
from facts.footage import Segment
from facts.id_number import IdNumber, check_digit, masked_id
from facts.names import masked_name, normal_name
from facts.report import ClassReport, InputFile
from facts.review import Review, ReviewReading
from facts.review_reply import ReviewReply
from facts.sighting import View
from facts.text import Text

# Letters that no digest, telephone or ID number is written with, so that a pseudonym is never taken for one.
_LETTERS = str.maketrans("0123456789abcdef", "ghijkmnpqrstuvwx")
_SPECIFIC = re.compile(r"[0-9a-f]{8}|\d{6}", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")
_NOBODY = "99"  # no county's code begins so
_FIRST_DAY, _DAYS = date(1900, 1, 1), 36_500
_TAIL = 4


class Pseudonyms:
    """A keyed digest (HMAC-SHA-256) under which equal stays equal; the last four of a number stay readable."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def tag(self, kind: str, text: str) -> str:
        """The keyed digest of a text; the kind keeps a name's apart from a phone's."""
        return hmac.digest(self._key, f"{kind}\n{text}".encode(), "sha256").hex()

    def name(self, name: str) -> str:
        """The first character, stars, and a tag that tells two people of one shape apart."""
        normal = normal_name(name)
        return f"{masked_name(normal)}~{self.tag('name', normal)[:12].translate(_LETTERS)}" if normal else ""

    def id_number(self, number: IdNumber) -> IdNumber:
        """A valid number that no person has, with the same last four, so that records join as before."""
        for turn in range(1000):
            seed = int(self.tag("id", f"{number.digits}\n{turn}"), 16)
            born = _FIRST_DAY + timedelta(days=seed % _DAYS)
            first_17 = f"{_NOBODY}{seed // _DAYS % 10_000:04d}{born:%Y%m%d}{number.tail[:3]}"
            if check_digit(first_17) == number.tail[-1]:
                return IdNumber(first_17 + number.tail[-1])
        raise AssertionError

    def id_text(self, raw: str) -> str:
        """As ``id_number`` for what a table holds, which may be masked or wrong already."""
        try:
            return self.id_number(IdNumber(raw)).digits
        except InputError:
            return raw if len(raw) <= _TAIL else masked_id(raw)

    def device(self, device: str) -> str:
        """A serial number's digest; a mere model name says nothing about anybody."""
        return f"dev-{self.tag('device', device)[:16]}" if _SPECIFIC.search(device) else device

    def place(self, place: Place) -> Place:
        """Equal coordinates stay equal; where they were is gone."""
        if place.coordinates is None:
            return Place(datum=place.datum)
        point = self.tag("place", "\n".join(place.coordinates))[:16]
        return Place("", point, point, place.datum, place.accuracy_m)


class ClassMask:
    """The pseudonyms of one class, also inside file names and sentences."""

    def __init__(self, pseudonyms: Pseudonyms, people: Iterable[str]) -> None:
        self._own = pseudonyms
        names = sorted({name for name in people if len(name) > 1}, key=lambda name: (-len(name), name))
        self._names = re.compile("|".join(map(re.escape, names)) or r"(?!)")

    @classmethod
    def of(cls, pseudonyms: Pseudonyms, report: ClassReport) -> "ClassMask":
        """The mask for everybody whom the class's papers name."""
        people = [trainee.name for trainee in report.trainees] + [hour.teacher for hour in report.hours]
        people += [name for one in report.checkins for name in (one.name, one.witness)]
        return cls(pseudonyms, people)

    def text(self, raw: str) -> str:
        """Free text with everybody's name and every ID or telephone number replaced."""
        return _NUMBER.sub(
            lambda found: masked_id(found.group()), self._names.sub(lambda found: self._own.name(found.group()), raw)
        )

    def say(self, text: Text) -> Text:
        """Both languages of a sentence."""
        return Text(self.text(text.zh), self.text(text.en))

    def report(self, report: ClassReport) -> ClassReport:
        """The same facts about people who cannot be recognised; what was judged must be judged again from them."""
        return replace(
            report,
            training_class=replace(report.training_class, name=self.text(report.training_class.name)),
            hours=tuple(map(self._hour, report.hours)),
            trainees=tuple(map(self._trainee, report.trainees)),
            checkins=tuple(self._checkin(one, report.settings.place) for one in report.checkins),
            segments=tuple(map(self._segment, report.segments)),
            inputs=tuple(map(self._file, report.inputs)),
            views=tuple(map(self._view, report.views)),
            settings=self._settings(report.settings),
            reviews=tuple(map(self._review, report.reviews)),
        )

    def _settings(self, settings: ClassSettings) -> ClassSettings:
        """Files are called after people, and reasons speak of them."""
        recordings = tuple(replace(one, file=self.text(one.file)) for one in settings.recordings)
        aside = tuple(replace(one, file=self.text(one.file), reason=self.text(one.reason)) for one in settings.aside)
        settled = tuple(
            replace(one, by=self._own.name(one.by), second=self._own.name(one.second), reason=self.text(one.reason))
            for one in settings.settled
        )
        return replace(settings, recordings=recordings, aside=aside, settled=settled)

    def _hour(self, hour: ClassHour) -> ClassHour:
        return replace(hour, teacher=self._own.name(hour.teacher), label=self.text(hour.label))

    def _trainee(self, trainee: Trainee) -> Trainee:
        number = trainee.id_number and self._own.id_number(trainee.id_number)
        phone = f"tel-{self._own.tag('phone', trainee.phone)[:16]}" if trainee.phone else ""
        name, where = self._own.name(trainee.name), self.text(trainee.where)
        return replace(trainee, name=name, id_number=number, phone=phone, where=where)

    def _checkin(self, one: CheckIn, rule: PlaceRule | None) -> CheckIn:
        """Its distance from the class's place stays, so that the place rule can be judged again; its place does not."""
        return CheckIn(
            one.at,
            self._own.name(one.name),
            self._own.id_text(one.id_number),
            self._own.place(one.place),
            self.text(self._own.device(one.device)),
            self._own.name(one.witness),
            where=self.text(one.where),
            away_m=away_m(one.place, rule) if rule else None,
        )

    def _segment(self, segment: Segment) -> Segment:
        wounds = tuple(
            replace(wound, detail_zh=self.text(wound.detail_zh), detail_en=self.text(wound.detail_en))
            for wound in segment.wounds
        )
        return replace(segment, path=self.text(segment.path), wounds=wounds)

    def _file(self, file: InputFile) -> InputFile:
        return replace(
            file, path=self.text(file.path), faults=tuple(map(self.say, file.faults)), aside=self.text(file.aside)
        )

    def _view(self, view: View) -> View:
        frames = tuple(replace(frame, path=self.text(frame.path)) for frame in view.frames)
        codes = tuple(replace(one, path=self.text(one.path)) for one in view.codes)
        clocks = tuple(replace(one, path=self.text(one.path)) for one in view.screen_clocks)
        return replace(view, frames=frames, codes=codes, screen_clocks=clocks)

    def _review(self, review: Review) -> Review:
        """Reviewers are named by the numbers of their accounts; their words may name anybody."""
        further = tuple(
            replace(one, reading=self._reading(one.reading), dissent=self.text(one.dissent)) for one in review.further
        )
        view = review.view and self._view(review.view)
        reply = review.reply and self._reply(review.reply)
        return replace(review, first=self._reading(review.first), further=further, view=view, reply=reply)

    def _reply(self, reply: ReviewReply) -> ReviewReply:
        files = tuple(replace(one, name=self.text(one.name)) for one in reply.files)
        return replace(reply, words=self.text(reply.words), files=files)

    def _reading(self, reading: ReviewReading) -> ReviewReading:
        frames = tuple(replace(frame, path=self.text(frame.path)) for frame in reading.frames)
        clock = tuple(replace(one, path=self.text(one.path), by=self.text(one.by)) for one in reading.clock)
        return replace(reading, frames=frames, words=self.text(reading.words), clock=clock)
