from rich.markup import escape

from cli.terminal import Lang, grid, screen
from facts.recorder import GAP_TEXTS, CameraTrial, camera_clock_text
from facts.span import local
from pipeline.recordings.gap_account import CameraAccount
from runtime.recordings.recorder_summary import CameraStatus, RecorderStatus

_MOST_GAPS = 200
_RATE_OFF = 0.01


def show_status(status: RecorderStatus, lang: Lang) -> None:
    """Each camera in a line, then each gap with its reason."""
    zh, out = lang is Lang.ZH, screen()
    out.print(
        ("● 正在录" if zh else "● recording")
        if status.running
        else ("○ 录像程序没有运行" if zh else "○ the recorder is not running")
    )
    table = grid(
        *(
            ("摄像机", "应录", "已录", "缺", "说不清", "最新画面")
            if zh
            else ("camera", "planned", "recorded", "missing", "unexplained", "newest packet")
        )
    )
    for one in status.cameras:
        table.add_row(escape(one.account.camera), *_sums(one.account), _age(one, lang))
    out.print(table)
    gaps = [(one.account.camera, gap) for one in status.cameras for gap in one.account.gaps]
    if not gaps:
        out.print("没有缺口" if zh else "no gap")
        return
    listed = grid(*(("摄像机", "从", "到", "秒", "原因") if zh else ("camera", "from", "to", "s", "reason")), fold=(4,))
    for camera, gap in gaps[-_MOST_GAPS:]:
        words = f" ({gap.words})" if gap.words else ""
        reason = GAP_TEXTS[gap.reason].say(lang) + words
        start, end = local(gap.span.start), local(gap.span.end)
        listed.add_row(
            escape(camera),
            f"{start:%m-%d %H:%M:%S}",
            f"{end:%m-%d %H:%M:%S}",
            f"{gap.span.length_s:.1f}",
            escape(reason),
        )
    out.print(listed)


def _sums(account: CameraAccount) -> tuple[str, ...]:
    missing = sum(gap.span.length_s for gap in account.gaps)
    sums = (account.planned_s, account.recorded_s, missing, account.unexplained_s)
    return tuple(f"{seconds:.1f} s" for seconds in sums)


def _age(one: CameraStatus, lang: Lang) -> str:
    if one.newest_age_s is None:
        return "从未" if lang is Lang.ZH else "never"
    return f"{one.newest_age_s:.0f} 秒前" if lang is Lang.ZH else f"{one.newest_age_s:.0f} s ago"


def show_trial(trial: CameraTrial, lang: Lang) -> None:
    """One line: what the camera sends, or what is wrong."""
    zh, out = lang is Lang.ZH, screen()
    if trial.reason:
        words = f" ({trial.words})" if trial.words else ""
        told = f"✗ {trial.camera} {trial.address} {GAP_TEXTS[trial.reason].say(lang)}{words}"
        out.print(escape(told), soft_wrap=True)
        return
    unknown = "未知" if zh else "unknown"
    key = f"{trial.keyframe_s:.1f} s" if trial.keyframe_s is not None else ("10 秒内只有一个" if zh else "one in 10 s")
    facts = (
        f"{trial.codec} {trial.width}×{trial.height}",
        f"{trial.fps:.1f} fps",
        f"{'关键帧间隔' if zh else 'keyframe every'} {key}",
        f"{trial.bits_per_s / 1e6:.2f} Mbit/s",
        f"{'时钟' if zh else 'clock'} {_clock(trial.clock_rate, lang) if trial.clock_rate else unknown}",
        *([camera_clock_text(trial.clock).say(lang)] if trial.clock else []),
    )
    out.print(escape(f"✓ {trial.camera} {'，'.join(facts) if zh else ', '.join(facts)}"), soft_wrap=True)
    if trial.words:
        out.print(escape(f"! {trial.camera} {trial.words}"), soft_wrap=True)


def _clock(rate: float, lang: Lang) -> str:
    if abs(rate - 1) < _RATE_OFF:
        return "与本机同步走" if lang is Lang.ZH else "keeps pace with ours"
    percent = f"{(rate - 1) * 100:+.0f} %"
    zh, en = f"盖的时间与实际不符（{percent}），将按到达时间录", f"stamps are wrong by {percent}; arrival will count"
    return zh if lang is Lang.ZH else en
