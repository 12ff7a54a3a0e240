"""What needs a person, over HTTP."""

import json

from served_project import QUESTION

ATTENTION = "/api/v1/attention"


def test_a_run_that_failed_needs_somebody_and_one_that_is_done_does_not(client, served):
    (served.folder / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    failed = client.post("/run", json={**QUESTION, "docs": ["torn.pdf"]}).json()["run_id"]
    done = client.post("/run", json=QUESTION).json()["run_id"]
    told = client.get(ATTENTION).json()
    assert failed in [run["run_id"] for run in told["runs"]]
    assert done not in [run["run_id"] for run in told["runs"]]
    assert {run["status"] for run in told["runs"]} <= {"failed", "interrupted", "queued", "waiting"}
    assert client.get(f"{ATTENTION}?since=99999999999").json()["runs"] == []
    assert client.get(f"{ATTENTION}?since=soon").json()["code"] == "invalid_request"


def test_a_persona_that_the_thresholds_would_move_is_told_to_the_admin_only(keyed):
    folder = keyed.folder / ".moe" / "personas"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "performance.json"
    kept.write_text(json.dumps({"sceptic": {"weight": 12.0, "total": 11.9, "since_move": 12}}), encoding="utf-8")
    try:
        with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.chief}"}) as chief:
            (move,) = chief.get(ATTENTION).json()["moves"]
            assert (move["persona"], move["before"] != move["after"]) == ("sceptic", True)
            assert move["numbers"]["observations"] == 12
        with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
            told = ann.get(ATTENTION).json()
            assert (told["moves"], told["remarks"]) == ([], [])
    finally:
        kept.unlink()
