"""How the columns that matter are called in the field, role by role; compared without blanks or signs."""

from collections.abc import Mapping
from enum import StrEnum


class TableRole(StrEnum):
    """What a sheet is for; the value is the name of its table in ``class.toml`` ``[columns.…]``."""

    ROSTER = "roster"
    TIMETABLE = "timetable"
    CHECKINS = "checkins"
    LEAVE = "leave"


ROLE_ZH: Mapping[TableRole, str] = {
    TableRole.ROSTER: "花名册",
    TableRole.TIMETABLE: "课表",
    TableRole.CHECKINS: "打卡记录",
    TableRole.LEAVE: "请假表",
}
_NAME = "姓名 学员姓名 学生姓名 人员姓名 名字 学员 参训人员 培训学员姓名 员工姓名 成员姓名 成员 name"
_ID = (
    "身份证号 身份证号码 身份证 身份证件号 身份证件号码 证件号 证件号码 公民身份号码 居民身份证号 居民身份证号码 "
    "有效证件号码 社会保障号码 社会保障号 idcard id_number idnumber"
)
_ROOM = "教室 上课教室 培训教室 上课地点 授课地点 培训地点 地点 场地 培训场地 房间 机房 实训室 room"
_DATE = "日期 上课日期 授课日期 培训日期 时间日期 上课时间日期 年月日 date"

COLUMNS: Mapping[TableRole, Mapping[str, str]] = {
    TableRole.ROSTER: {
        "name": _NAME,
        "id": _ID,
        "phone": "手机号 手机号码 手机 联系电话 联系方式 电话 电话号码 本人电话 移动电话 phone mobile",
        "group": "人员类别 人员类型 类别 学员类别 培训对象类别 人员身份 身份类别 对象类别 群体类别 补贴对象类别 group",
        "leave": "请假 请假情况 请假记录 请假日期 请假时间 leave",
        "sex": "性别 sex",
        "occupation": "工种 培训工种 职业 职业工种 培训职业 培训专业 培训项目",
        "level": "等级 级别 培训等级 技能等级",
    },
    TableRole.TIMETABLE: {
        "date": _DATE,
        "weekday": "星期 星期几 周几 礼拜",
        "weeks": "周次 周数 教学周 上课周次 起止周",
        "hour": "节次 课次 第几学时 学时序号 课时序号 节 小节 上课节次",
        "hours": "学时 课时 时段",
        "count": "学时数 课时数 学时数量 课时数量 计划学时 计划课时 授课学时 授课课时 学时小计",
        "start": "开始时间 上课时间 开始 起始时间 起 课程开始时间 上课开始时间 start",
        "end": "结束时间 下课时间 结束 终止时间 截止时间 止 课程结束时间 上课结束时间 end",
        "time": "时间 起止时间 上课时段 授课时间 培训时间 时间段 时间安排 上下课时间 具体时间 time",
        "room": _ROOM,
        "kind": "类型 课程类型 授课类型 培训类型 理论实操 理论或实操 教学形式 授课形式 培训方式 授课方式 "
        "性质 课程性质 kind",
        "teacher": "教师 授课教师 任课教师 老师 教师姓名 授课老师 培训教师 讲师 师资 主讲教师 teacher",
        "subject": "课程 课程名称 课程内容 培训内容 授课内容 教学内容 内容 科目 培训课程 课题 subject",
    },
    TableRole.CHECKINS: {
        "name": _NAME,
        "id": _ID,
        "time": "打卡时间 签到时间 实际打卡时间 签到打卡时间 考勤打卡时间 刷卡时间 扫码时间 签退时间 时间 "
        "打卡日期时间 上班打卡时间 下班打卡时间 上班1打卡时间 下班1打卡时间 上班2打卡时间 下班2打卡时间 上班3打卡时间 "
        "下班3打卡时间 time",
        "date": "日期 考勤日期 打卡日期 签到日期 date",
        "place": "地点 打卡地点 打卡地址 签到地点 签到地址 位置 打卡位置 签到位置 定位地址 地址 place address",
        "coordinates": "经纬度 坐标 打卡经纬度 定位 gps gps坐标 位置坐标 定位坐标 经纬度坐标 coordinates",
        "longitude": "经度 打卡经度 lng lon longitude",
        "latitude": "纬度 打卡纬度 lat latitude",
        "accuracy": "精度 定位精度 误差 accuracy",
        "device": "设备 打卡设备 设备号 设备编号 手机设备 设备id 设备标识 设备名称 签到设备 手机型号 device",
        "witness": "见证 见证人 代签教师 代签 代签人 见证教师 现场教师 教师见证 代签老师 确认教师 witness",
        "result": "打卡结果 打卡状态 签到状态 状态 考勤结果 签到结果 result status",
        "note": "备注 打卡备注 签到备注 说明 note",
        "oddity": "异常打卡原因 异常原因 打卡异常 异常",
        "amended": "管理员修改备注 管理员备注 修改备注 补卡原因",
    },
    TableRole.LEAVE: {
        "name": _NAME,
        "id": _ID,
        "date": "日期 请假日期 请假时间 请假时段 date",
        "hour": "学时 课时 节次 请假学时 请假节次 hour",
        "from": "开始日期 开始时间 请假开始时间 起始日期 请假开始日期 起始时间 from",
        "to": "结束日期 结束时间 请假结束时间 截止日期 请假结束日期 终止时间 to",
        "note": "事由 请假事由 原因 请假原因 备注 请假类型 note",
    },
}
# Each alternative of each line is enough; a sheet of the role has one alternative of every line.
REQUIRED: Mapping[TableRole, tuple[tuple[str, ...], ...]] = {
    TableRole.ROSTER: (("name",), ("id", "phone", "group", "sex", "occupation", "leave")),
    TableRole.TIMETABLE: (("date", "weekday"), ("start", "time")),
    TableRole.CHECKINS: (("name", "id"), ("time",)),
    TableRole.LEAVE: (("name", "id"), ("date", "from")),
}
# Words in file names, sheet names and titles that say what a sheet is for.
TITLE_WORDS: Mapping[TableRole, tuple[str, ...]] = {
    TableRole.LEAVE: ("请假",),
    TableRole.CHECKINS: ("打卡", "考勤", "签到", "原始记录", "checkin", "check-in", "attendance"),
    TableRole.TIMETABLE: ("课表", "课程表", "课程安排", "教学计划", "授课计划", "日程", "timetable", "schedule"),
    TableRole.ROSTER: ("花名册", "名册", "学员名单", "人员名单", "名单", "学员信息", "roster"),
}
FIELD_ZH: Mapping[str, str] = {
    "name": "姓名",
    "id": "身份证号",
    "phone": "手机号",
    "group": "人员类别",
    "sex": "性别",
    "occupation": "工种",
    "leave": "请假",
    "date": "日期",
    "start": "开始时间",
    "time": "时间",
    "from": "开始日期",
}
