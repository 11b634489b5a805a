"""``xueshi demo``: a claim for the sample class, screened against the verdicts that were just made."""

from pathlib import Path

from demo.claim import FILE, ClaimStory, write_claim
from demo.identity import identities
from policy.shelf import packaged
from runtime.claims.command import ScreenedClaim, ScreeningRequest, screen_claim, write
from runtime.platform.folders import CLAIM_FOLDER

_PEOPLE = 24


def claim_for_demo(folder: Path, reports: Path, *, seed: int, lang: str) -> ScreenedClaim:
    """Writes the claim beside the class folder's report and screens it; the class folder itself stays as it was."""
    out = folder / CLAIM_FOLDER
    write_claim(out / FILE, identities(_PEOPLE, seed), ClaimStory())
    request = ScreeningRequest(out / FILE, reports, out, lang=lang)
    return write(request, screen_claim(request, packaged()))
