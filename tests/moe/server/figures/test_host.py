"""How the record and the disk stand, in Prometheus' text format."""

from pathlib import Path

from moe.app import App
from moe.server.figures.host import tell_host


def read(app: App) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in tell_host(app) if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_a_record_that_cannot_be_read_says_so_and_the_rest_is_told(tmp_path: Path) -> None:
    told = read(App.open(tmp_path))
    assert told["moe_record_up"] == 1
    assert told["moe_fleet_runs_waiting"] == 0
    assert {told[f'moe_fleet_workers{{state="{state}"}}'] for state in ("live", "draining", "dead", "lost")} == {0}
    assert 0 < told["moe_disk_free_bytes"] <= told["moe_disk_bytes"]
    away = read(App.open(tmp_path, overrides={"system.database": "postgresql://127.0.0.1:1/moe"}))
    assert away["moe_record_up"] == 0
    assert "moe_fleet_runs_waiting" not in away
    assert away["moe_disk_bytes"] > 0
