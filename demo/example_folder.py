"""A class folder to fill in: tables with their heads, a ``class.toml`` that explains itself, and where recordings go."""

from collections.abc import Mapping
from pathlib import Path

# A byte order mark, so that spreadsheets open the characters as they are.
_BOM = "\ufeff"
TABLES: Mapping[str, tuple[str, ...]] = {
    "花名册.csv": ("姓名", "身份证号", "手机号"),
    "课表.csv": ("日期", "学时", "开始时间", "结束时间", "教室", "类型", "教师"),
    "打卡.csv": ("姓名", "身份证号", "打卡时间"),
}
RECORDINGS = "录像"
MANIFEST = """\
# 班期说明：去掉行首的 # 并改成本班的内容；不写的，程序自己从表格和文件名里找。
# What a clerk states by hand: remove the # and fill in; whatever is not stated is found in tables and file names.

[class]
id = ""                          # 班期编号 the class's number
# locality = "山西省阳泉市"      # 培训地点，决定适用哪份文件 the place, which decides the document in force
# programme = "项目制"           # 培训方式 the kind of training
# group = "重点群体"             # 培训对象 whom it is for

# [[camera]]                     # 每台摄像机一段 one for each camera
# id = "CH01"                    # 录像文件名里的编号 as in the file names of its recordings
# room = "201教室"               # 与课表一致 as in the timetable
# clock_offset_s = 0             # 摄像机快 90 秒写 -90 a camera that is 90 s fast gets -90
# lectern = "none"               # 讲台区：左 上 宽 高（0–1）；教师不在画面内写 none where the teacher stands

# [[recording]]                  # 只在文件自己不带时间时 only where a file tells no time itself
# file = "录像/export1.mp4"
# camera = "CH01"
# start = 2025-04-07T08:30:00+08:00
"""
GUIDE = """\
这个文件夹里要放什么  What belongs into this folder

花名册.csv   每名学员一行：姓名、身份证号、手机号（可不填）
             one trainee a line: name, ID number, phone (may be left out)
课表.csv     每学时一行，例如  2025-04-07,1,08:30,09:15,201教室,理论,（教师姓名）
             one class hour a line; 类型 is 理论 or 实操
打卡.csv     每次打卡一行，例如  （姓名）,（身份证号）,2025-04-07 08:25:10；钉钉、企业微信导出的表可直接放入
             one sign-in a line; exports of DingTalk and WeCom may lie here as they are
录像/        录像机或平台导出的文件，不要改名：文件名里有摄像机编号和时间
             files as the recorder exported them: their names tell camera and time
class.toml   班期说明，里面有注释
             what is stated by hand, explained inside

表格也可以是 .xlsx 或 .xls，文件叫什么、放在哪一层都可以：程序按表头和内容认。
Tables may be .xlsx or .xls under any name: heads and contents tell them apart.

然后  Then
  xueshi doctor 本文件夹     几秒钟：读到了什么、还缺什么  in seconds: what was read, what is missing
  xueshi verify 本文件夹     逐学时结论；45 分钟的录像约需几秒到半分钟  hour by hour; seconds for each 45 minutes
结果在  核验报告/report.html：先看「存疑待核」各学时的原因和办法，补齐后再运行一次，没有变的不会重看。
The result: 核验报告/report.html. Look at the reasons of 存疑待核 first, add what is missing, run it again.
"""


def write_example(folder: Path) -> tuple[Path, ...]:
    """Writes the folder, which is empty or new, and tells what was written."""
    (folder / RECORDINGS).mkdir(parents=True, exist_ok=True)
    texts = {name: f"{_BOM}{','.join(columns)}\r\n" for name, columns in TABLES.items()}
    texts |= {"class.toml": MANIFEST, "说明.txt": _BOM + GUIDE.replace("\n", "\r\n")}
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return (*(folder / name for name in texts), folder / RECORDINGS)
