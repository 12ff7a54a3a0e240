"""What dashboards, alerts and the reference call metrics and fields is what the code calls them."""

import json
import re
from pathlib import Path

import pytest
import yaml

from moe.app import App
from moe.running.tracing import names
from moe.server.figures.figures import Gauges, ServerFigures
from moe.server.figures.host import tell_host
from moe.server.figures.worker_figures import WorkerFigures
from moe.server.pool.messages import ModelShare

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference" / "watching.md"
FILES = ("deploy/grafana/moe.json", "deploy/prometheus/alerts.yaml", "deploy/prometheus/alerts_test.yaml")
_SAMPLE = re.compile(r"(moe_\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+")
_SELECTOR = re.compile(r"\b(moe_[a-z_]+?)(?:_bucket|_sum|_count)?\b(?:\{([^}]*)\})?")
_OF_PROMETHEUS = {"job", "instance", "alertname", "alertstate", "severity"}


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """By name, each metric that the code tells, with its labels."""
    app = App.open(tmp_path_factory.mktemp("project"))
    server, share = ServerFigures(), ModelShare(provider="a", role="b", calls=1)
    server.count_request("GET", "/", 200, 0.1)
    server.runs.count_run("done", (share,), 1.0)
    text = server.write(Gauges(queued=0, running=0, streams=0, workers=0), tell_host(app))
    text += "".join(f"{line}\n" for line in WorkerFigures().tell(app))
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            found.setdefault(line.split()[2], set())
        elif match := _SAMPLE.fullmatch(line):
            found[match[1]] |= set(re.findall(r'(\w+)="', match[2] or ""))
    return found


@pytest.mark.parametrize("file", FILES)
def test_each_metric_and_label_that_is_asked_for_is_told(file: str, metrics: dict[str, set[str]]) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace('\\"', '"')
    asked = _SELECTOR.findall(text)
    assert len(asked) > 10
    for name, labels in asked:
        assert name in metrics, f"{file} asks for {name}"
        named = set(re.findall(r"(\w+)=[~\"]", labels))
        assert named <= metrics[name] | _OF_PROMETHEUS, f"{file}: {name} has no {named - metrics[name]}"


def test_the_reference_has_all_metrics_and_labels(metrics: dict[str, set[str]]) -> None:
    section = REFERENCE.read_text(encoding="utf-8").split("## Metrics")[1].split("## Spans")[0]
    told: dict[str, set[str]] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and "`moe_" in cells[1]:
            for name in re.findall(r"`(moe_\w+)`", cells[1]):
                told[name] = set(re.findall(r"`(\w+)`", cells[2]))
    assert told == metrics


def test_the_reference_has_all_attributes_of_spans() -> None:
    section = REFERENCE.read_text(encoding="utf-8").split("## Spans")[1]
    attributes = {value for name, value in vars(names).items() if name.isupper() and "." in value}
    told = set(re.findall(r"`((?:gen_ai|moe)\.[a-z_.]+)`", section))
    assert told == {one for one in attributes if one.startswith(("gen_ai.", "moe."))}
    assert all(f"`{one}`" in section for one in attributes)


def test_each_alert_has_a_moment_when_it_comes_and_a_remedy() -> None:
    rules = yaml.safe_load((ROOT / FILES[1]).read_text(encoding="utf-8"))["groups"][0]["rules"]
    tried = (ROOT / FILES[2]).read_text(encoding="utf-8")
    for rule in rules:
        assert rule["annotations"]["remedy"]
        assert f'alertname="{rule["alert"]}"' in tried, f"nothing tries {rule['alert']}"


def test_elasticsearch_knows_the_fields_of_a_line() -> None:
    template = json.loads((ROOT / "deploy/logs/template.json").read_text(encoding="utf-8"))
    known = set(template["template"]["mappings"]["properties"]["moe"]["properties"])
    section = REFERENCE.read_text(encoding="utf-8").split("## Fields of a line")[1].split("## Metrics")[0]
    told = {name for line in section.splitlines() if line.startswith("| `") for name in _name_fields(line)}
    renamed = {"time", "level", "logger", "message", "trace_id", "exception", "data"}  # by filebeat.yaml
    assert told - renamed == known
    beat = (ROOT / "deploy/logs/filebeat.yaml").read_text(encoding="utf-8")
    assert all(f"moe.{name}" in beat for name in renamed)


def _name_fields(line: str) -> list[str]:
    return re.findall(r"`(\w+)`", line.split("|")[1])
