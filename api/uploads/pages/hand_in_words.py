"""What the page's module says while files are on their way; ``{…}`` is filled in by the module."""

from collections.abc import Mapping

from facts.text import Text

WORDS: Mapping[str, Text] = {
    "waiting": Text("等待上传", "waits for its turn"),
    "looking": Text("正在核对…", "being looked at…"),
    "sending": Text("已传 {sent} / {size}", "{sent} of {size} sent"),
    "resumed": Text("接着上次的 {sent} 继续", "goes on from {sent}"),
    "paused": Text("已暂停，已传 {sent} / {size}", "paused at {sent} of {size}"),
    "lost": Text(
        "网络或服务器断开，已传的 {sent} 不会丢；正在自动重试", "no connection; the {sent} sent are kept, trying again"
    ),
    "done": Text("✓ 已收到（{size}）", "✓ received ({size})"),
    "came": Text("✓ 已收到 {name}", "✓ received {name}"),
    "cancelled": Text("已取消", "cancelled"),
    "gone": Text(
        "读不到这个文件：可能被移动、改动或正被其他程序占用；请重新选择",
        "the file cannot be read: moved, changed or in use by another program; choose it again",
    ),
    "unreachable": Text(
        "没有连上服务器；请检查网络后再选一次", "the server cannot be reached; see to the network and choose again"
    ),
    "failed": Text("没有传成：{why}", "not sent: {why}"),
    "moved": Text("换到了另一台服务器，从头再传", "another server answers now; sent again from the beginning"),
    "changed": Text("与上次传了一半的文件内容不同，从头传", "not the file that was half sent; begun anew"),
    "total": Text(
        "共 {count} 个文件：{done} 个已收到，{sent} / {size}", "files: {count}, received: {done}, {sent} of {size}"
    ),
    "rate": Text("{rate}/秒，{left}", "{rate}/s, {left}"),
    "left_soon": Text("不到 1 分钟", "less than a minute left"),
    "left_minutes": Text("大约还要 {minutes} 分钟", "about {minutes} min left"),
    "left_hours": Text("大约还要 {hours} 小时 {minutes} 分钟", "about {hours} h {minutes} min left"),
    "all_done": Text("✓ {count} 个文件全部收到", "✓ everything received: {count}"),
    "all_but": Text(
        "{done} 个已收到，{failed} 个没有传成，原因写在各文件旁",
        "{done} received, {failed} not; why stands beside each",
    ),
    "skipped": Text(
        "略过 {count} 个不用传的文件（系统文件、隐藏文件、class.toml）",
        "left out what need not be sent (system files, hidden files, class.toml): {count}",
    ),
    "nothing": Text("没有可上传的文件", "there was no file to send"),
    "pause": Text("暂停", "Pause"),
    "resume": Text("继续", "Go on"),
    "cancel": Text("取消", "Cancel"),
    "retry": Text("重试", "Try again"),
    "replace": Text("替换旧文件", "Replace the old one"),
    "remove": Text("从列表移去", "Remove from the list"),
    "pause_all": Text("全部暂停", "Pause all"),
    "resume_all": Text("全部继续", "Go on with all"),
    "progress": Text("{name} 的上传进度", "progress of {name}"),
    "leave": Text("还有文件没有传完", "files are still on their way"),
}
