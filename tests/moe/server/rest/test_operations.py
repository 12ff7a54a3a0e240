"""What runs the server, over HTTP."""

import json

import pytest

from served_project import ServedProject

CHIEFS = ("doctor", "plugins", "workers", "config", "keys")


def test_the_doctor_finds_over_http_what_the_command_finds(client, served):
    told = client.get("/api/v1/doctor").json()
    printed = json.loads(served.run("doctor", "--json").stdout)
    assert told["ok"] == printed["ok"]
    assert [(one["topic"], one["name"]) for one in told["findings"]] == [
        (one["topic"], one["name"]) for one in printed["findings"]
    ]
    assert [agent["name"] for agent in told["agents"]] == [agent["name"] for agent in printed["agents"]]
    measured = client.post("/api/v1/doctor").json()
    assert measured["ok"] == printed["ok"]


def test_plugins_are_listed_with_what_is_wrong(tmp_path):
    project = ServedProject(tmp_path, "broken")
    (project.folder / "plugins" / "tools" / "broken.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    project.start("--workers", "1")
    try:
        with project.open_client() as client:
            told = client.get("/api/v1/plugins").json()
            (broken,) = (one for one in told["plugins"] if "broken" in one["plugin"])
            assert broken["state"] == "failed"
            (problem,) = (one for one in told["problems"] if "broken" in one["plugin"])
            assert "nowhere_at_all" in problem["message"]
            slow = next(one for one in told["plugins"] if one["plugin"].endswith("slow.py"))
            assert slow["brings"]["tool"]
            findings = client.get("/api/v1/doctor").json()["findings"]
            assert ("plugins", "wrong") in [(one["topic"], one["state"]) for one in findings]
    finally:
        project.stop()


def test_workers_and_the_pool_are_told(client):
    told = client.get("/api/v1/workers").json()
    assert (told["pool"]["ready"] >= 1, told["pool"]["queued"], told["workers"]) == (True, 0, [])
    refused = client.post("/api/v1/workers/nobody/drain")
    assert (refused.status_code, refused.json()["code"]) == (404, "name_unknown")


def test_settings_are_told_with_who_set_them_and_without_secrets(tmp_path):
    project = ServedProject(tmp_path, "secretive")
    (project.folder / "config" / "providers.yaml").write_text(
        'providers:\n  vllm: {base_url: "http://ann:very-secret@127.0.0.1:1/v1"}\n', encoding="utf-8"
    )
    project.start("--workers", "1")
    try:
        with project.open_client() as client:
            answer = client.get("/api/v1/config")
            settings = {one["name"]: one for one in answer.json()["settings"]}
            assert settings["system.provider"]["value"] == "extractive"
            assert settings["system.provider"]["place"] == "config/system.yaml:1"
            assert settings["providers.providers.vllm.base_url"]["value"] == "http://********@127.0.0.1:1/v1"
            assert "very-secret" not in answer.text
    finally:
        project.stop()


@pytest.mark.parametrize("path", CHIEFS)
def test_it_is_for_the_admin_only(keyed, path):
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        assert ann.get(f"/api/v1/{path}").json()["code"] == "scope"
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.chief}"}) as chief:
        assert chief.get(f"/api/v1/{path}").status_code == 200
