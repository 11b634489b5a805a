"""The end of the demo: keys of its own, one sealed package, and the check that a stranger would make."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from facts.text import Text
from pipeline.verification.ports import Progress
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.folders import REPORT_FOLDER
from runtime.sealing.command import SealResult, seal
from runtime.sealing.package_check import PackageCheckRequest, PackageCheckResult, check
from runtime.sealing.request import SealRequest
from runtime.verification.command import Verification
from storage.evidence_log.keyring import KeyRing

DEMO_HOME = "演示用的密钥和日志"
_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class SealedSample:
    """What was sealed, what the check found, and how the verifier inside the package ended, run by Python alone."""

    sealed: SealResult
    checked: PackageCheckResult
    stranger_code: int
    stranger_said: str

    @property
    def package(self) -> Path:
        """The package that was sealed and checked."""
        return self.sealed.packages[0]

    @property
    def sound(self) -> bool:
        """Whether both checks passed."""
        return self.checked.sound and self.stranger_code == 0


def seal_and_check(session: Verification, progress: Progress) -> SealedSample:
    """Seals with keys that lie in the demo's own folder, never with the user's, and checks as a stranger would."""
    home = session.request.folder / REPORT_FOLDER / DEMO_HOME
    ring = KeyRing(home / "keys")
    if not ring.entries():
        ring.init(now())
    sealed = seal(SealRequest(session.request, home=home), session, progress)
    package, folder = sealed.packages[0], session.request.folder
    request = PackageCheckRequest(package, folder, sealed.head_file, sealed.fingerprint, recompute=True)
    return SealedSample(sealed, check(request), *_stranger(package, session.request.lang))


def _stranger(package: Path, lang: str) -> tuple[int, str]:
    """The package's own verifier in a Python without any library, this program's included."""
    words = [sys.executable, "-I", "-S", str(package / "verify.py"), "--lang", lang]
    done = subprocess.run(  # noqa: S603 - the verifier that was sealed a moment ago
        words, capture_output=True, check=False, timeout=_LIMIT_S, env={"PATH": environment().get("PATH", "")}
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def ended(code: int) -> Text:
    """How the stranger's check ended, in words."""
    if code == 0:
        return Text("✓ 只用 Python 运行包内的 verify.py：通过", "✓ the verify.py inside, run by Python alone: passes")
    return Text(f"✗ 包内的 verify.py 以 {code} 结束", f"✗ the verify.py inside, run by Python alone, ended with {code}")
