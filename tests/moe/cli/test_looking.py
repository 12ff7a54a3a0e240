"""The commands that look and change nothing: route, chain, models, personas, agents, config, modelfile, runs."""

import json
from pathlib import Path

import pytest

from moe_core.loading.locations import find_bundled_root

QUESTION = "Who restored the tidal mill?"


def test_a_route_is_told_and_nothing_is_run(moe, project: Path) -> None:
    data = json.loads(moe("route", QUESTION, "--json").stdout)
    assert set(data) == {"route", "scores", "why", "runner_up"}
    assert isinstance(data["scores"], dict)
    shown = moe("route", QUESTION).stdout
    assert shown.startswith(data["route"])
    assert data["why"] in shown
    assert not (project / ".moe").exists()


def test_a_chain_is_shown_as_a_tree_from_camina_to_the_tools(moe, project: Path) -> None:
    result = moe("chain", "show", QUESTION, "--docs", "docs", "--belter", "research")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert "camina camina" in lines
    assert "  belter research" in lines
    assert "    drummer search" in lines
    assert any(line.startswith("      tools ") and "document_search" in line for line in lines)
    assert "  model mistral-small:22b by parrot" in lines
    data = json.loads(moe("chain", "show", QUESTION, "--docs", "docs", "--belter", "research", "--json").stdout)
    assert data["route"]["route"] == "research"
    assert data["chain"]["camina"]["served"]["provider"] == "parrot"
    assert not (project / ".moe").exists()


def test_models_tell_who_serves_every_agent_and_how_the_providers_are(moe, project: Path) -> None:
    (project / "config" / "models.yaml").write_text("small: {base: 'polly:1b', provider: parrot}\n", encoding="utf-8")
    shown = moe("models", "list")
    assert shown.exit_code == 0
    assert any("camina" in line and "parrot" in line for line in shown.stdout.splitlines())
    assert any(line.startswith("parrot") and "well" in line and "awake" in line for line in shown.stdout.splitlines())
    data = json.loads(moe("models", "list", "--json").stdout)
    parrot = next(provider for provider in data["providers"] if provider["name"] == "parrot")
    assert parrot["ok"] is True
    assert parrot["models"] == ["polly:1b"]
    assert data["configured"][0]["name"] == "small"
    assert {agent["role"] for agent in data["agents"]} == {"camina", "belter", "drummer", "observer"}


def test_a_provider_that_breaks_is_unwell_and_the_list_goes_on(moe, project: Path) -> None:
    text = (project / "plugins/models/parrot.py").read_text(encoding="utf-8")
    broken = text.replace("class Parrot", "class Crow").replace('name = "parrot"', 'name = "crow"')
    broken = broken.replace('return Health(ok=True, detail="awake")', "raise OSError('no nest')")
    (project / "plugins/models/crow.py").write_text(broken, encoding="utf-8")
    result = moe("models", "list")
    assert result.exit_code == 0
    assert any("crow" in line and "unwell" in line and "no nest" in line for line in result.stdout.splitlines())


@pytest.mark.parametrize("name", ["parrot", "mistral:7b"])
def test_a_model_or_provider_is_shown_with_its_users(moe, name: str) -> None:
    data = json.loads(moe("models", "show", name, "--json").stdout)
    assert data["agents"]
    assert "search" in moe("models", "show", "parrot").stdout


def test_an_unknown_model_is_answered_with_the_nearest(moe) -> None:
    result = moe("models", "show", "parot")
    assert result.exit_code == 2
    assert "did you mean 'parrot'" in result.stderr


def test_personas_are_listed_and_shown(moe) -> None:
    personas = json.loads(moe("personas", "list", "--json").stdout)
    assert personas
    assert personas[0]["name"] in moe("personas", "list").stdout
    assert json.loads(moe("personas", "show", personas[0]["name"], "--json").stdout) == {**personas[0], "learned": {}}
    assert f"breadth {personas[0]['traits']['breadth']}" in moe("personas", "show", personas[0]["name"]).stdout
    assert moe("personas", "show", "nobody-like-this").exit_code == 2


def test_agents_are_listed_by_role(moe) -> None:
    data = json.loads(moe("agents", "list", "--role", "belter", "--json").stdout)
    assert {agent["name"] for agent in data} >= {"research", "property", "document", "knowledge", "analysis"}
    assert {agent["role"] for agent in data} == {"belter"}
    assert "research" in moe("agents", "list").stdout


def test_a_modelfile_dropped_into_the_project_is_a_belter_that_can_be_asked(moe, project: Path) -> None:
    (project / "modelfiles" / "belters").mkdir(parents=True)
    (project / "modelfiles" / "belters" / "tides.moe").write_text(
        'FROM polly:1b\nROLE belter\nDESCRIPTION Knows the tides\nCAPABILITY tides\nSYSTEM """Tides."""\n',
        encoding="utf-8",
    )
    data = json.loads(moe("run", "When is high tide?", "--docs", "docs", "--belter", "tides", "--json").stdout)
    assert data["route"]["route"] == "tides"
    assert data["status"] == "done"


def test_config_show_lists_settings_in_the_order_of_their_files(moe) -> None:
    shown = list(json.loads(moe("config", "show", "--json").stdout))
    sections = list(dict.fromkeys(key.partition(".")[0] for key in shown))
    assert sections == [
        "system",
        "index",
        "thresholds",
        "models",
        "tools",
        "plugins",
        "providers",
        "structured_prompts",
        "experts",
        "server",
    ]
    text = (find_bundled_root() / "config" / "system.yaml").read_text(encoding="utf-8")
    written = [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert list(dict.fromkeys(key.split(".")[1] for key in shown if key.startswith("system."))) == written


def test_settings_are_shown_with_who_set_them(moe, project: Path) -> None:
    result = moe("--set", "system.seed=7", "config", "show", "system", env={"MOE_SYSTEM__MAX_PARALLEL": "3"})
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert lines["system.provider"].split()[1:3] == ["parrot", "project"]
    assert "config/system.yaml:1" in lines["system.provider"]
    assert lines["system.seed"].split()[1:3] == ["7", "flag"]
    assert lines["system.max_parallel"].split()[1:3] == ["3", "environment"]
    assert "bundled" in lines["system.deadline_seconds"]
    data = json.loads(moe("config", "show", "system.provider", "--json").stdout)
    assert data == {
        "system.provider": {"value": "parrot", "layer": "project", "place": data["system.provider"]["place"]}
    }


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("seed: [1\nrecord: true\n", 2, "close each bracket"),
        ("seed: many\n", 1, "by default it is 0"),
        ("sed: 1\n", 1, "did you mean 'seed'?"),
    ],
)
def test_a_file_that_is_wrong_is_told_and_the_others_are_shown_all_the_same(
    moe, project: Path, text: str, line: int, remedy: str
) -> None:
    config = project / "config"
    (config / "index.yaml").write_text("refresh_max_megabytes: 3\n", encoding="utf-8")
    (config / "system.yaml").write_text(text, encoding="utf-8")
    (config / "providers.yaml").write_text("order: many\n", encoding="utf-8")
    shown = moe("config", "show", "--json")
    assert shown.exit_code == 2
    settings = json.loads(shown.stdout)
    assert (settings["system.seed"]["layer"], settings["index.refresh_max_megabytes"]["value"]) == ("bundled", 3)
    assert f"error: {config / 'system.yaml'}:{line}: " in shown.stderr
    assert f"  hint: {remedy}" in shown.stderr
    assert f"error: {config / 'providers.yaml'}:1: providers.order must be a list" in shown.stderr
    places = moe("config", "path", "--json")
    assert (places.exit_code, str(config / "index.yaml") in json.loads(places.stdout)["files"]) == (2, True)
    assert moe("--set", "system.seed=x", "config", "show").stdout == ""  # nobody's file


def test_an_unknown_setting_is_answered_with_the_nearest(moe) -> None:
    result = moe("config", "show", "system.provder")
    assert result.exit_code == 2
    assert "did you mean 'system.provider'" in result.stderr


def test_config_path_names_the_folders_and_files(moe, project: Path) -> None:
    data = json.loads(moe("config", "path", "--json").stdout)
    assert data["project"] == str(project)
    assert str(project / "config" / "system.yaml") in data["files"]
    assert str(project) in moe("config", "path").stdout


def test_modelfiles_are_checked_and_all_wrong_ones_are_shown_with_a_caret(moe, project: Path) -> None:
    folder = project / "agents"
    folder.mkdir()
    (folder / "good.moe").write_text("FROM polly:1b\nROLE drummer\n", encoding="utf-8")
    (folder / "bad.moe").write_text("FROM polly:1b\nROEL drummer\n", encoding="utf-8")
    (folder / "worse.moe").write_text("FROM polly:1b\nROLE dancer\n", encoding="utf-8")
    result = moe("modelfile", "check", "agents")
    assert result.exit_code == 1
    assert "bad.moe:2:1: MOE0" in result.stderr
    assert "worse.moe:2:6: MOE0" in result.stderr
    assert result.stderr.count("^") == 2
    assert "ok     agents/good.moe" in result.stdout
    data = {item["path"]: item for item in json.loads(moe("modelfile", "check", "agents", "--json").stdout)}
    assert data["agents/good.moe"] == {"path": "agents/good.moe", "ok": True, "errors": [], "warnings": []}
    assert data["agents/bad.moe"]["errors"][0]["line"] == 2
    assert moe("modelfile", "check", "agents/good.moe").exit_code == 0


def test_a_modelfile_that_is_missing_or_a_folder_without_any_is_told(moe) -> None:
    result = moe("modelfile", "check", "nothing.moe")
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr
    assert moe("modelfile", "check", "docs").exit_code == 2


def test_a_modelfile_is_shown_as_the_agent_it_declares(moe, project: Path) -> None:
    (project / "a.moe").write_text(
        'FROM polly:1b\nROLE drummer\nNAME helper\nPARAMETER temperature 0.5\nRESPONSE_FORMAT { result: "string" }\n'
        "TOOL calculator\nFALLBACK { provider: parrot }\n",
        encoding="utf-8",
    )
    shown = moe("modelfile", "show", "a.moe").stdout
    for words in ("drummer helper", "base: polly:1b", "temperature 0.5", "result (string)", "tools: calculator"):
        assert words in shown
    data = json.loads(moe("modelfile", "show", "a.moe", "--json").stdout)
    assert data["name"] == "helper"
    assert data["parameters"] == {"temperature": 0.5}
    (project / "b.moe").write_text("ROLE drummer\n", encoding="utf-8")
    wrong = moe("modelfile", "show", "b.moe")
    assert wrong.exit_code == 1
    assert "MOE001" in wrong.stderr


def test_runs_are_listed_newest_first_and_shown_by_a_beginning_of_their_id(moe) -> None:
    assert "no run is recorded" in moe("runs", "list").stdout
    first = json.loads(moe("run", "Who restored the mill?", "--docs", "docs", "--json").stdout)["run_id"]
    second = json.loads(moe("run", "When does the ferry leave?", "--docs", "docs", "--json").stdout)["run_id"]
    listed = json.loads(moe("runs", "list", "--json").stdout)
    assert {run["run_id"] for run in listed} == {first, second}
    assert json.loads(moe("runs", "list", "--limit", "1", "--json").stdout)[0]["run_id"] == listed[0]["run_id"]
    assert "Who restored the mill?" in moe("runs", "list").stdout
    shown = moe("runs", "show", first[:-3]).stdout
    assert shown.startswith("Who restored the mill?\n")
    for words in ("run.started", "route.chosen", "task.started", "tool.called", "run.finished", "Sources", "Ada Brook"):
        assert words in shown
    data = json.loads(moe("runs", "show", first, "--json").stdout)
    assert data["status"] == "done"
    assert data["result"]["run_id"] == first
    assert data["events"][0]["kind"] == "run.started"


def test_the_newest_run_can_be_shown_without_its_id(moe) -> None:
    moe("run", "Who restored the mill?", "--docs", "docs")
    assert moe("runs", "show", "last").stdout.startswith("Who restored the mill?\n")


def test_an_unknown_run_is_told(moe) -> None:
    result = moe("runs", "show", "last")
    assert result.exit_code == 2
    assert "no run is recorded here yet" in result.stderr


def test_a_run_is_not_recorded_when_the_setting_says_so(moe, project: Path) -> None:
    assert moe("--set", "system.record=false", "run", QUESTION, "--docs", "docs").exit_code == 0
    assert not (project / ".moe").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed_for_each_shell(spawn, shell: str) -> None:
    done = spawn("completion", shell)
    assert done.returncode == 0
    assert "_MOE_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("line", "expected"),
    [("moe mod", "models"), ("moe tools run calc", "calculator"), ("moe run --belter res", "research")],
)
def test_the_shell_is_given_commands_and_names(spawn, line: str, expected: str) -> None:
    words = line.split()
    done = spawn(env={"_MOE_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)})
    assert f"plain,{expected}" in done.stdout.splitlines()


def test_a_provider_without_a_language_model_is_never_shown_as_running_one(moe, project: Path) -> None:
    (project / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")
    shown = moe("chain", "show", QUESTION, "--docs", "docs").stdout
    assert "  served by extractive in place of mistral-small:22b, no language model" in shown.splitlines()
    assert " by extractive" not in shown.replace("served by extractive", "")
    listed = moe("models", "list").stdout
    assert any("camina" in line and "extractive, no language model" in line for line in listed.splitlines())
