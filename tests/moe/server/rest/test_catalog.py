"""What there is to work with, over HTTP."""

import pytest

from served_project import QUESTION


def test_agents_are_those_of_the_modelfiles(client):
    agents = client.get("/api/v1/agents").json()["agents"]
    assert {agent["role"] for agent in agents} >= {"camina", "belter", "drummer"}
    drummers = client.get("/api/v1/agents?role=drummer").json()["agents"]
    assert "sluggish" in [agent["name"] for agent in drummers]
    assert {agent["role"] for agent in drummers} == {"drummer"}
    assert client.get("/api/v1/agents?role=drumer").json()["code"] == "invalid_request"


def test_personas_stand_in_their_tiers(client):
    personas = client.get("/personas").json()["personas"]
    assert personas == client.get("/api/v1/personas").json()["personas"]
    tiers = {persona["tier"] for persona in personas}
    for tier in tiers:
        assert {one["tier"] for one in client.get(f"/personas?tier={tier}").json()["personas"]} == {tier}
    assert tiers


def test_tools_have_schemas_and_effects(client):
    tools = {tool["name"]: tool for tool in client.get("/api/v1/tools").json()["tools"]}
    assert "expression" in tools["calculator"]["parameters"]["properties"]
    assert tools["calculator"]["effects"] == []
    assert "net" in tools["web_search"]["effects"]


def test_a_route_says_why(client):
    route = client.post("/api/v1/route", json={"question": "Who restored the mill?", "has_documents": True}).json()
    assert (route["route"], bool(route["why"])) == ("knowledge", True)


def test_metrics_are_the_admins(client, keyed):
    assert "runs" in client.get("/api/v1/metrics").json()
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        assert ann.get("/api/v1/metrics").json()["code"] == "scope"


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("calculater", {}, 404, "name_unknown"),
        ("calculator", {"params": {"expresion": "1"}}, 422, "tool_params"),
        ("calculator", {"params": {"expression": "1 / 0"}}, 422, "tool_declined"),
        ("document_search", {"params": {"query": "a"}}, 422, "tool_declined"),
        ("calculator", {"param": {}}, 422, "invalid_request"),
        ("document_search", {"params": {"query": "a"}, "docs": ["/etc"]}, 403, "docs_outside"),
    ],
)
def test_what_a_tool_cannot_do_is_told(client, name, body, status, code):
    told = client.post(f"/api/v1/tools/{name}/run", json=body)
    assert (told.status_code, told.json()["code"]) == (status, code), told.text


def test_a_tool_is_called_by_its_name_with_a_scope_of_its_own(client, keyed):
    call = {"params": {"expression": "6 * 7"}}
    assert "42" in client.post("/api/v1/tools/calculator/run", json=call).text
    full = next(tool["full_id"] for tool in client.get("/api/v1/tools").json()["tools"] if tool["name"] == "calculator")
    assert "42" in client.post(f"/api/v1/tools/{full}/run", json=call).text
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        assert ann.post("/api/v1/tools/calculator/run", json=call).json()["code"] == "scope"


def test_metrics_come_as_a_series_whose_spans_lead_to_their_runs(client, keyed):
    run = client.post("/run", json=QUESTION).json()["run_id"]
    series = client.get("/api/v1/metrics/series?buckets=3").json()
    assert len(series["buckets"]) == 3
    last = series["buckets"][-1]
    assert last["runs"] >= 1
    assert last["layers"]
    listed = client.get("/api/v1/runs", params={"since": last["start"], "until": last["end"]}).json()["runs"]
    assert run in [one["run_id"] for one in listed]
    for wrong in ("buckets=0", "buckets=501", "since=5&until=5", "since=nan", "until=inf", "since=-1"):
        told = client.get(f"/api/v1/metrics/series?{wrong}")
        assert (told.status_code, told.json()["code"]) == (422, "invalid_request"), wrong
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        assert ann.get("/api/v1/metrics/series").json()["code"] == "scope"
