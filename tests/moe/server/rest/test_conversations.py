"""Conversations over HTTP."""

import pytest

from served_project import QUESTION, SLOW

CONVERSATIONS = "/api/v1/conversations"


def ask(client, name, question="And when?"):
    return client.post("/run", json={**QUESTION, "question": question, "conversation_id": name}).json()


@pytest.fixture
def two(client):
    for name in ("first talk", "second/talk"):
        for question in ("Who restored the tidal mill?", "And when?"):
            ask(client, name, question)


@pytest.mark.usefixtures("two")
def test_conversations_are_listed_page_by_page_the_last_one_first(client):
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(CONVERSATIONS, params={"limit": 1, "cursor": cursor}).json()
        found += page["conversations"]
        cursor = page["next"]
    names = [one["conversation_id"] for one in found]
    assert names[:2] == ["second/talk", "first talk"]
    assert len(names) == len(set(names))
    assert (found[0]["turns"] >= 2, found[0]["question"]) == (True, "Who restored the tidal mill?")


@pytest.mark.usefixtures("two")
def test_one_is_shown_with_its_turns_and_deleted_with_its_runs(client):
    shown = client.get(f"{CONVERSATIONS}/second/talk").json()
    turns = shown["turns"]
    assert (turns[0]["question"], "Ada Brook" in turns[0]["answer"]) == ("Who restored the tidal mill?", True)
    assert "tidal mill" in turns[1]["asked_as"]
    assert client.delete(f"{CONVERSATIONS}/second/talk").status_code == 204
    gone = client.get(f"{CONVERSATIONS}/second/talk")
    assert (gone.status_code, gone.json()["code"]) == (404, "name_unknown")
    assert client.get(f"/api/v1/runs/{turns[0]['run_id']}").status_code == 404


def test_one_that_goes_on_is_not_deleted(client):
    run = client.post("/api/v1/runs", json={**SLOW, "conversation_id": "slow talk"}).json()["run_id"]
    with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
        next(line for line in stream.iter_lines() if line.startswith("event: tool.called"))
    refused = client.delete(f"{CONVERSATIONS}/slow talk")
    assert (refused.status_code, refused.json()["code"]) == (409, "request")
    client.post(f"/api/v1/runs/{run}/cancel")


def test_a_key_sees_its_own_conversations_only(keyed):
    ann, bob = (
        keyed.open_client(headers={"authorization": f"Bearer {key}"}) for key in (keyed.keys.ann, keyed.keys.bob)
    )
    with ann, bob:
        name = ask(ann, "anns talk", QUESTION["question"])["conversation_id"]
        assert name in [one["conversation_id"] for one in ann.get(CONVERSATIONS).json()["conversations"]]
        assert len(ann.get(f"{CONVERSATIONS}/anns talk").json()["turns"]) == 1
        assert "anns talk" not in bob.get(CONVERSATIONS).text
        for method in ("GET", "DELETE"):
            for told in ("anns talk", name):
                assert bob.request(method, f"{CONVERSATIONS}/{told}").status_code == 404
        assert len(ann.get(f"{CONVERSATIONS}/{name}").json()["turns"]) == 1


@pytest.mark.parametrize("cursor", ["x", "1@", "@a", "1e9@a", "9" * 400])
def test_an_odd_cursor_is_the_first_page_or_told(client, cursor):
    assert client.get(CONVERSATIONS, params={"cursor": cursor}).status_code in (200, 422)
