import importlib.util
import json
import os
import statistics
import sys
import time
from pathlib import Path

import anyio
import pytest

from moe_core import Document, ToolError

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(importlib.util.find_spec("duckdb") is None, reason="wants the extra tables"),
]
TOOL = "data/table_statistics"
SALES = """Town,Day,Units,Price
Ayr,2024-01-01,10,1.5
Bute,2024-01-02,20,2.5
Ayr,2024-01-03,30,
Coll,2024-01-04,40,4.5
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """A current folder with one table, and a secret beside it."""
    inside = tmp_path / "work"
    inside.mkdir()
    (inside / "sales.csv").write_text(SALES)
    (tmp_path / "secret.csv").write_text("key\nhidden\n")
    monkeypatch.chdir(inside)
    return inside


async def test_describe_tells_type_counts_spread_and_top_values(run_tool, folder) -> None:
    result = await run_tool(TOOL, {"path": "sales.csv"})
    columns = {column["name"]: column for column in result["columns"]}
    assert result["rows"] == 4
    assert {name: column["type"] for name, column in columns.items()} == {
        "Town": "VARCHAR",
        "Day": "DATE",
        "Units": "BIGINT",
        "Price": "DOUBLE",
    }
    assert columns["Town"]["top"][0] == {"value": "Ayr", "count": 2}
    assert (columns["Day"]["min"], columns["Day"]["max"]) == ("2024-01-01", "2024-01-04")
    price = columns["Price"]
    assert (price["count"], price["nulls"], price["distinct"]) == (3, 1, 3)
    assert price["stddev"] == pytest.approx(statistics.stdev([1.5, 2.5, 4.5]))
    units = columns["Units"]
    assert (units["min"], units["max"], units["sum"], units["mean"], units["median"]) == (10, 40, 100, 25.0, 25.0)
    assert result["sample"][2]["Price"] is None


async def test_one_column_is_described_whatever_its_capitals(run_tool, folder) -> None:
    result = await run_tool(TOOL, {"path": "sales.csv", "column": "units"})
    assert [column["name"] for column in result["columns"]] == ["Units"]


async def test_aggregate_works_by_group(run_tool, folder) -> None:
    params = {
        "path": "sales.csv",
        "operation": "aggregate",
        "column": "Units",
        "group_by": ["Town"],
        "functions": ["sum"],
    }
    result = await run_tool(TOOL, params)
    assert result["table"] == [{"Town": "Ayr", "sum": 40}, {"Town": "Bute", "sum": 20}, {"Town": "Coll", "sum": 40}]
    counted = await run_tool(TOOL, {"path": "sales.csv", "operation": "aggregate", "group_by": ["Town"], "limit": 1})
    assert (counted["table"], counted["is_cut"]) == ([{"Town": "Ayr", "count": 2}], True)


async def test_means_of_text_are_left_out_unless_asked_for(run_tool, folder) -> None:
    params = {"path": "sales.csv", "operation": "aggregate", "column": "Town"}
    assert (await run_tool(TOOL, params))["table"] == [{"count": 4, "distinct": 3, "min": "Ayr", "max": "Coll"}]
    with pytest.raises(ToolError, match="has no mean"):
        await run_tool(TOOL, {**params, "functions": ["mean"]})


async def test_correlate_pairs_the_numeric_columns(run_tool, folder) -> None:
    result = await run_tool(TOOL, {"path": "sales.csv", "operation": "correlate"})
    (pair,) = result["pairs"]
    assert (pair["x"], pair["y"], pair["count"]) == ("Units", "Price", 3)
    assert pair["pearson"] == pytest.approx(statistics.correlation([10, 20, 40], [1.5, 2.5, 4.5]))
    assert pair["spearman"] == pytest.approx(1.0)


async def test_tied_ranks_are_shared_in_spearmans_coefficient(run_tool, folder) -> None:
    x, y = [1, 1, 2, 3, 3, 3], [2, 1, 2, 5, 4, 4]
    (folder / "ties.csv").write_text("x,y\n" + "".join(f"{a},{b}\n" for a, b in zip(x, y, strict=True)))
    result = await run_tool(TOOL, {"path": "ties.csv", "operation": "correlate"})
    middles = [[sum(v < w for v in values) + (values.count(w) + 1) / 2 for w in values] for values in (x, y)]
    assert result["pairs"][0]["spearman"] == pytest.approx(statistics.correlation(*middles))


async def test_a_trend_over_dates_is_told_by_day_and_year(run_tool, folder) -> None:
    params = {"path": "sales.csv", "operation": "trend", "column": "Units", "over": "Day"}
    result = await run_tool(TOOL, params)
    assert result["slope"] == pytest.approx(10)
    assert result["slope_unit"] == "Units per day"
    assert result["slope_per_year"] == pytest.approx(3652.5)
    assert result["r_squared"] == pytest.approx(1)
    assert result["first"] == {"at": "2024-01-01", "value": 10.0}
    assert (result["change"], result["change_percent"]) == (30.0, 300.0)


async def test_a_trend_without_a_column_to_run_over_runs_over_the_rows(run_tool, folder) -> None:
    result = await run_tool(TOOL, {"path": "sales.csv", "operation": "trend", "column": "Units"})
    assert (result["slope"], result["over"]) == (pytest.approx(10), "row number")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"operation": "trend"}, "wants a column"),
        ({"operation": "trend", "column": "Town"}, "not numbers"),
        ({"operation": "trend", "column": "Units", "over": "Town"}, "numbers or dates"),
        ({"operation": "correlate", "column": "Unit"}, "no column 'Unit'"),
        ({"operation": "aggregate", "functions": ["mean"]}, "wants a column"),
        ({"operation": "query"}, "wants sql"),
        ({"column": "nothing like it"}, "there is no column"),
        ({"document": "x"}, "not both"),
    ],
)
async def test_what_does_not_fit_the_table_is_one_clear_error(run_tool, folder, params, message) -> None:
    with pytest.raises(ToolError, match=message):
        await run_tool(TOOL, {"path": "sales.csv", **params})


async def test_a_column_whose_name_is_sql_is_only_a_name(run_tool, folder) -> None:
    name = 'a"; DROP TABLE data; --'
    quoted = name.replace('"', '""')
    (folder / "odd.csv").write_text(f'"{quoted}",b\n1,2\n3,4\n')
    result = await run_tool(TOOL, {"path": "odd.csv", "operation": "aggregate", "column": name, "functions": ["sum"]})
    assert result["table"] == [{"sum": 4}]


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("SELECT Town FROM data WHERE Units > 25 ORDER BY Town -- why not", [{"Town": "Ayr"}, {"Town": "Coll"}]),
        ("WITH big AS (SELECT * FROM data WHERE Units > 25) SELECT count(*) AS n FROM big;", [{"n": 2}]),
        ("FROM data SELECT max(Day) AS last", [{"last": "2024-01-04"}]),
        ("SELECT a.Units + b.Units AS s FROM data a JOIN data b USING (Day) LIMIT 1", [{"s": 20}]),
        ("SELECT '2024-01-01 10:00:00+02'::TIMESTAMPTZ IS NOT NULL AS t, [1, 2] AS l", [{"t": True, "l": [1, 2]}]),
        (
            "SELECT 'nan'::DOUBLE AS a, 1.5::DECIMAL(4,2) AS b, {'c': DATE '2024-01-01'} AS c",
            [{"a": None, "b": 1.5, "c": {"c": "2024-01-01"}}],
        ),
    ],
)
async def test_a_select_over_data_is_answered(run_tool, folder, sql, table) -> None:
    assert (await run_tool(TOOL, {"path": "sales.csv", "operation": "query", "sql": sql}))["table"] == table


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM data, '{secret}'",
        "SELECT (SELECT content FROM read_text('{secret}'))",
        "WITH x AS (FROM read_blob('{secret}')) SELECT * FROM x",
        "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
        "SELECT * FROM query_table('{secret}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM sniff_csv('{secret}')",
        "SUMMARIZE '{secret}'",
        "DESCRIBE '{secret}'",
        "COPY data TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/out.db'",
        "ATTACH ':memory:' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "CREATE TABLE other AS SELECT 1",
        "DELETE FROM data",
        "DROP TABLE data",
        "INSERT INTO data VALUES ('x', NULL, 1, 1)",
        "WITH x AS (DELETE FROM data RETURNING *) SELECT * FROM x",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY data TO '{folder}/out.csv'",
        "SELECT 1) UNION ALL SELECT (2",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pragma_database_list",
        "SELECT current_setting('home_directory')",
        "SELECT getenv('HOME')",
        "SELECT * FROM folder",
        "SELECT",
        "this is no sql",
        ";",
    ],
)
async def test_sql_that_looks_or_writes_beyond_the_table_is_refused(run_tool, folder, sql) -> None:
    secret = folder.parent / "secret.csv"
    before = sorted(path.name for path in folder.iterdir())
    text = sql.replace("{secret}", str(secret)).replace("{folder}", str(folder))
    with pytest.raises(ToolError) as caught:
        await run_tool(TOOL, {"path": "sales.csv", "operation": "query", "sql": text})
    assert "\n" not in str(caught.value)
    assert "hidden" not in f"{caught.value} {caught.value.hint}"
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="memory is held to a limit on Linux")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT length(repeat('x', 2000000000)) AS n FROM data",
        "SELECT repeat('x', 2000000000) AS n FROM data",
        "SELECT list(range) AS n FROM range(500000000)",
    ],
)
async def test_a_query_that_wants_more_memory_than_it_may_takes_none_of_ours(run_tool, folder, sql) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ToolError, match=r"[Mm]emory|more than \d+ MB"):
        await run_tool(TOOL, {"operation": "query", "path": "sales.csv", "sql": sql})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_500_000


async def test_a_query_without_end_is_stopped_at_the_limit(run_tool, folder) -> None:
    params = {"path": "sales.csv", "operation": "query", "sql": "SELECT count(*) FROM range(10000000000000) a"}
    with pytest.raises(ToolError, match="not done within") as caught:
        await run_tool(TOOL, params, settings={"timeout_seconds": 0.3})
    assert caught.value.retryable
    with pytest.raises(ToolError, match="no time is left"):
        await run_tool(TOOL, params, deadline=time.time() - 1)
    with anyio.move_on_after(0.2) as scope:
        await run_tool(TOOL, params)
    assert scope.cancelled_caught


@pytest.mark.parametrize(
    "path", ["../secret.csv", "{root}/secret.csv", "link.csv", "missing.csv", "~/x.csv", "a\0.csv", "/etc/passwd"]
)
async def test_a_path_outside_the_current_folder_is_refused(run_tool, folder, path) -> None:
    os.symlink(folder.parent / "secret.csv", folder / "link.csv")
    with pytest.raises(ToolError) as caught:
        await run_tool(TOOL, {"path": path.replace("{root}", str(folder.parent))})
    assert "hidden" not in str(caught.value)


async def test_a_name_with_wildcards_reads_that_one_file(run_tool, folder) -> None:
    (folder / "s*.csv").write_text("a\n1\n")
    assert (await run_tool(TOOL, {"path": "s*.csv"}))["rows"] == 1


async def test_with_documents_only_their_files_are_read(run_tool, folder, make_library) -> None:
    (folder / "other.csv").write_text("a\n1\n")
    library = make_library(
        Document(document_id="data/sales.csv", title="", text="", source=str(folder / "sales.csv")),
        Document(document_id="note.txt", title="", text="", source=str(folder / "note.txt")),
    )
    for params in (
        {"document": "data/sales.csv"},
        {"document": "sales.csv"},
        {"document": "sales"},
        {"path": "sales.csv"},
        {},
    ):
        assert (await run_tool(TOOL, params, library=library))["rows"] == 4
    for params in (
        {"path": "other.csv"},
        {"path": "../secret.csv"},
        {"document": "note.txt"},
        {"document": "sails.csv"},
    ):
        with pytest.raises(ToolError):
            await run_tool(TOOL, params, library=library)


async def test_a_mistyped_document_gets_the_nearest_and_several_want_a_choice(run_tool, folder, make_library) -> None:
    (folder / "b.csv").write_text("a\n1\n")
    library = make_library(
        Document(document_id="sales.csv", title="", text="", source=str(folder / "sales.csv")),
        Document(document_id="b.csv", title="", text="", source=str(folder / "b.csv")),
    )
    with pytest.raises(ToolError) as caught:
        await run_tool(TOOL, {"document": "sails.csv"}, library=library)
    assert "'sales.csv'" in (caught.value.hint or "")
    with pytest.raises(ToolError, match="say which"):
        await run_tool(TOOL, {}, library=library)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.tsv", b"a\tb\n1\tx\n2\ty\n"),
        ("t.jsonl", b'{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'),
        ("t.json", b'[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'),
        ("n.json", b'{"about": "t", "rows": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}'),
        ("semicolon.csv", b"a;b\n1;x\n2;y\n"),
        ("bom.csv", b"\xef\xbb\xbfa,b\r\n1,x\r\n2,y\r\n"),
        ("wide.csv", "a,b\n1,x\n2,y\n".encode("utf-16")),
    ],
)
async def test_every_kind_of_table_is_read(run_tool, folder, name, data) -> None:
    (folder / name).write_bytes(data)
    result = await run_tool(TOOL, {"path": name})
    assert [column["name"] for column in result["columns"]] == ["a", "b"]
    assert (result["rows"], result["columns"][0]["max"], result["columns"][1]["max"]) == (2, 2, "y")


async def test_text_columns_only_still_have_their_header(run_tool, folder) -> None:
    (folder / "names.csv").write_text("name,town\nAda,Ayr\nBea,Bute\n")
    assert [column["name"] for column in (await run_tool(TOOL, {"path": "names.csv"}))["columns"]] == ["name", "town"]


async def test_latin_text_is_decoded(run_tool, folder) -> None:
    (folder / "old.csv").write_bytes("town,n\nGöteborg,1\nMalmö,2\nVästerås,3\n".encode("latin-1"))
    result = await run_tool(TOOL, {"path": "old.csv", "column": "town"})
    assert "Göteborg" in [item["value"] for item in result["columns"][0]["top"]]


async def test_malformed_lines_are_left_out_and_counted(run_tool, folder) -> None:
    (folder / "bad.csv").write_text("a,b\n1,2\n3,4,5,6\n7,8\n")
    result = await run_tool(TOOL, {"path": "bad.csv"})
    assert result["rows"] + sum(int(note.split()[0]) for note in result.get("notes", [])) == 3


async def test_nested_values_are_described_as_text(run_tool, folder) -> None:
    rows = [{"a": [1, 2], "b": {"c": 1}}, {"a": [], "b": {"c": 2}}]
    (folder / "nested.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = await run_tool(TOOL, {"path": "nested.jsonl"})
    assert [column["distinct"] for column in result["columns"]] == [2, 2]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n \n"),
        ("no.json", b"{"),
        ("one.json", b'{"a": 1}'),
        ("x.jsonl", b"nope"),
        ("a.txt", b"a,b"),
    ],
)
async def test_a_file_that_is_no_table_is_one_clear_error(run_tool, folder, name, data) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(ToolError, match=name):
        await run_tool(TOOL, {"path": name})


async def test_a_file_beyond_the_limit_is_refused(run_tool, folder) -> None:
    with pytest.raises(ToolError, match="longer than 10 bytes"):
        await run_tool(TOOL, {"path": "sales.csv"}, settings={"max_bytes": 10})
    with pytest.raises(ToolError, match="max_rows"):
        await run_tool(TOOL, {"path": "sales.csv"}, settings={"max_rows": 10})


async def test_the_same_table_gives_the_same_figures_every_time(run_tool, folder) -> None:
    lines = "".join(f"{n * 0.1},{(n * 7919) % 1000 * 0.3}\n" for n in range(30_000))
    (folder / "long.csv").write_text("x,y\n" + lines)
    runs = [await run_tool(TOOL, {"path": "long.csv", "operation": "correlate"}) for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]
