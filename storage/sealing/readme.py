"""What a stranger reads first, in Chinese and in English."""

from collections.abc import Sequence

_ZH = """# 证据包：{title}

一个班期一天的全部证据，由「学时证」封存。核验只需要 Python 3.9 以上，不联网：

    python3 verify.py

逐项给出 ✓ 与 ✗；全部成立时退出码为 0，任何一项不成立为 30。

- 请向机构索取公布的密钥指纹，加 `--key 指纹` 核对；监管部门留存的树头文件用 `--heads 文件` 核对：
  有了它，机构事后删除、调换、倒填任何一条都能被证明。
- 有时间戳时，`xueshi check --tsa-ca 可信根.pem` 核对其签名；`verify.py` 只读出时间，并给出可用 openssl 核对的命令。
- 原件不在包内时，`--originals 目录` 按内容逐字节核对。
- 怀疑包内的 `verify.py` 也被换过？请用自己取得的 `verify.py`，或 `xueshi check 本文件夹`；
  `xueshi check --recompute` 还会从事实重新判定一遍。
{labels_zh}
## 什么能被谁发现

封存前，`manifest-sha256.txt` 的摘要先写入日志，再签树头；清单列出 data/ 的每个文件，其中 `data/tags.json` 又列出 README、
`verify.py`、bag-info 等的摘要。因此报告页、图片、原件清单、设置、条文文本，改动一字节都与日志不符。

- 没有密钥的人：改动任何文件都会被发现，不需要别的东西。
- 持有密钥的人（包括封存机构自己）：可以另造一本日志、重签树头，使改过的包自成一体。**只有另行留存的树头（`--heads`）
  或第三方时间戳能发现**；所以监管部门收到包时就应留存树头。
- 密钥被整个换掉：只有公布的指纹（`--key`）或留存的树头能发现。
- 封存之后再封一次，是日志里更晚的一条：核验时打印它的位置与时间，请与留存树头的时间比较。
- `log/stamps` 里的时间戳可以被拿掉，不能被伪造；包内的 `verify.py` 若被换掉，它自己说的话不可信，请用自己的一份。

| 文件 | 内容 |
|---|---|
| data/report/report.html | 给人看的核验报告（浏览器打开，不联网） |
| data/facts.json | 事实：课表、名册、打卡、录像时间轴、所见、结论 |
| data/verdicts.jsonl | 每学时一行结论，逐行入日志 |
| data/rulebook/ | 判定所依据的政策条文与参数 |
| data/settings.json | 设置与版本 |
| data/sheets/ | 联系表（判定所依据的画面） |
| data/recorder/ | 本系统录制的录像：每个录像的附录，摄像机台账的相应各行（缺口、时钟），由录制当时的日志叶约束 |
| data/originals.json | 每个原件的摘要、大小、版本号、留存期限 |
| data/tags.json | data/ 以外各文件的摘要（日志条目、树头、时间戳除外） |
| data/originals/ | 原件（仅 --identified 的包） |
| log/ | 日志条目与包含证明、签名树头、公钥；有时间戳时另有 stamps.json 与 stamps/*.tsr（RFC 3161） |
| manifest-sha256.txt 等 | BagIt 1.0（RFC 8493）清单 |
| signature.json | 对 tagmanifest-sha256.txt 的签名 |
"""
_EN = """
---

# Evidence package: {title}

All evidence of one class day, sealed by Xueshi. Checking needs Python 3.9 or newer and no network:

    python3 verify.py --lang en

It prints ✓ and ✗ for everything, and ends with 0 if all holds and 30 if anything does not.

- Ask the institution for its published fingerprint and pass `--key FINGERPRINT`; pass `--heads FILE` with a head that
  the regulator kept: with it, anything deleted, reordered or back-dated later can be proven.
- Time stamps (RFC 3161), where there are any, are checked by `xueshi check --tsa-ca ROOT.pem`; `verify.py` only reads
  them and prints the openssl command that checks them.
- Where the originals are elsewhere, `--originals DIR` compares them byte for byte, found by content.
- If you doubt the `verify.py` in here, use your own copy or `xueshi check`; `--recompute` judges again from the facts.
{labels_en}
## What is found by whom

Before the package was sealed, the digest of `manifest-sha256.txt` went into the log, and only then was the head signed.
The manifest lists every file of data/, and `data/tags.json` among them the digests of README, `verify.py`, bag-info and
the like: a byte changed in the report, a picture, the list of originals, the settings or the rulebook's text contradicts
the log.

- Somebody without the key: whatever he changes is found, with nothing else in hand.
- Whoever holds the key, the sealing institution included, can make another log, sign its head, and have a changed package
  agree with itself. **Only a head that was kept elsewhere (`--heads`), or another authority's time stamp, tells**; so
  the regulator keeps a head when the package arrives.
- A key that was replaced throughout: only the published fingerprint (`--key`) or a kept head tells.
- A day that was sealed once more is a later leaf of the log: its place and time are printed; compare them with the head.
- A time stamp in `log/stamps` can be taken away, never forged; a replaced `verify.py` says what it likes: use your own.

Names and numbers of a masked package are keyed pseudonyms: equal people stay equal, and only the holder of the key
can say who they are. `data/recorder/` holds, for recordings of the system's own recorder, their sidecars and the lines of
its ledger (gaps, clocks), bound by the leaves that the log got as they were made. `data/facts.json` holds the facts, `data/verdicts.jsonl` one verdict a line, `log/` the Merkle
leaves with their proofs (RFC 6962), the signed heads and the public keys.
"""


def readme(title: str, labels: Sequence[tuple[str, str]]) -> bytes:
    """The README with what is particular to this package: ``labels`` are sentences in both languages."""
    zh = "".join(f"- {line}\n" for line, _ in labels)
    en = "".join(f"- {line}\n" for _, line in labels)
    return (_ZH.format(title=title, labels_zh=zh) + _EN.format(title=title, labels_en=en)).encode()
