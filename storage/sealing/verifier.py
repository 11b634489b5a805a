"""Checks one Xueshi evidence package (证据包) with nothing but Python 3.9 or newer; a copy travels in each package.

    python3 verify.py [PACKAGE] [--originals DIR] [--heads FILE] [--key FINGERPRINT] [--lang zh|en]

Ends with 0 if everything holds and with 30 if anything does not. It imports nothing of Xueshi on purpose: whoever
doubts Xueshi reads these pages instead. Formats: BagIt 1.0 (RFC 8493), Merkle proofs (RFC 6962), Ed25519 (RFC 8032).
SM2 signatures are checked by the machine's ``openssl``, and count as faults without it. Of time stamps (RFC 3161) only
what they say is read here; the command that checks their signatures is printed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from storage.sealing.bag_examination import BAG, examine_bag
from storage.sealing.code_examination import CODES, examine_codes
from storage.sealing.examination import BAD, UNREADABLE, ExaminedPackage, Line
from storage.sealing.head_examination import HEADS, examine_heads
from storage.sealing.log_examination import LOG, examine_log
from storage.sealing.originals_examination import ORIGINALS, examine_originals
from storage.sealing.recording_examination import RECORDED, examine_recordings
from storage.sealing.seal_examination import SEAL, examine_seal
from storage.sealing.stamp_examination import STAMPED, examine_stamps

Examiner = Callable[[ExaminedPackage], None]
_PARTS: tuple[tuple[str, Examiner], ...] = (
    (BAG, examine_bag),
    (SEAL, examine_seal),
    (LOG, examine_log),
    (RECORDED, examine_recordings),
    (CODES, examine_codes),
    (STAMPED, examine_stamps),
    (ORIGINALS, examine_originals),
)


class PackageExamination(ExaminedPackage):
    """All of it, one part after the other."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong and something was found right."""
        return bool(self.lines) and all(line.mark != BAD for line in self.lines)

    def run(self) -> list[Line]:
        """Every part, whatever the earlier ones found."""
        for part, examine in (*_PARTS, *(((HEADS, examine_heads),) if self.heads else ())):
            try:
                examine(self)
            except UNREADABLE as error:
                what = f"{type(error).__name__}: {error}"
                self.say(part, BAD, f"无法读取：{what}", f"cannot be read: {what}")
        return self.lines


def main() -> int:
    """Check the package and print what was found."""
    options = argparse.ArgumentParser(description="核验证据包 check an evidence package")
    options.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    options.add_argument("--originals", type=Path, help="原件所在目录 where the originals lie")
    options.add_argument("--heads", type=Path, help="另行留存的树头文件 heads that you kept")
    options.add_argument("--key", default="", help="机构公布的密钥指纹 the published fingerprint")
    options.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = options.parse_args()
    check = PackageExamination(asked.package, asked.originals, asked.heads, asked.key)
    out, part = [], ""
    for line in check.run():
        out += [line.part] if line.part != part else []
        part = line.part
        out.append(f"  {line.mark} {line.zh if asked.lang == 'zh' else line.en}")
    verdict = (
        ("✓ 证据包完好", "✓ the package holds") if check.sound else ("✗ 证据包不可信", "✗ do not believe the package")
    )
    out.append(verdict[asked.lang == "en"])
    sys.stdout.buffer.write(("\n".join(out) + "\n").encode())
    return 0 if check.sound else 30


if __name__ == "__main__":
    sys.exit(main())
