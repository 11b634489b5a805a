"""The demo's class that was never held: last week's recording under a new name, found by the service's own worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.dossier import SampleManifest
from demo.sample import write_replayed_class
from facts.footage import Segment
from facts.report import ClassReport
from facts.verdict import Status
from runtime.demo.classes import SampleClasses

CODE, NAME = "demo-2025-jz-07", "家政服务员示范7班（上周的录像）"


@dataclass(frozen=True, slots=True)
class ReplayClass:
    """Made of one recording of a class that was verified with its files."""

    report: ClassReport
    folder: Path

    def into(self, made: SampleClasses) -> None:
        """Adds it to a service; nothing where no hour of the class passed, or where it is there already."""
        film = next(self._films(), None)
        if film is None or film.span is None:
            return
        manifest = SampleManifest(CODE, NAME, self.report.training_class.institution.name)
        with TemporaryDirectory() as aside:
            write_replayed_class(Path(aside), manifest, self.folder / film.path, film.span.start)
            made.open_class(Path(aside), manifest.institution)

    def _films(self) -> Iterator[Segment]:
        """The recordings that hold the window of an hour that passed, the last first: no teacher walks in it."""
        for verdict in reversed(self.report.verdicts):
            if verdict.status is Status.PASS and verdict.window:
                window = verdict.window
                yield from (
                    one
                    for one in self.report.segments
                    if one.camera_id == window.camera_id and one.span and one.span.overlaps(window.span)
                )
