"""A document's path names one division a step, and governs nobody by a name that it invents."""

import pytest

from policy.places import beneath, contains, is_path, lies_in


@pytest.mark.parametrize(
    "path",
    ["山西省", "山西省/阳泉市", "山西省/吕梁市/临县", "湖北省/荆州市/沙市区", "湖南省/常德市/津市市", "北京市/海淀区",
     "内蒙古自治区/赤峰市/敖汉旗", "新疆维吾尔自治区/伊犁哈萨克自治州/伊宁市", "青海省/某某州/草原县", "上海市/浦东新区"],
)  # fmt: skip
def test_a_path_of_one_division_a_step(path: str) -> None:
    assert is_path(path)


@pytest.mark.parametrize(
    "path",
    ["", "山西", "阳泉市", "阳泉市/太原市", "山西省阳泉市/太原市", "山西省/阳泉市太原市", "山西省/阳泉市/太原市小店区",
     "山西省/阳泉市/城区/太原市", "山西省//太原市", "山西省/阳泉市/", "山西省/ 太原市", "中国/山西省", "山西省/阳泉"],
)  # fmt: skip
def test_what_is_no_such_path(path: str) -> None:
    assert not is_path(path)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("太原市", "山西省/阳泉市/太原市"),
        ("山西省太原市", "山西省/阳泉市/太原市"),
        ("山西省太原市小店区", "山西省/阳泉市/太原市"),
        ("小店区", "山西省/阳泉市/小店区"),
        ("山西省太原市小店区", "山西省/阳泉市/小店区"),
        ("朝阳区", "北京市/朝阳区"),
    ],
)
def test_an_invented_step_governs_no_other_city(place: str, path: str) -> None:
    assert not lies_in(place, path)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("山西省晋中市介休市", "山西省/晋中市/介休市"),
        ("晋中介休", "山西省/晋中市/介休市"),
        ("阳泉市城区", "山西省/阳泉市/城区"),
        ("北京朝阳区", "北京市/朝阳区"),
        ("平定县", "山西省/阳泉市/平定县"),
    ],
)
def test_with_its_city_a_district_or_a_county_s_city_is_known(place: str, path: str) -> None:
    assert lies_in(place, path)


def test_paths_contain_by_steps_and_areas_are_steps() -> None:
    assert contains("山西省", "山西省/阳泉市/平定县")
    assert contains("山西省/阳泉市", "山西省/阳泉市")
    assert not contains("山西省/阳泉市/平定县", "山西省/阳泉市")
    assert not contains("山西省/阳泉市", "山西省/吕梁市/临县")
    assert beneath("山西省/阳泉市/平定县", "山西省阳泉市")
    assert beneath("山西省/阳泉市", "山西省 阳泉市")
    assert not beneath("山西省/阳泉市太原市", "山西省阳泉市")
    assert not beneath("山西省", "山西省阳泉市")
    assert not beneath("山西省", "")
