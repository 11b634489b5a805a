"""How true verdicts are on real pictures of people, and which heads are found on one frame.

python -m benchmarks.accuracy PICTURES [--with ../shared/accuracy] [--hours honest,absent,...] [--out DIR] [--write]
(``make accuracy PICTURES=...`` runs it)

PICTURES holds the files that ``labels.json`` names; none of them belongs into a repository. Class folders are made by
``truth.py`` of the same folder, judged by ``xueshi verify``, and the table is held beside that of the drawn suite.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from math import sqrt
from pathlib import Path
from typing import Any

from facts.sighting import Box
from runtime.verification.senses import weights_folder
from vision.people import apart, one_to_one, people
from vision.ports import Picture
from vision.senses import Senses, best_senses

RESULTS = Path(__file__).with_name("RESULTS.md")
START, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"
HOURS = "honest,absent,left,cardboard,monitor,print1,print3"
# A person is found where a head lies nearer than this to the label, in head sizes.
FOUND = 0.95
# The camera of these clips moves: no rule lets them pass.
MOVING = frozenset({"lokclassclip", "praclip"})
_Z = 1.96


def main() -> None:
    """Makes the hours, judges them, tries single frames, and prints the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("pictures", type=Path)
    ask.add_argument("--with", dest="tools", type=Path, default=Path("../shared/accuracy"))
    ask.add_argument("--hours", default=HOURS)
    ask.add_argument("--only", default="")
    ask.add_argument("--out", type=Path)
    ask.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    told = ask.parse_args()
    if not (told.tools / "truth.py").is_file():
        raise SystemExit(f"{told.tools}: got no truth.py there, expected the folder of labels; name it by --with")
    with tempfile.TemporaryDirectory() as folder:
        out = told.out or Path(folder)
        verdicts = judged(told.pictures, told.tools, out, told.hours, told.only)
        labels = json.loads((told.tools / "labels.json").read_text("utf-8"))
        recalls = single_frames(told.pictures, told.tools, labels, told.only)
    table = "\n".join([*verdict_rows(verdicts), "", *recall_rows(recalls)])
    sys.stdout.write(table + "\n")
    if told.write:
        written(table)


def judged(pictures: Path, tools: Path, out: Path, hours: str, only: str) -> list[dict[str, Any]]:
    """The verdict of every hour beside its truth; hours that were made before are not made again."""
    chosen = ["--only", only] if only else []
    truth = str(tools / "truth.py")
    if not list(out.glob("*.truth.json")):
        make = [sys.executable, truth, "make", str(pictures), str(tools / "labels.json"), str(out), "--hours", hours]
        subprocess.run([*make, "--victims", "2", *chosen], check=True)
    command = f"{sys.executable} -m cli.main"
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    subprocess.run(
        [sys.executable, truth, "judge", str(out), command, *chosen, "--extra=--no-cache"],
        check=True, env=environment,
    )  # fmt: skip
    return list(json.loads((out / "table.json").read_text("utf-8")))


def verdict_rows(table: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """Honest hours that pass and fail, twins that pass, by kind, with 95 % intervals."""
    yield "| hours | of them | PASS | 95 % interval | FAIL |"
    yield "|---|---|---|---|---|"
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in table:
        kind = str(row["hour"]).rstrip("0123456789") if row["want"] != "PASS" else "honest"
        moving = ", camera moves" if row["picture"] in MOVING else ""
        groups[f"{kind}{moving}"].append(row)
    twins = [row for row in table if row["want"] != "PASS"]
    for name, rows in [*sorted(groups.items(), key=lambda one: (one[0] != "honest", one[0])), ("all twins", twins)]:
        passed, failed = (sum(row["V2"] == status for row in rows) for status in ("PASS", "FAIL"))
        yield f"| {name} | {len(rows)} | {passed} | {interval(passed, len(rows))} | {failed} |"


def interval(hits: int, count: int) -> str:
    """Wilson's 95 % interval in per cent."""
    if not count:
        return "–"
    share, z = hits / count, _Z
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f"{max(0.0, middle - reach) * 100:.0f}–{min(1.0, middle + reach) * 100:.0f} %"


def single_frames(
    pictures: Path, tools: Path, labels: Mapping[str, Any], only: str
) -> dict[str, dict[str, list[bool]]]:
    """Per kind of head whether it was found on the very picture: by each network alone, and by all together."""
    sys.path.insert(0, str(tools))
    base_picture = import_module("animate").base_picture
    looking = best_senses(weights_folder())
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for name, entry in labels["pictures"].items():
        if only and name not in only.split(","):
            continue
        frame = base_picture(pictures, entry)
        width, height = entry["size"]
        heads = [
            (Box(x / width, y / height, w / width, h / height), head["kind"])
            for head in entry["heads"]
            for x, y, w, h in [head["box"]]
        ]
        for sense, seen in _seen(looking, frame).items():
            matched = one_to_one(seen, [box for box, _ in heads], apart, FOUND)
            for index, (_, kind) in enumerate(heads):
                found[sense][kind].append(index in matched)
            found[sense]["(nobody)"] += [True] * (len(seen) - len(matched))
    return found


def _seen(looking: Senses, frame: Picture) -> dict[str, list[Box]]:
    layers = looking.layers(frame)
    aspect = frame.shape[1] / frame.shape[0]
    alone = {name: people([layer], aspect) for name, layer in zip(looking.names, layers, strict=True)}
    return {
        name: [human.box for human in found] for name, found in {**alone, "together": people(layers, aspect)}.items()
    }


def recall_rows(found: Mapping[str, Mapping[str, Sequence[bool]]]) -> Iterable[str]:
    """One row a network, one column a kind of head; the last column are boxes on nobody."""
    kinds = sorted({kind for own in found.values() for kind in own} - {"(nobody)"})
    yield f"| heads found on one frame | {' | '.join(kinds)} | all | on nobody |"
    yield "|---" * (len(kinds) + 3) + "|"
    for sense, own in found.items():
        cells = [f"{sum(own[kind])}/{len(own[kind])}" for kind in kinds]
        every = [hit for kind in kinds for hit in own[kind]]
        yield f"| {sense} | {' | '.join(cells)} | {sum(every)}/{len(every)} | {len(own.get('(nobody)', ()))} |"


def written(table: str) -> None:
    """Puts the table between its marks in the results, at the end where there are none yet."""
    text = RESULTS.read_text("utf-8")
    if START not in text:
        text += f"\n## Accuracy on real pictures\n\n`make accuracy PICTURES=...`\n\n{START}\n{END}\n"
    before, rest = text.split(START, 1)
    after = rest.split(END, 1)[1]
    RESULTS.write_text(f"{before}{START}\n{table}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
