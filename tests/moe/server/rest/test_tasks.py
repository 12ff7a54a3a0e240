"""Tasks by type over HTTP."""

from served_project import QUESTION

CONTENT = {"query": QUESTION["question"], "docs": QUESTION["docs"]}


def test_a_task_is_a_run_of_its_type(client):
    task = {"task_type": "research", "content": {**CONTENT, "depth": "quick", "include": ["documents"]}}
    done = client.post("/api/v1/tasks?wait=60", json=task)
    assert (done.status_code, done.json()["route"]["route"]) == (200, "research")
    assert "Ada Brook" in done.json()["answer"]
    assert {tool for one in done.json()["chain"]["drummers"] for tool in one["tools"]} == {
        *("document_search", "document_outline", "table_answer")
    }
    begun = client.post("/api/v1/tasks", json=task, headers={"idempotency-key": "task-1"})
    assert begun.status_code == 202
    again = client.post("/api/v1/tasks?wait=60", json=task, headers={"idempotency-key": "task-1"})
    assert begun.headers["location"].endswith(again.json()["run_id"])


def test_what_does_not_fit_a_type_is_told_with_its_place(client):
    wrong = {"task_type": "research", "content": {"query": "", "dept": "quick", "include": ["news", "x"]}}
    told = client.post("/api/v1/tasks", json=wrong)
    assert told.status_code == 422
    assert {one["pointer"]: one["detail"] for one in told.json()["errors"]} == {
        "/content/query": "must have at least 1 characters",
        "/content/include/1": "must be 'academic', 'news', 'analysis' or 'documents'",
        "/content/dept": "is no field; did you mean depth?",
    }
    kind = client.post("/api/v1/tasks", json={"task_type": "reserch", "content": {}}).json()
    assert kind["errors"][0]["pointer"] == "/task_type"
    outside = {"task_type": "research", "content": {**CONTENT, "docs": ["/etc"]}}
    assert client.post("/api/v1/tasks", json=outside).json()["code"] == "docs_outside"
