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
| 文件 | 内容 |
|---|---|
| data/report/report.html | 给人看的核验报告（浏览器打开，不联网） |
| data/facts.json | 事实：课表、名册、打卡、录像时间轴、所见、结论 |
| data/verdicts.jsonl | 每学时一行结论，逐行入日志 |
| data/rulebook/ | 判定所依据的政策条文与参数 |
| data/settings.json | 设置与版本 |
| data/sheets/ | 联系表（判定所依据的画面） |
| data/originals.json | 每个原件的摘要、大小、版本号、留存期限 |
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
Names and numbers of a masked package are keyed pseudonyms: equal people stay equal, and only the holder of the key
can say who they are. `data/facts.json` holds the facts, `data/verdicts.jsonl` one verdict a line, `log/` the Merkle
leaves with their proofs (RFC 6962), the signed heads and the public keys.
"""


def readme(title: str, labels: Sequence[tuple[str, str]]) -> bytes:
    """The README with what is particular to this package: ``labels`` are sentences in both languages."""
    zh = "".join(f"- {line}\n" for line, _ in labels)
    en = "".join(f"- {line}\n" for _, line in labels)
    return (_ZH.format(title=title, labels_zh=zh) + _EN.format(title=title, labels_en=en)).encode()
