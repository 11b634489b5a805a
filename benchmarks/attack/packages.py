"""Sealed packages altered by strangers and by their own sealer; none may be called sound.

The check has what an outsider has: the head that was published, the key's fingerprint, and the tool that judges again.
"""

import random
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.attack.lanes import Attack, Fate, Told
from benchmarks.attack.package_changes import CHANGES, Tree, archive, zipped
from facts.errors import InputError
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.evidence_log.signature import DigitalSigner
from tests.fixtures.sealed_packages import papers, relisted

_SEALED_AROUND = ("manifest-sha256.txt", "tagmanifest-sha256.txt", "signature.json")


def written(tree: Tree, root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for name, data in tree.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def read(root: Path) -> Tree:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def tree_of_zip(path: Path) -> Tree | None:
    """What a ZIP holds, nothing where it is no plain one of one package."""
    try:
        with zipfile.ZipFile(path) as archived:
            names = [one.filename for one in archived.infolist()]
            content = {name: archived.read(name) for name in names}
    except Exception:  # noqa: BLE001 - whatever a broken ZIP makes of it, it is none
        return None
    if len(names) != len(content) or not all(name.startswith("p/") for name in names):
        return None
    rest = path.stat().st_size - len(zipped(list(content.items())))
    return {name[2:]: data for name, data in content.items()} if abs(rest) < 1 else None


@dataclass(frozen=True)
class Packages:
    """Altered packages, as folders and as archives, with and without the sealer's key."""

    inputs: int
    name: str = "packages"

    def begin(self, folder: Path) -> Attack:
        bench = papers(folder)
        made = bench.seal(folder / "out")
        tree = read(made.packages[0])
        signer: DigitalSigner = bench.ring.signer()
        asked = {"heads": made.head_file, "key": made.fingerprint, "recompute": True}

        def sound(path: Path) -> bool:
            try:
                return check(PackageCheckRequest(path, aside=folder, **asked)).sound  # type: ignore[arg-type]
            except InputError:
                return False

        if not sound(made.packages[0]):
            raise RuntimeError("the package is not sound before anybody altered it")

        def attack(number: int, rng: random.Random) -> Told:
            del number
            own = dict(tree)
            if rng.random() < 0.2:
                path = folder / "a.zip"
                path.write_bytes(archive(own, rng))
                altered, words = tree_of_zip(path) != tree, "archive"
            else:
                path, words = folder / "altered", _altered(own, rng, folder / "altered", signer)
                altered = read(path) != tree
            if not sound(path):
                return Fate.REFUSED, words
            return (Fate.WRONG if altered else Fate.SURVIVED), f"called sound after: {words}"

        return attack


def _altered(tree: Tree, rng: random.Random, root: Path, signer: DigitalSigner) -> str:
    before = dict(tree)
    change = rng.choices([one for one, _ in CHANGES], [share for _, share in CHANGES])[0]
    change(tree, rng)
    written(tree, root)
    who = rng.choice(("as it is", "listed again", "signed again"))
    touched = sorted(name for name in {*tree, *before} if tree.get(name) != before.get(name))
    if who != "as it is" and not set(touched) & {*_SEALED_AROUND}:
        relisted(root, signer if who == "signed again" else None)
    return f"{change.__name__} {', '.join(touched[:3])}, {who}"
