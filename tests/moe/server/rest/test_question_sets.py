"""Question sets over HTTP."""

import json

from served_project import QUESTION

SETS = "/api/v1/question-sets"


def test_a_runs_question_is_added_to_a_set_once(client, served):
    run = client.post("/run", json=QUESTION).json()
    place, wish = f"{SETS}/from-http/questions", {"run_id": run["run_id"], "answer": "Ada Brook", "citations": [1]}
    added = client.post(place, json=wish)
    assert (added.status_code, added.json()["questions"]) == (201, 1)
    line = json.loads((served.folder / added.json()["path"]).read_text(encoding="utf-8"))
    assert line == {
        "id": run["run_id"],
        "question": QUESTION["question"],
        "answer": "Ada Brook",
        "gold": ["docs/mill.md"],
    }
    assert added.json() in client.get(SETS).json()["sets"]
    again = client.post(place, json=wish)
    assert (again.status_code, again.json()["code"]) == (409, "request")


def test_what_is_no_set_and_no_citation_is_refused(client):
    run = client.post("/run", json=QUESTION).json()
    for name, body, code in (
        ("..x", {"run_id": run["run_id"]}, "invalid_request"),
        ("x", {"run_id": run["run_id"], "citations": [99]}, "request"),
        ("x", {}, "invalid_request"),
        ("x", {"run_id": "nobody"}, "name_unknown"),
    ):
        assert client.post(f"{SETS}/{name}/questions", json=body).json()["code"] == code
    assert "x" not in [one["name"] for one in client.get(SETS).json()["sets"]]
