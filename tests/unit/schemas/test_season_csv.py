"""A season by CSV: facts and master data row by row, every problem with its row and column."""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest

from lotproof.kernel.identifiers import Gln, LotId
from lotproof.lots.native import Portion
from lotproof.parties.record_types import TYPES as RECORD_TYPES
from lotproof.parties.record_types import check_record
from lotproof_schemas.season_records import TYPES, SeasonRecord, load_record
from lotproof_schemas.season_table import COLUMNS, Season, read_season
from lotproof_schemas.tables_in import MOST_ROWS

FARM, ORCHARD, STORE = "9521234000013", "9521234000020", "9521234000037"
LOT = "09521234543213/LOT-1"
HARVEST = {
    "kind": "harvest",
    "by": FARM,
    "at": "2026-09-20 08:00",
    "place": ORCHARD,
    "portions": f"{LOT}=500 KGM",
    "cycle": "https://lotproof.org/ns/cycle/7",
}
ORCHARD_ROW = {
    "kind": "place",
    "by": FARM,
    "gln": ORCHARD,
    "name": "Orchard",
    "zone": "Asia/Shanghai",
    "party": FARM,
}


def written(*rows: Mapping[str, str], columns: list[str] | None = None) -> bytes:
    names = columns or list(dict.fromkeys(name for row in rows for name in row))
    out = StringIO()
    sheet = csv.DictWriter(out, names, restval="")
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue().encode()


def season_of(data: bytes, zones: Mapping[str, str] | None = None) -> Season:
    known = zones or {}
    return read_season(
        BytesIO(data), lambda gln: ZoneInfo(known[gln.digits]) if gln.digits in known else None
    )


def problems_of(data: bytes) -> list[tuple[str, str]]:
    season = season_of(data)
    assert season.rows == []
    assert all(problem.message for problem in season.problems)
    return [(problem.where, problem.code) for problem in season.problems]


def record_of(values: Mapping[str, str]) -> SeasonRecord:
    [row] = season_of(written(values)).rows
    assert row.record is not None
    return row.record


def test_facts_and_master_data_come_in_the_order_of_the_file() -> None:
    season = season_of(written(ORCHARD_ROW, HARVEST))

    assert season.problems == []
    first, second = season.rows
    assert (first.number, first.by, first.fact) == (2, Gln(FARM), None)
    assert first.record == SeasonRecord(
        "place",
        f"https://id.gs1.org/414/{ORCHARD}",
        {
            "names": {"en": "Orchard"},
            "zone": "Asia/Shanghai",
            "party": f"https://id.gs1.org/417/{FARM}",
        },
    )
    assert (second.number, second.by, second.record) == (3, Gln(FARM), None)
    assert second.fact is not None
    assert second.fact.portions == (Portion(LotId("09521234543213", "LOT-1"), Decimal(500), "KGM"),)


def test_local_time_is_read_in_the_zone_of_the_place_from_the_file_or_from_the_records() -> None:
    fact = season_of(written(HARVEST, ORCHARD_ROW)).rows[0].fact
    assert fact is not None
    assert fact.at == datetime(2026, 9, 20, 0, 0, tzinfo=UTC)

    fact = season_of(written(HARVEST), {ORCHARD: "Europe/Berlin"}).rows[0].fact
    assert fact is not None
    assert fact.at == datetime(2026, 9, 20, 6, 0, tzinfo=UTC)

    assert problems_of(written(HARVEST)) == [("row 2, column at", "no_zone")]


def test_organisations_and_places_may_be_written_as_uris_too() -> None:
    uris = {"by": f"https://id.gs1.org/417/{FARM}", "place": f"https://example.org/414/{ORCHARD}"}

    [row] = season_of(written({**HARVEST, **uris}), {ORCHARD: "Asia/Shanghai"}).rows

    assert row.by == Gln(FARM)
    assert row.fact is not None
    assert row.fact.place == Gln(ORCHARD)
    assert problems_of(written({**HARVEST, "by": uris["place"], "at": "2026-09-20 08:00Z"})) == [
        ("row 2, column by", "invalid_identifier")
    ]


def test_every_problem_of_every_row_is_said_and_no_row_is_given() -> None:
    data = written(
        ORCHARD_ROW,
        {**HARVEST, "portions": f"{LOT}=0 KGM", "by": "9521234000014"},
        HARVEST,
        {"kind": "teleport"},
        {"by": FARM},
        {**HARVEST, "gln": STORE},
        {**HARVEST, "buyer": STORE},
        {**ORCHARD_ROW, "zone": "Asia/Atlantis", "portions": "x", "gln": "1"},
    )

    assert problems_of(data) == [
        ("row 3, column by", "invalid_check_digit"),
        ("row 3, column portions", "not_positive"),
        ("row 5, column kind", "unknown_kind"),
        ("row 6, column kind", "missing"),
        ("row 7, column gln", "not_for_kind"),
        ("row 8, column buyer", "not_for_kind"),
        ("row 9, column portions", "not_for_kind"),
        ("row 9, column gln", "invalid_identifier"),
        ("row 9, column zone", "unknown_zone"),
    ]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    data = b'kind,note\n\n,\nobservation,"two\nlines"\nteleport,\n'

    assert [where for where, _ in problems_of(data)] == [
        "row 4, column at",
        "row 4, column lots",
        "row 5, column kind",
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", ("file", "empty_file")),
        (b"\xef\xbb\xbf", ("file", "empty_file")),
        (b" \r\n \n", ("file", "empty_file")),
        (b"kind,by\n", ("file", "no_rows")),
        (b"kind,by\n,\n \n", ("file", "no_rows")),
        (b"kind,colour\nharvest,red\n", ("row 1, column colour", "unknown_column")),
        (b"kind,,by\nharvest,,\n", ("row 1, column 2", "unknown_column")),
        (b"kind,by,kind\n,,\n", ("row 1, column kind", "duplicate_column")),
        (b"by,at\n1,2\n", ("row 1, column kind", "missing_column")),
        (b'kind,by\n"harvest,1\n', ("file", "invalid_csv")),
        (b"kind\n" + b"x," * 500 + b"\n", ("file", "invalid_csv")),
        ("kind,by\nharvest,1\n".encode("utf-16"), ("file", "unknown_encoding")),
        (b"kind,by\nharvest,\x00\n", ("file", "unknown_encoding")),
        (b"kind\xff\xff\n1\n", ("file", "unknown_encoding")),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, problem: tuple[str, str]) -> None:
    assert problems_of(data) == [problem]


def test_a_file_parted_by_semicolons_is_told_to_use_commas() -> None:
    season = season_of(b"kind;by;at\nharvest;1;2\n")

    assert [problem.code for problem in season.problems] == ["unknown_column", "missing_column"]
    assert "commas" in season.problems[1].message


def test_cells_beyond_the_columns_are_refused_and_blank_ones_are_not() -> None:
    observation = f"observation,2026-09-20T08:00:00+08:00,{LOT}"

    assert season_of(f"kind,at,lots,\n{observation},,,\n".encode()).problems == []
    assert problems_of(f"kind,at,lots\n{observation},surplus\n".encode()) == [("row 2", "too_many_cells")]


def test_no_text_is_taken_for_a_missing_value_or_a_number() -> None:
    data = b"kind,at,lots,note\nobservation,2026-09-20T08:00:00+08:00,09521234543213/007,NA\n"

    fact = season_of(data).rows[0].fact

    assert fact is not None
    assert (fact.lots[0].code, fact.note) == ("007", "NA")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_chinese_is_read_from_utf_8_with_and_without_mark_and_from_gb18030(
    encoding: str, line_end: str
) -> None:
    rows = ["Kind, gln ,name_zh,roles", f"party,{FARM},红苹果农场 𠮷,种植者; 包装者"]

    [row] = season_of(line_end.join(rows).encode(encoding)).rows

    assert row.by is None
    assert row.record is not None
    assert row.record.body == {"names": {"zh_Hans": "红苹果农场 𠮷"}, "roles": ["种植者", "包装者"]}


GTIN = "9521234543213"
NAME = {"name": "Red apple", "name_zh": "红苹果"}
RECORDS: list[tuple[dict[str, str], str, dict[str, object]]] = [
    ({"kind": "party", "gln": FARM, **NAME, "roles": "grower", "country": "CN"},
     f"https://id.gs1.org/417/{FARM}",
     {"names": {"en": "Red apple", "zh_Hans": "红苹果"}, "roles": ["grower"], "country": "CN"}),
    ({"kind": "place", "gln": STORE, **NAME, "zone": "Asia/Shanghai", "parent": ORCHARD, "region": "Shandong",
      "region_zh": "山东"},
     f"https://id.gs1.org/414/{STORE}",
     {"names": {"en": "Red apple", "zh_Hans": "红苹果"}, "zone": "Asia/Shanghai",
      "parent": f"https://id.gs1.org/414/{ORCHARD}", "region": {"en": "Shandong", "zh_Hans": "山东"}}),
    ({"kind": "product", "gtin": GTIN, **NAME, "variety": "Fuji", "category": "fruit", "uom": "KGM", "crop": "apple",
      "shelf_life_days": "90", "temperature_min": "0", "temperature_max": "4.0"},
     "09521234543213",
     {"names": {"en": "Red apple", "zh_Hans": "红苹果"}, "variety": {"en": "Fuji"}, "category": "fruit",
      "uom": "KGM", "crop": "apple", "shelf_life_days": 90, "temperature_band": {"min": "0", "max": "4"}}),
    ({"kind": "input_product", "registration": "PD20070001", "name": "Spray", "active": "captan", "crop": "apple",
      "interval_days": "14"},
     "PD20070001",
     {"names": {"en": "Spray"}, "active": "captan", "intervals": {"apple": 14}}),
    ({"kind": "conversion", "gtin": GTIN, "from_uom": "CS", "to_uom": "KGM", "factor": "18.50"},
     "09521234543213:XCS:KGM",
     {"gtin": "09521234543213", "from_uom": "XCS", "to_uom": "KGM", "factor": "18.5"}),
    ({"kind": "tolerance", "process": "processing", "percent": "2.5"}, "processing", {"percent": "2.5"}),
    ({"kind": "cycle", "cycle": "https://lotproof.org/ns/cycle/7", "crop": "apple", "plot": "7", "place": ORCHARD,
      "season": "2026"},
     "https://lotproof.org/ns/cycle/7",
     {"crop": "apple", "plot": "7", "season": "2026", "place": f"https://id.gs1.org/414/{ORCHARD}"}),
    ({"kind": "retention", "data": "people", "days": "730"}, "people", {"days": 730}),
    ({"kind": "device", "device": "urn:epc:id:giai:9521234.1", "name": "Logger", "party": FARM},
     "urn:epc:id:giai:9521234.1",
     {"names": {"en": "Logger"}, "party": f"https://id.gs1.org/417/{FARM}"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "id", "body"), RECORDS, ids=lambda value: None)
def test_each_type_of_master_data_becomes_its_record(
    values: dict[str, str], id: str, body: dict[str, object]
) -> None:
    record = record_of(values)

    assert record == SeasonRecord(values["kind"], id, body)
    assert check_record(record.type, record.id, record.body) == []


def test_every_type_of_master_data_can_stand_in_a_file_and_no_column_is_unknown() -> None:
    assert set(TYPES) == set(RECORD_TYPES) == {values["kind"] for values, _, _ in RECORDS}
    for values, _, _ in RECORDS:
        assert set(values) <= set(COLUMNS)
    assert len(set(COLUMNS)) == len(COLUMNS)


@pytest.mark.parametrize("kind", list(TYPES))
def test_each_type_of_master_data_names_what_it_needs(kind: str) -> None:
    record, problems = load_record(kind, {})

    needed = {*TYPES[kind].required, *(["name"] if "name" in TYPES[kind].optional else [])}
    assert record is None
    assert {(p.where, p.code) for p in problems} == {(name, "missing") for name in needed}


@pytest.mark.parametrize(
    ("kind", "column", "text", "code"),
    [
        ("party", "gln", "9521234000014", "invalid_check_digit"),
        ("place", "zone", "Beijing", "unknown_zone"),
        ("place", "zone", "../etc/passwd", "unknown_zone"),
        ("place", "parent", "x", "invalid_identifier"),
        ("product", "gtin", "9521234543214", "invalid_check_digit"),
        ("product", "uom", "kilograms", "invalid_uom"),
        ("product", "shelf_life_days", "-1", "invalid_number"),
        ("product", "shelf_life_days", "1.5", "invalid_number"),
        ("product", "shelf_life_days", "²", "invalid_number"),
        ("product", "shelf_life_days", "9" * 5000, "invalid_number"),
        ("input_product", "interval_days", "3651", "invalid_number"),
        ("conversion", "factor", "0", "not_positive"),
        ("conversion", "factor", "1/3", "invalid_number"),
        ("tolerance", "process", "magic", "invalid_value"),
        ("tolerance", "percent", "-2", "not_positive"),
        ("cycle", "cycle", "plot 7", "invalid_identifier"),
    ],
)
def test_a_cell_of_master_data_that_cannot_be_read_is_refused(
    kind: str, column: str, text: str, code: str
) -> None:
    values = next(values for values, _, _ in RECORDS if values["kind"] == kind)

    assert problems_of(written({**values, column: text})) == [(f"row 2, column {column}", code)]


def test_a_temperature_band_upside_down_is_refused_by_the_core() -> None:
    values = {**RECORDS[2][0], "temperature_min": "9"}

    assert problems_of(written(values)) == [("row 2, column temperature_band", "invalid_value")]


def test_an_input_product_may_be_told_in_several_rows_one_crop_each() -> None:
    spray = RECORDS[3][0]

    season = season_of(written(spray, {**spray, "crop": "pear", "interval_days": "21"}, spray))

    [row] = season.rows
    assert row.record is not None
    assert row.record.body["intervals"] == {"apple": 14, "pear": 21}


@pytest.mark.parametrize(
    "change", [{"interval_days": "15"}, {"active": "other", "crop": "pear"}, {"by": STORE}]
)
def test_rows_that_contradict_each_other_about_an_input_product_are_refused(change: dict[str, str]) -> None:
    spray = RECORDS[3][0]

    assert problems_of(written(spray, {**spray, **change})) == [
        ("row 3, column registration", "contradiction")
    ]


def test_more_rows_than_one_transaction_should_hold_are_refused() -> None:
    assert problems_of(b"kind\n" + b"x\n" + b"\n" * MOST_ROWS + b"x\n") == [("file", "too_many_rows")]


def test_problems_are_listed_up_to_a_bound() -> None:
    assert 1000 <= len(problems_of(b"kind\n" + b"x\n" * 5000)) < 1100
