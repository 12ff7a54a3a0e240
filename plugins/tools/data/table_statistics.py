"""Statistics over one table file, worked out by DuckDB with the rest of the machine closed to it."""

# ruff: noqa: S608
# SQL is put together from quoted column names and constants; a person's own SQL is checked by _check_tree, and
# the engine it reaches holds one table in memory and can open nothing.

import datetime
import importlib
import json
import math
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Literal, NoReturn

import anyio
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moe_core import BaseTool, Library, ToolContext, ToolError, ToolResult
from moe_core.files.regular import open_regular
from moe_kit.processes.limited import ask_child, limit_memory, serve_parent

_DELIMITED = {".csv": "", ".tsv": "\t", ".tab": "\t"}
_SUFFIXES = (*_DELIMITED, ".jsonl", ".ndjson", ".json")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMERIC = (*_WHOLE, *(f"U{kind}" for kind in _WHOLE), "FLOAT", "DOUBLE", "DECIMAL")
_AGGREGATES = {
    "count": "count({0})",
    "distinct": "count(DISTINCT {0})",
    "sum": "sum({0})",
    "mean": "avg({0})",
    "median": "median({0})",
    "min": "min({0})",
    "max": "max({0})",
    "stddev": "stddev_samp({0})",
}
_ALLOWED_TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
_REFUSED_FUNCTIONS = frozenset({"current_setting", "getvariable", "pg_sleep", "sleep_ms", "write_log", "getenv"})
_MAX_COLUMNS = 200
_MAX_CORRELATED = 12
_MAX_CELL_CHARS = 1_000


class TableSettings(BaseModel):
    """Limits, from config/tools.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Field(100_000_000, ge=1, description="Longest file that is read")
    memory_mb: int = Field(512, ge=64, description="Memory that the engine may take")
    timeout_seconds: float = Field(20.0, gt=0, le=600, description="Longest that one call may take")


_WORDED_ROWS = 8


class TableStatisticsParams(BaseModel):
    """Which table, and what to work out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: Literal["describe", "aggregate", "correlate", "trend", "query"] = Field(
        "describe",
        description="describe: every column; aggregate: a column by groups; correlate: numeric columns with each "
        "other; trend: how a column changes over another; query: your own SELECT",
    )
    document: str = Field("", max_length=1000, description="Id of a CSV, TSV, JSON or JSONL document, or the end of it")
    path: str = Field("", max_length=4000, description="Path of the file, in place of document")
    column: str = Field("", description="Column to describe, aggregate, correlate or follow")
    group_by: tuple[str, ...] = Field((), max_length=5, description="Columns whose values make the groups (aggregate)")
    functions: tuple[Literal["count", "distinct", "sum", "mean", "median", "min", "max", "stddev"], ...] = Field(
        (), description="What to work out of each group (aggregate); all that suit the column without it"
    )
    over: str = Field("", description="Number or date column that the trend runs over; the row number without it")
    sql: str = Field("", max_length=10_000, description="One SELECT over the table named data (query)")
    limit: int = Field(50, ge=1, le=1000, description="Rows to return at most")


class TableStatistics(BaseTool):
    """Describe, aggregate, correlate, follow or query a CSV, TSV, JSON or JSONL table."""

    name = "table_statistics"
    description = "Describe, aggregate, correlate or query a CSV, TSV, JSON or JSONL table of the documents"
    category = "data"
    capabilities = ("statistics", "table_analysis", "data_analysis", "analysis", "aggregation", "sql")
    effects = ()

    async def execute(self, wanted: TableStatisticsParams, context: ToolContext) -> ToolResult:
        """Load the file into memory, close the engine's doors, and work the operation out."""
        settings = self._read_settings(context)
        file = _find_file(context.library, wanted)
        seconds = settings.timeout_seconds
        if context.deadline is not None:
            seconds = min(seconds, context.deadline - time.time())
        if seconds <= 0:
            raise ToolError("no time is left to read the table", tool=self.name, retryable=True)
        if wanted.operation == "query":
            return _make_result(await _query_in_child(file, wanted, settings, seconds))
        table = _Table(settings)
        try:
            with anyio.fail_after(seconds):
                return _make_result(await anyio.to_thread.run_sync(table.run, file, wanted, abandon_on_cancel=True))
        except TimeoutError as error:
            raise _too_slow(file, seconds) from error
        finally:
            table.stop()

    def _read_settings(self, context: ToolContext) -> TableSettings:
        try:
            return TableSettings.model_validate(dict(context.settings))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            hint = "see table_statistics in config/tools.yaml"
            raise ToolError(f"settings of {self.name}: {place}: {first['msg']}", tool=self.name, hint=hint) from error


def _make_result(told: dict[str, Any]) -> ToolResult:
    return ToolResult(
        data={key: value for key, value in told.items() if key != "statement"}, statement=told["statement"]
    )


async def _query_in_child(
    file: Path, wanted: TableStatisticsParams, settings: TableSettings, seconds: float
) -> dict[str, Any]:
    """A person's or a model's own SQL, in a process whose memory is limited: one row may hold gigabytes."""
    _import_engine()
    request = {"file": str(file), "wanted": wanted.model_dump(), "settings": settings.model_dump()}
    try:
        answer = await ask_child(Path(__file__), request, seconds=seconds)
    except TimeoutError as error:
        raise _too_slow(file, seconds) from error
    except ToolError as error:
        raise ToolError(
            f"{file.name}: the query took more than {settings.memory_mb} MB, and was ended",
            tool="table_statistics",
            hint="ask for less, or raise settings.memory_mb of table_statistics in config/tools.yaml",
        ) from error
    if "error" in answer:
        raise ToolError(answer["error"], tool="table_statistics", hint=answer["hint"])
    return dict(answer["result"])


def _answer_parent(request: Mapping[str, Any]) -> dict[str, Any]:
    """What `_query_in_child` asks, in the child."""
    settings = TableSettings.model_validate(request["settings"])
    table = _Table(settings)
    limit_memory(2 * settings.memory_mb << 20)  # half of it the engine's, half for the rows it hands to Python
    try:
        result = table.run(Path(request["file"]), TableStatisticsParams.model_validate(request["wanted"]))
    except ToolError as error:
        return {"error": error.message, "hint": error.hint}
    return {"result": result}


def _too_slow(file: Path, seconds: float) -> ToolError:
    return ToolError(
        f"{file.name}: not done within {seconds:.3g} s",
        tool="table_statistics",
        retryable=True,
        hint="ask for less, or raise settings.timeout_seconds of table_statistics in config/tools.yaml",
    )


class _Table:
    """One file loaded into a database of its own, in memory. Lives in a worker thread."""

    def __init__(self, settings: TableSettings) -> None:
        self._settings = settings
        self._engine = _import_engine()
        self._connection: Any = None
        self._is_stopped = threading.Event()
        self._lock = threading.Lock()
        self._columns: dict[str, str] = {}
        self._notes: list[str] = []

    def run(self, file: Path, wanted: TableStatisticsParams) -> dict[str, Any]:
        """The result of one operation."""
        operations: dict[str, Callable[[TableStatisticsParams], dict[str, Any]]] = {
            "describe": self._describe,
            "aggregate": self._aggregate,
            "correlate": self._correlate,
            "trend": self._trend,
            "query": self._query,
        }
        # One thread: several would add floats up in another order each time.
        self._connection = self._engine.connect(":memory:", config={"threads": 1})
        try:
            self._load(file)
            head = {"file": file.name, "operation": wanted.operation, "rows": self._one("SELECT count(*) FROM data")}
            result = operations[wanted.operation](wanted)
            told = {**head, **result, **({"notes": self._notes} if self._notes else {})}
            return {**told, "statement": _word_result(told)}
        except self._engine.Error as error:
            raise ToolError(f"{file.name}: {_first_line(error)}", tool="table_statistics") from error
        finally:
            with self._lock:
                self._connection.close()
                self._connection = None

    def stop(self) -> None:
        """End what still runs; without effect when it is done."""
        self._is_stopped.set()
        with self._lock:
            if self._connection is not None:
                self._connection.interrupt()

    # Loading.

    def _load(self, file: Path) -> None:
        """Read the one file, then close the engine to every other."""
        settings = (
            "SET autoinstall_known_extensions=false",
            "SET autoload_known_extensions=false",
            "SET python_enable_replacements=false",
            f"SET memory_limit='{self._settings.memory_mb}MB'",
            "SET temp_directory=''",
        )
        for statement in settings:
            self._execute(statement)
        text = _read_text(file, self._settings.max_bytes)
        if file.suffix.lower() == ".json":
            text = self._unfold_json(file, text)
        # A copy under a name of our own: DuckDB would read wildcards in the file's.
        with tempfile.TemporaryDirectory(prefix="moe-table-") as folder:
            copy = Path(folder) / "table.txt"
            copy.write_text(text, encoding="utf-8", newline="")
            self._create(file, str(copy))
        self._execute("SET enable_external_access=false")
        self._execute("SET lock_configuration=true")
        self._columns = {name: kind for name, kind, *_ in self._rows("DESCRIBE data")}
        if len(self._columns) > _MAX_COLUMNS:
            raise ToolError(f"{file.name} has {len(self._columns)} columns, more than {_MAX_COLUMNS}")

    def _create(self, file: Path, copy: str) -> None:
        delimiter = _DELIMITED.get(file.suffix.lower())
        if delimiter is None:
            source, options = "read_json", "format='newline_delimited'"
        else:
            source = "read_csv"
            options = "header=true, sample_size=-1" + (f", delim='{delimiter}'" if delimiter else "")
        try:
            self._execute(f"CREATE TABLE data AS SELECT * FROM {source}(?, {options})", [copy])
        except self._engine.Error as error:
            if self._is_stopped.is_set() or source != "read_csv":
                raise ToolError(f"{file.name} is no table: {_first_line(error).replace(copy, file.name)}") from error
            self._create_leniently(file, copy, options)

    def _create_leniently(self, file: Path, copy: str, options: str) -> None:
        """A second try that leaves malformed lines out, and says how many."""
        self._execute("DROP TABLE IF EXISTS data")
        try:
            self._execute(
                f"CREATE TABLE data AS SELECT * FROM read_csv(?, {options}, ignore_errors=true, store_rejects=true)",
                [copy],
            )
            lines = self._one("SELECT count(DISTINCT line) FROM reject_errors")
        except self._engine.Error as error:
            raise ToolError(f"{file.name} is no table: {_first_line(error).replace(copy, file.name)}") from error
        self._notes.append(f"{lines} malformed lines of {file.name} were left out")

    def _unfold_json(self, file: Path, text: str) -> str:
        """A list of objects, or the longest one directly inside an object, as an object a line."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ToolError(f"{file.name} is no JSON") from error
        if isinstance(data, dict):
            lists = {key: value for key, value in data.items() if _is_table(value)}
            if lists:
                key = max(lists, key=lambda name: len(lists[name]))
                self._notes.append(f"the table is the list {key!r} of {file.name}")
                data = lists[key]
        if not _is_table(data):
            raise ToolError(f"{file.name} is no table: it holds no list of objects")
        return "\n".join(json.dumps(row) for row in data)

    # Operations.

    def _describe(self, wanted: TableStatisticsParams) -> dict[str, Any]:
        names = [self._column(wanted.column)] if wanted.column else list(self._columns)
        result: dict[str, Any] = {"columns": [self._describe_column(name) for name in names]}
        if not wanted.column:
            result["sample"] = self._table_of("SELECT * FROM data", 3)["table"]
        return result

    def _describe_column(self, name: str) -> dict[str, Any]:
        column = _quote(name)
        rows, count, distinct, least, most = self._rows(
            f"SELECT count(*), count({column}), count(DISTINCT {column}), min({column}), max({column}) "
            f"FROM (SELECT {self._readable(name)} FROM data)"
        )[0]
        described = {"name": name, "type": self._columns[name], "count": count, "nulls": rows - count}
        described |= {"distinct": distinct, "min": _plain(least), "max": _plain(most)}
        if self._is_numeric(name):
            figures = self._rows(
                f"SELECT sum({column}), avg({column}), median({column}), "
                f"CASE WHEN count({column}) > 1 THEN stddev_samp({column}) END, "
                f"quantile_cont({column}, 0.25), quantile_cont({column}, 0.75) FROM data"
            )[0]
            keys = ("sum", "mean", "median", "stddev", "lower_quartile", "upper_quartile")
            described |= {key: _plain(figure) for key, figure in zip(keys, figures, strict=True)}
        top = self._rows(
            f"SELECT {column}::VARCHAR, count(*) AS n FROM (SELECT {self._readable(name)} FROM data) "
            f"WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY n DESC, {column} LIMIT 5"
        )
        if not self._is_numeric(name) or (top and top[0][1] > 1):  # numbers that are all different have no top
            described["top"] = [{"value": _cut(value), "count": n} for value, n in top]
        return described

    def _aggregate(self, wanted: TableStatisticsParams) -> dict[str, Any]:
        groups = [_quote(self._column(name)) for name in wanted.group_by]
        if wanted.column:
            name = self._column(wanted.column)
            functions = [
                function for function in wanted.functions or _AGGREGATES if self._suits(name, function, wanted)
            ]
            figures = [f"{_AGGREGATES[function].format(_quote(name))} AS {_quote(function)}" for function in functions]
        elif set(wanted.functions) <= {"count"}:
            figures = ['count(*) AS "count"']
        else:
            self._fail_column("aggregate wants a column for anything but count")
        order = f" GROUP BY {', '.join(groups)} ORDER BY {', '.join(groups)}" if groups else ""
        rows = self._table_of(f"SELECT {', '.join([*groups, *figures])} FROM data{order}", wanted.limit)
        return {"column": wanted.column or None, "group_by": list(wanted.group_by), **rows}

    def _suits(self, name: str, function: str, wanted: TableStatisticsParams) -> bool:
        """Sums and means of text are left out when they were not asked for, refused when they were."""
        if function in ("count", "distinct", "min", "max") or self._is_numeric(name):
            return True
        if wanted.functions:
            raise ToolError(f"column {name!r} holds {self._columns[name]}, which has no {function}")
        return False

    def _correlate(self, wanted: TableStatisticsParams) -> dict[str, Any]:
        numeric = [name for name in self._columns if self._is_numeric(name)]
        if wanted.column:
            name = self._numeric_column(wanted.column)
            others = [self._numeric_column(wanted.over)] if wanted.over else [item for item in numeric if item != name]
            pairs = [(name, other) for other in others]
        else:
            if len(numeric) > _MAX_CORRELATED:
                self._notes.append(f"only the first {_MAX_CORRELATED} of {len(numeric)} numeric columns were paired")
            pairs = list(combinations(numeric[:_MAX_CORRELATED], 2))
        if not pairs:
            self._fail_column("correlate wants two numeric columns")
        found = [self._correlate_pair(left, right) for left, right in pairs]
        found.sort(key=lambda pair: -abs(pair["pearson"] or 0.0))
        return {"pairs": found[: wanted.limit]}

    def _correlate_pair(self, left: str, right: str) -> dict[str, Any]:
        x, y = f"{_quote(left)}::DOUBLE", f"{_quote(right)}::DOUBLE"
        pearson, spearman, count = self._rows(
            # Ties share the middle of their ranks, as Spearman's coefficient wants.
            f"WITH pairs AS (SELECT {x} AS x, {y} AS y FROM data WHERE {x} IS NOT NULL AND {y} IS NOT NULL), "
            "ranks AS (SELECT x, y, rank() OVER (ORDER BY x) + (count(*) OVER (PARTITION BY x) - 1) / 2.0 AS rx, "
            "rank() OVER (ORDER BY y) + (count(*) OVER (PARTITION BY y) - 1) / 2.0 AS ry FROM pairs) "
            "SELECT corr(x, y), corr(rx, ry), count(*) FROM ranks"
        )[0]
        return {"x": left, "y": right, "pearson": _plain(pearson), "spearman": _plain(spearman), "count": count}

    def _trend(self, wanted: TableStatisticsParams) -> dict[str, Any]:
        """Least squares of a column over another one; days for dates, rows without any."""
        name = self._numeric_column(wanted.column)
        y = f"{_quote(name)}::DOUBLE"
        x, unit, over = "row_number() OVER ()", "row", ""
        if wanted.over:
            over = self._column(wanted.over)
            x, unit = self._trend_axis(over)
        shown = f"{_quote(over)}::VARCHAR" if over else "''"
        pairs = f"SELECT ({x})::DOUBLE AS x, {y} AS y, {shown} AS label FROM data"
        used = f"(SELECT * FROM ({pairs}) WHERE x IS NOT NULL AND y IS NOT NULL)"
        count, slope, intercept, r2, low, high = self._rows(
            f"SELECT count(*), regr_slope(y, x), regr_intercept(y, x), regr_r2(y, x), min(x), max(x) FROM {used}"
        )[0]
        if count < 2 or low == high:
            raise ToolError(f"column {name!r} has too few different points for a trend")
        first, last = (
            self._rows(f"SELECT label, avg(y) FROM {used} WHERE x = ? GROUP BY label LIMIT 1", [edge])[0]
            for edge in (low, high)
        )
        change = last[1] - first[1]
        per_year = {"slope_per_year": _plain(slope * 365.25)} if unit == "day" else {}
        return {
            "column": name,
            "over": over or "row number",
            "count": count,
            "slope": _plain(slope),
            "slope_unit": f"{name} per {unit}",
            **per_year,
            "intercept": _plain(intercept),
            "r_squared": _plain(r2),
            "first": {"at": first[0], "value": _plain(first[1])},
            "last": {"at": last[0], "value": _plain(last[1])},
            "change": _plain(change),
            "change_percent": _plain(change / abs(first[1]) * 100) if first[1] else None,
        }

    def _trend_axis(self, over: str) -> tuple[str, str]:
        if self._is_numeric(over):
            return _quote(over), over
        if self._columns[over].startswith(("DATE", "TIMESTAMP")):
            return f"epoch({_quote(over)}) / 86400.0", "day"
        raise ToolError(
            f"column {over!r} holds {self._columns[over]}: a trend runs over numbers or dates",
            hint="use operation query to make one, or leave over out to run over the rows",
        )

    def _query(self, wanted: TableStatisticsParams) -> dict[str, Any]:
        sql = wanted.sql.strip()
        if not sql:
            raise ToolError("operation query wants sql", hint='for example "SELECT count(*) FROM data"')
        statements = self._connection.extract_statements(sql)
        if len(statements) != 1:
            raise ToolError(f"sql must be one statement, not {len(statements)}")
        if statements[0].type != self._engine.StatementType.SELECT:
            raise ToolError("sql must be a SELECT over the table data; nothing else is allowed")
        _check_tree(self._parse_tree(statements[0].query))
        return self._table_of(statements[0].query.strip().rstrip(";"), wanted.limit)

    def _parse_tree(self, sql: str) -> dict[str, Any]:
        tree: dict[str, Any] = json.loads(self._rows("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", [sql])[0][0])
        if tree.get("error"):
            raise ToolError("sql must be a plain SELECT over the table data", hint=str(tree.get("error_message", "")))
        return tree

    # The engine.

    def _table_of(self, sql: str, limit: int) -> dict[str, Any]:
        """The first rows of a query as objects, and whether there are more."""
        inner = f"FROM ({sql}\n)"  # a line of its own: the query may end in a comment
        columns = [(name, kind) for name, kind, *_ in self._rows(f"DESCRIBE SELECT * {inner}")][:_MAX_COLUMNS]
        # Turning time zones into Python values would need one package more.
        zoned = [_quote(name) for name, kind in columns if "WITH TIME ZONE" in kind]
        casts = f" REPLACE ({', '.join(f'{name}::VARCHAR AS {name}' for name in zoned)})" if zoned else ""
        rows = self._rows(f"SELECT *{casts} {inner} LIMIT {limit + 1}")
        names = [name for name, _ in columns]
        return {
            "table": [dict(zip(names, map(_plain, row), strict=False)) for row in rows[:limit]],
            "is_cut": len(rows) > limit,
        }

    def _execute(self, sql: str, values: Sequence[object] = ()) -> Any:
        if self._is_stopped.is_set():
            raise ToolError("the table was closed while it was read", tool="table_statistics", retryable=True)
        return self._connection.execute(sql, list(values))

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._execute(sql, values).fetchall()
        return rows

    def _one(self, sql: str) -> Any:
        return self._rows(sql)[0][0]

    # Columns.

    def _column(self, name: str) -> str:
        """The column of that name, whatever its capitals."""
        if name in self._columns:
            return name
        same = [known for known in self._columns if known.casefold() == name.strip().casefold()]
        if len(same) == 1:
            return same[0]
        near = get_close_matches(name, self._columns, n=3, cutoff=0.5)
        return self._fail_column(f"there is no column {name!r}", near)

    def _numeric_column(self, name: str) -> str:
        if not name:
            self._fail_column("this operation wants a column")
        found = self._column(name)
        if not self._is_numeric(found):
            raise ToolError(f"column {found!r} holds {self._columns[found]}, not numbers")
        return found

    def _fail_column(self, message: str, near: Sequence[str] = ()) -> NoReturn:
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"there are {', '.join(self._columns)}"
        raise ToolError(message, tool="table_statistics", hint=hint)

    def _is_numeric(self, name: str) -> bool:
        kind = self._columns[name]
        return kind.startswith(_NUMERIC) and not kind.endswith("]")

    def _readable(self, name: str) -> str:
        """The column under its own name, as text where it is nested or Python needs a package more to hold it."""
        kind = self._columns[name]
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "JSON", "UNION")) or "WITH TIME ZONE" in kind:
            return f"{_quote(name)}::VARCHAR AS {_quote(name)}"
        return _quote(name)


def _import_engine() -> Any:
    try:
        return importlib.import_module("duckdb")
    except ImportError as error:
        raise ToolError(
            "statistics over tables need DuckDB, which is not installed",
            tool="table_statistics",
            hint="pip install 'moe-core[tables]'",
        ) from error


def _word_result(result: Mapping[str, Any]) -> str:
    """The figures in one line, for readers and for agents that quote."""
    parts: list[str] = []
    for column in result.get("columns", ()):
        if isinstance(column, Mapping) and "mean" in column:
            figures = (f"{key} {_shorten(column[key])}" for key in ("mean", "median", "min", "max") if key in column)
            parts.append(f"{column['name']}: {', '.join(figures)}")
    rows = [row for row in result.get("table", ())[:_WORDED_ROWS] if isinstance(row, Mapping)]
    parts += [", ".join(f"{key} {_shorten(value)}" for key, value in row.items()) for row in rows]
    keys = ("correlation", "slope", "intercept", "r_squared")
    parts += [f"{key.replace('_', ' ')} {_shorten(result[key])}" for key in keys if key in result]
    return f"{result['file']}, {result['rows']} rows: {'; '.join(parts) or 'no numeric column'}."


def _shorten(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _find_file(library: Library | None, wanted: TableStatisticsParams) -> Path:
    """The one file that may be read: a document of the run, or without documents one in the current folder."""
    if wanted.document and wanted.path:
        raise ToolError("give document or path, not both")
    name = wanted.document or wanted.path
    file = _find_in_library(library, name) if library is not None else _find_in_folder(wanted.path, wanted.document)
    if file.suffix.lower() not in _SUFFIXES:
        raise ToolError(f"{file.name} is no table", hint=f"tables end in {', '.join(_SUFFIXES)}")
    return file


def _find_in_library(library: Library, name: str) -> Path:
    # A file of many documents, such as a corpus, counts once.
    sources: dict[str, str] = {}
    for item in library.documents():
        if Path(item.source).suffix.lower() in _SUFFIXES:
            sources.setdefault(item.source, item.document_id)
    if not name:
        found = list(sources)
    else:
        exact = [item.source for item in library.documents() if name in (item.document_id, item.source)]
        exact += [source for source in sources if _is_same_path(source, name)]
        folded = name.casefold()
        ends = [source for source, key in sources.items() if f"/{key}".casefold().endswith(folded)]
        ends += [source for source in sources if source.casefold().endswith(folded)]
        inside = [source for source, key in sources.items() if folded in key.casefold()]
        found = list(dict.fromkeys(exact or ends or inside))
    if len(found) != 1:
        raise _explain_choice(name, sources, found)
    file = Path(found[0])
    if not file.is_file():
        raise ToolError(f"the file of document {name or sources[found[0]]!r} is not there any more")
    return file


def _explain_choice(name: str, sources: dict[str, str], found: Sequence[str]) -> ToolError:
    ids = [sources[source] for source in (found or sources) if source in sources]
    if not sources:
        return ToolError("the documents hold no table", hint="give a CSV, TSV, JSON or JSONL file with --docs PATH")
    some = ", ".join(map(repr, ids[:5])) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
    if not name:
        return ToolError("several tables are there: say which", hint=f"there are {some}")
    if found:
        return ToolError(f"{name!r} fits {len(found)} tables", hint=f"there are {some}")
    near = get_close_matches(name, ids, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"there are {some}"
    return ToolError(f"no table among the documents is named {name!r}", hint=hint)


def _is_same_path(source: str, name: str) -> bool:
    try:
        return Path(source).resolve() == Path(name).resolve()
    except (OSError, ValueError):
        return False


def _find_in_folder(path: str, document: str) -> Path:
    if document or not path:
        raise ToolError("there are no documents", hint="give some with --docs PATH, or a path below the current folder")
    folder = Path.cwd().resolve()
    try:
        file = (folder / path).resolve()
        is_file = file.is_file()
    except (OSError, ValueError) as error:
        raise ToolError("the path is malformed") from error
    if not file.is_relative_to(folder):
        raise ToolError(
            f"{path!r} lies outside the current folder", hint="give the file as a document with --docs PATH"
        )
    if not is_file:
        raise ToolError(f"there is no file {path!r}")
    return file


def _read_text(file: Path, max_bytes: int) -> str:
    try:
        with open_regular(file) as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise ToolError(f"{file.name} cannot be read: {error.strerror}") from error
    if len(data) > max_bytes:
        raise ToolError(
            f"{file.name} is longer than {max_bytes:,} bytes",
            hint="raise settings.max_bytes of table_statistics in config/tools.yaml",
        )
    if not data.strip():
        raise ToolError(f"{file.name} is empty")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = resolve_name("charset_normalizer:from_bytes")(data[:1_000_000]).best()
        encoding = guess.encoding if guess else "latin-1"
        return data.decode(encoding, errors="replace").removeprefix("\ufeff")


def _check_tree(tree: Any) -> None:
    """Refuse every table but `data`, and every function that looks beyond it.

    Raises:
        ToolError: What is refused, by name.
    """
    names = {"data"} | _find_common_tables(tree)
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
            continue
        if not isinstance(node, dict):
            continue
        stack.extend(node.values())
        if node.get("type") == "BASE_TABLE":
            is_qualified = node.get("schema_name") or node.get("catalog_name")
            if is_qualified or str(node.get("table_name", "")).casefold() not in names:
                raise ToolError(f"sql may read the table data only, not {node.get('table_name')!r}")
        if node.get("type") == "TABLE_FUNCTION":
            function = str((node.get("function") or {}).get("function_name", "")).casefold()
            if function not in _ALLOWED_TABLE_FUNCTIONS:
                raise ToolError(f"sql may read the table data only, not {function}(...)")
        if str(node.get("function_name", "")).casefold() in _REFUSED_FUNCTIONS:
            raise ToolError(f"sql may not call {node['function_name']}")


def _find_common_tables(tree: Any) -> set[str]:
    """Names that WITH gives to parts of the query."""
    names: set[str] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            for entry in (node.get("cte_map") or {}).get("map", ()):
                names.add(str(entry.get("key", "")).casefold())
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return names


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _MAX_CELL_CHARS else text[: _MAX_CELL_CHARS - 1] + "…"


def _plain(value: Any) -> Any:
    """A value of the engine as JSON can carry it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 63 else float(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value[:1000]]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return _cut(value.hex() if isinstance(value, bytes | bytearray) else str(value))


if __name__ == "__main__":
    serve_parent(_answer_parent)
