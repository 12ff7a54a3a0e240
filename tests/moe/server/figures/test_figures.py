"""Counts in Prometheus' text format."""

import re

from moe.server.figures.figures import Gauges, ServerFigures
from moe.server.pool.messages import ModelShare

GAUGES = Gauges(queued=1, running=2, streams=3, workers=4)


def read(text):
    """The samples, and the names that have a type."""
    lines = text.splitlines()
    assert text.endswith("\n")
    samples = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return samples, [line.split()[2] for line in lines if line.startswith("# TYPE ")]


def test_each_sample_is_of_a_family_that_is_told():
    figures = ServerFigures()
    figures.count_request("GET", "/run", 200, 0.01)
    share = ModelShare(provider='a"b\\', role="camina", calls=1, tokens_read=7, seconds=0.5)
    figures.runs.count_run("done", (share,), 3.0)
    samples, families = read(figures.write(GAUGES))
    for name in samples:
        family = re.sub(r"_(bucket|sum|count)(?=[{ ]|$)", "", name.split("{")[0])
        assert family in families, name
    assert samples['moe_requests_total{method="GET",path="/run",status="200"}'] == "1"
    assert samples['moe_runs_total{status="done"}'] == "1"
    assert samples['moe_model_tokens_total{provider="a\\"b\\\\",role="camina",kind="read"}'] == "7"
    assert [samples[f"moe_{name}"] for name in ("runs_queued", "runs_going_on", "streams_open", "workers_ready")] == [
        *("1", "2", "3", "4")
    ]


def test_no_label_grows_with_use():
    figures = ServerFigures()
    for number in range(1000):
        figures.count_request(f"ODD{number}", None, 404, 0.001)
    assert len(figures.requests) == 1


def test_buckets_add_up():
    figures = ServerFigures()
    for seconds in (0.001, 0.004, 0.05, 100.0):
        figures.count_request("GET", "/", 200, seconds)
    samples, _ = read(figures.write(GAUGES))
    counts = [int(value) for name, value in samples.items() if "moe_request_seconds_bucket" in name]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1], samples["moe_request_seconds_count"]) == (2, 4, "4")


def test_shares_of_a_layer_are_summed():
    figures = ServerFigures()
    for _ in range(3):
        share = ModelShare(provider="a", role="drummer", calls=2, invalid=1, seconds=1.0, cost=0.5, retries=1)
        figures.runs.count_run("done", (share,), 1.0)
    samples, _ = read(figures.write(GAUGES))
    assert samples['moe_model_calls_total{provider="a",role="drummer"}'] == "6"
    assert samples['moe_model_invalid_total{provider="a",role="drummer"}'] == "3"
    assert samples['moe_model_retries_total{provider="a",role="drummer"}'] == "3"
    assert samples['moe_model_cost_total{provider="a",role="drummer"}'] == "1.5"
    assert samples["moe_run_seconds_count"] == "3"
