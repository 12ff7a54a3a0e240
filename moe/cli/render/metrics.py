"""What the calls of runs come to, as tables."""

from collections.abc import Mapping

from moe.cli.render.screen import Screen, Table, Toned
from moe.contracts.metrics import CallMetrics, RunMetrics
from moe_core.text.amounts import count, format_seconds


def show_metrics(screen: Screen, metrics: RunMetrics) -> None:
    """Print a line about all, then a table by provider, and one by who asked."""
    summary, runs = metrics.summary, metrics.runs
    told = [count(runs.total, "run"), count(summary.total_requests, "request")]
    if summary.json_validity_rate is not None:
        told.append(f"{_share(summary.json_validity_rate)} of JSON valid")
    if summary.avg_retry_rate is not None:
        told.append(f"{_share(summary.avg_retry_rate)} retries")
    screen.line(Toned(", ".join(told), "strong"))
    if runs.good or runs.bad:
        unrated = runs.total - runs.good - runs.bad
        screen.line(f"rated: {runs.good} good, {runs.bad} bad, {unrated} not rated")
    for heading, rows in (("provider", metrics.providers), ("asked by", metrics.personas)):
        if rows:
            screen.line()
            screen.table(_make_table(heading, rows))
    if not metrics.providers:
        screen.line("no model was asked")


def _make_table(heading: str, rows: Mapping[str, CallMetrics]) -> Table:
    return Table(
        columns=(heading, "requests", "retries", "cached", "failures", "JSON valid", "tokens/reply", "time/reply"),
        rows=[
            (
                name or "-",
                str(one.requests),
                str(one.retries or ""),
                str(one.cached or ""),
                Toned(str(one.failures or ""), "bad"),
                _share(one.json_validity_rate),
                "" if one.avg_tokens is None else f"{one.avg_tokens:,.0f}",
                "" if one.avg_seconds is None else format_seconds(one.avg_seconds),
            )
            for name, one in rows.items()
        ],
    )


def _share(rate: float | None) -> str:
    return "" if rate is None else f"{100 * rate:.1f} %"
