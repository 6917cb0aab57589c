"""The shipped vintages, and a user's own table."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from kbnn_analysis.errors import DataError, UsageError
from kbnn_analysis.periods import parse_period
from kbnn_analysis.units import (
    VINTAGES,
    crosswalk,
    load_vintage,
    reused_codes,
    straddling_units,
    tile_grid,
    vintage_for,
)

HEADER = "code,name_vi,name_en,valid_from,valid_to"


def write(folder: Path, text: str, name: str = "regions.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load_vintage(path)
    return [problem.rule for problem in caught.value.problems]


@pytest.mark.parametrize(("name", "size"), [*zip(VINTAGES, (63, 34, 20), strict=True)])
def test_sizes_and_order(name: str, size: int) -> None:
    vintage = load_vintage(name)
    assert len(vintage) == len(set(vintage.codes)) == size
    if name.startswith("provinces"):
        assert list(vintage.codes) == sorted(vintage.codes)
        assert all(len(code) == 2 for code in vintage.codes)


def test_days_in_force() -> None:
    old, new, regions = map(load_vintage, VINTAGES)
    assert old.in_force(date(2025, 6, 30))
    assert not old.in_force(date(2025, 7, 1))
    assert new.valid_from == date(2025, 7, 1)
    assert (regions.valid_from, regions.valid_to) == (date(2025, 3, 15), date(2025, 6, 30))


def test_the_kind_depends_on_the_day() -> None:
    new = load_vintage("provinces-34")
    assert new.on(date(2026, 4, 29)).unit("75").kind == "province"
    assert new.on(date(2026, 4, 30)).unit("75").full_name.vi == "Thành phố Đồng Nai"
    kinds = [unit.kind for unit in new.on(date(2026, 4, 30)).units]
    assert kinds.count("city") == 7
    assert load_vintage("provinces-63").on(date(2025, 1, 1)).unit("46").full_name.vi == (
        "Thành phố Huế"
    )
    with pytest.raises(UsageError, match="not on 2025-06-30"):
        new.on(date(2025, 6, 30))


def test_every_province_enters_one_of_34_and_one_treasury_region() -> None:
    old = load_vintage("provinces-63")
    for target in VINTAGES[1:]:
        assert tuple(crosswalk("provinces-63", target)) == old.codes


def test_seven_codes_changed_meaning() -> None:
    seven = ("15", "24", "44", "52", "80", "82", "91")
    assert reused_codes("provinces-63", "provinces-34") == seven
    assert reused_codes("provinces-34", "provinces-63") == seven


def test_no_way_back_and_none_across() -> None:
    with pytest.raises(UsageError, match="cannot be split"):
        crosswalk("provinces-34", "provinces-63")
    with pytest.raises(UsageError, match="17 of the 34 units straddle"):
        crosswalk("provinces-34", "treasury-regions-385")
    with pytest.raises(UsageError, match="straddle"):
        crosswalk("treasury-regions-385", "provinces-34")
    assert len(straddling_units("provinces-34", "treasury-regions-385")) == 17


def test_vintage_of_a_period() -> None:
    assert vintage_for(parse_period("2016")) == "provinces-63"
    assert vintage_for(parse_period("2025-1")) == "provinces-63"
    assert vintage_for(parse_period("2025-2")) == "provinces-34"
    with pytest.raises(UsageError, match="provinces-63 or provinces-34"):
        vintage_for(parse_period("2025"))


def test_unknown_vintage_and_code() -> None:
    with pytest.raises(UsageError, match="did you mean 'provinces-63'"):
        load_vintage("province-63")
    with pytest.raises(UsageError, match="no unit with code '1'"):
        load_vintage("provinces-63").unit("1")
    with pytest.raises(UsageError, match="cannot be read"):
        load_vintage("nowhere/regions.csv")


@pytest.mark.parametrize("name", ["provinces-63", "provinces-34"])
def test_tiles(name: str) -> None:
    grid = tile_grid(name)
    assert tuple(grid.positions) == load_vintage(name).codes
    boxes = {(box.row, box.col) for box in grid.archipelagos}
    assert len(boxes | set(grid.positions.values())) == len(grid.positions) + 2
    assert [box.name.vi for box in grid.archipelagos] == [
        "Quần đảo Hoàng Sa",
        "Quần đảo Trường Sa",
    ]
    units = load_vintage(name)
    assert [units.unit(box.unit).name.vi for box in grid.archipelagos] == ["Đà Nẵng", "Khánh Hòa"]
    assert "Hoàng Sa" in grid.note.vi


def test_no_tiles_for_regions() -> None:
    with pytest.raises(UsageError, match="no tile map"):
        tile_grid("treasury-regions-385")


def test_own_table(tmp_path: Path) -> None:
    table = f"{HEADER},members_of,members,source\n" + "".join(
        f"{code},KBNN Khu vực {code},Region {code},2025-07-01,,provinces-34,{members},decree\n"
        for code, members in [("XI", "38|40"), ("I", "01")]
    )
    vintage = load_vintage(write(tmp_path, "\ufeff" + table))
    assert (vintage.name, vintage.codes) == ("regions", ("XI", "I"))
    assert vintage.valid_from == date(2025, 7, 1)
    assert crosswalk("provinces-34", vintage) == {"01": "I", "38": "XI", "40": "XI"}
    assert crosswalk("provinces-63", vintage)["38"] == "XI"  # by way of the 34


def test_own_table_tells_all_its_problems(tmp_path: Path) -> None:
    table = (
        f"{HEADER},members_of,members,row\n"
        "A,Một,One,2025-07-01,,provinces-34,01|99,x\n"
        "A,,Two,1/7/2025,,provinces-34,01,0\n"
        "B,MỘT,Three,2025-07-01,2025-01-01,provinces-34,,0\n"
    )
    found = problems(write(tmp_path, table))
    for rule in ("repeated", "empty", "date", "one vintage", "number", "unknown member"):
        assert rule in found
    assert found.count("repeated") == 3  # the code, the name in other case, the member


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "missing column"),
        (HEADER + "\n", "empty"),
        (HEADER.replace(",", ";") + "\n", "delimiter"),
        ("code,name_vi,name_en,valid_from\n1,a,b,\n", "missing column"),
        (f"{HEADER},alias\nA,a,b,,,\n", "unknown column"),
        (f"{HEADER},code\nA,a,b,,,\n", "repeated column"),
        (f"{HEADER}\nA,a,b,,,more\n", "extra cells"),
        (f"{HEADER}\n1,a,b,,\n10,c,d,,\n", "code length"),
        (f"{HEADER}\nA,a,b,2025-07-01,2025-06-30\n", "date"),
        (f"{HEADER}\nA,a,b,2025-02-30,\n", "date"),
        (f"{HEADER},members\nA,a,b,,,01\n", "members_of"),
        (f"{HEADER},members,members_of\nA,a,b,,,01,provinces\n", "members_of"),
    ],
)
def test_each_problem_of_an_own_table(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in problems(write(tmp_path, text))


def test_own_table_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_bytes(f"{HEADER}\nA,Huế,Hue,,\n".encode("utf-16"))
    assert problems(path) == ["encoding"]


def test_own_table_may_not_take_a_shipped_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rename the table"):
        load_vintage(write(tmp_path, f"{HEADER}\nA,a,b,,\n", "provinces-63.csv"))


def rows(shared_data: Path, file: str) -> list[dict[str, str]]:
    with (shared_data / "vietnam" / file).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_63_as_in_the_reference_data(shared_data: Path) -> None:
    old = load_vintage("provinces-63")
    new = crosswalk("provinces-63", "provinces-34")
    region = crosswalk("provinces-63", "treasury-regions-385")
    kinds = {"municipality": "city", "province": "province"}
    expected = {
        row["code"]: (
            row["name_vi"],
            row["name_en"],
            kinds[row["type_2023"]],
            row["region_6_vi"],
            row["region_6_en"],
            row["code_34"],
            row["treasury_region_385"],
        )
        for row in rows(shared_data, "provinces_63_extended.csv")
    }
    carried = {
        unit.code: (*unit.name, unit.kind, *(unit.region or ()), new[unit.code], region[unit.code])
        for unit in old.units
    }
    assert carried == expected


def test_34_as_in_the_reference_data(shared_data: Path) -> None:
    new = load_vintage("provinces-34").on(date(2026, 4, 30))
    kinds = {"municipality": "city", "province": "province"}
    expected = {
        row["code_34"]: (row["name_vi"], kinds[row["type_at_2026-04-30"]], row["members_63"])
        for row in rows(shared_data, "provinces_34.csv")
    }
    assert {u.code: (u.name.vi, u.kind, "|".join(u.members)) for u in new.units} == expected


def test_crosswalks_as_in_the_reference_data(shared_data: Path) -> None:
    table = rows(shared_data, "crosswalk_63_to_34.csv")
    for target, column in (("provinces-34", "code34"), ("treasury-regions-385", "kbnn_khu_vuc")):
        assert crosswalk("provinces-63", target) == {r["code63"]: r[column] for r in table}


@pytest.mark.parametrize("size", ["63", "34"])
def test_tiles_as_in_the_reference_data(shared_data: Path, size: str) -> None:
    expected = {
        row["code"]: (int(row["row"]), int(row["col"]))
        for row in rows(shared_data, f"tilegrid_{size}.csv")
    }
    assert tile_grid(f"provinces-{size}").positions == expected
