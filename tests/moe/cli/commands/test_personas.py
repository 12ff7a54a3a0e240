"""`moe personas`: listing, changing, moving, and files of personas."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def lawyer(moe) -> None:
    result = moe(
        "personas", "new", "lawyer", "--like", "auditor", "--trait", "dates=8", "--expertise", "law, contracts"
    )
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "lawyer is created, and stands as experimental\n"


def test_a_new_persona_is_shown_and_can_walk(moe, lawyer) -> None:
    shown = json.loads(moe("personas", "show", "lawyer", "--json").stdout)
    assert (shown["tier"], shown["traits"]["precision"], shown["traits"]["dates"]) == ("experimental", 9, 8)
    assert (shown["expertise"], shown["metadata"]) == (["law", "contracts"], {"parent": "auditor"})
    assert shown["source"]["origin"] == "workspace"
    graph = moe("graph", "show", "Who restored the mill?", "--docs", "docs", "--personas", "lawyer", "--json")
    assert [walk["persona"] for walk in json.loads(graph.stdout)["walks"]] == ["lawyer"]
    assert "lawyer" in moe("personas", "list", "--tier", "experimental").stdout


def test_a_persona_rises_sinks_and_comes_back(moe, lawyer) -> None:
    assert moe("personas", "promote", "lawyer").stdout == "lawyer: experimental -> active\n"
    assert moe("personas", "promote", "lawyer").stdout == "lawyer: active -> stable\n"
    assert "no tier beyond" in moe("personas", "promote", "lawyer").stderr
    assert "pruned is not above" in moe("personas", "promote", "auditor", "--to", "pruned").stderr
    assert (
        moe("personas", "demote", "lawyer", "--to", "pruned", "--reason", "no use").stdout
        == "lawyer: stable -> pruned\n"
    )
    assert "moe personas restore lawyer" in moe("personas", "promote", "lawyer").stderr
    assert "not pruned" in moe("personas", "restore", "auditor").stderr
    assert moe("personas", "restore", "lawyer").stdout == "lawyer: pruned -> experimental\n"
    lines = moe("personas", "history", "lawyer").stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in lines][-2:] == [
        "lawyer moved (stable -> pruned): no use",
        "lawyer moved (pruned -> experimental): by hand",
    ]
    records = json.loads(moe("personas", "history", "--json").stdout)
    assert [one["data"]["after"] for one in records] == ["experimental", "active", "stable", "pruned", "experimental"]


def test_a_bundled_persona_is_edited_beside_itself(moe) -> None:
    assert (
        moe("personas", "edit", "sceptic", "--trait", "depth=7").stdout
        == "sceptic is edited, and stands as experimental\n"
    )
    shown = moe("personas", "show", "sceptic").stdout
    assert "depth 7" in shown
    assert "workspace:sceptic" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "../x"], "$.persona_id"),
        (["new", "auditor"], "there is a persona auditor already"),
        (["new", "x", "--trait", "depth=10", "--cost", "-1"], "at $.activation_cost: -1.0"),
        (["new", "x", "--trait", "depth"], "--trait depth=8"),
        (["new", "x", "--trait", "depth=deep"], "at $.traits.depth"),
        (["new", "x", "--traversal", "lense"], "did you mean 'lens'"),
        (["new", "x", "--like", "auditer"], "did you mean 'auditor'"),
        (["edit", "auditer", "--cost", "1"], "did you mean 'auditor'"),
        (["promote", "auditer"], "did you mean 'auditor'"),
        (["history", "auditer"], "did you mean 'auditor'"),
        (["import", "nothing.json"], "cannot read nothing.json"),
        (["export", "auditer"], "did you mean 'auditor'"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(moe, project: Path, arguments: list[str], words: str) -> None:
    result = moe("personas", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not list(project.glob(".moe/personas/*/*.json"))


def test_personas_go_out_and_come_in_again(moe, project: Path, lawyer) -> None:
    moe("personas", "promote", "lawyer")
    assert moe("personas", "export", "lawyer", "auditor", "-o", "two.json").stdout == "two.json: 2 personas\n"
    written = json.loads((project / "two.json").read_text())
    assert [one["persona_id"] for one in written] == ["lawyer", "auditor"]
    assert moe("personas", "validate", "two.json").stdout == "two.json: 2 personas, no fault\n"
    assert "already" in moe("personas", "import", "two.json").stderr
    written[0]["persona_id"] = "judge"
    (project / "two.json").write_text(json.dumps(written[:1]))
    assert moe("personas", "import", "two.json").stdout == "1 persona: judge\n"
    assert json.loads(moe("personas", "show", "judge", "--json").stdout)["tier"] == "experimental"
    written[0] = {**written[0], "persona_id": "clerk", "activation_cost": 2}
    (project / "two.json").write_text(json.dumps(written[:1]))
    moe("personas", "import", "two.json", "--keep-tiers")
    assert json.loads(moe("personas", "show", "clerk", "--json").stdout)["tier"] == "active"
    (project / "two.json").write_text(json.dumps({**written[0], "activation_cost": 3}))
    assert moe("personas", "import", "two.json", "--replace").exit_code == 0
    assert json.loads(moe("personas", "show", "clerk", "--json").stdout)["activation_cost"] == 3


def test_every_fault_of_a_file_is_listed_and_one_keeps_all_out(moe, project: Path) -> None:
    bad = [
        {"name": "fine"},
        {"name": "steep", "traits": {"depth": 10, "patience": 0}},
        {"name": "odd", "traversal": "lense"},
    ]
    (project / "bad.json").write_text(json.dumps([*bad, {"name": "fine"}, 3]))
    result = moe("personas", "validate", "bad.json")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "bad.json: 5 faults"
    for words in (
        "[1] persona steep: at $.traits.depth",
        "at $.traits.patience",
        "[2] no traversal",
        "[4] a persona",
        "twice",
    ):
        assert words in result.stdout
    assert moe("personas", "import", "bad.json").exit_code == 2
    assert "no persona is active" not in moe("personas", "list", "--tier", "active").stdout
    assert moe("personas", "show", "fine").exit_code == 2
    (project / "bad.json").write_text("[")
    assert "line 1, column 2" in moe("personas", "validate", "bad.json").stderr


def test_recorded_scores_tell_who_would_move_and_move_them_when_asked(moe, project: Path) -> None:
    lines = [{"persona": "auditor", "score": 0.1}] * 20 + [{"persona": "nobody", "score": 1}]
    (project / "scores.jsonl").write_text("\n".join(map(json.dumps, lines)))
    told = moe("personas", "simulate", "scores.jsonl")
    first, second = told.stdout.splitlines()
    assert first.startswith(
        "auditor moved (active -> experimental): its score is below the threshold of demotion (score 0.2"
    )
    assert second.startswith("auditor moved (experimental -> pruned): ")
    assert "nobody" in told.stderr
    assert not (project / ".moe/personas").exists()
    lenient = moe(
        "--set",
        "thresholds.personas.demotion=0.31",
        "--set",
        "thresholds.personas.pruning=0.01",
        "personas",
        "simulate",
        "scores.jsonl",
    )
    assert lenient.stdout.startswith("auditor moved (active -> experimental)")
    assert moe("personas", "simulate", "scores.jsonl", "--apply").exit_code == 0
    (record,) = json.loads(moe("personas", "history", "auditor", "--json").stdout)
    assert (record["data"]["before"], record["data"]["after"], record["data"]["numbers"]["pruning"]) == (
        "active",
        "pruned",
        0.3,
    )
    assert moe("personas", "simulate", "scores.jsonl").stdout == "nobody would move, of 1 persona\n"
    (project / "scores.jsonl").write_text('{"persona": "auditor", "score": 2}')
    assert "scores.jsonl:1 is no score" in moe("personas", "simulate", "scores.jsonl").stderr
    assert (
        "pruning, demotion"
        in moe("--set", "thresholds.personas.pruning=0.9", "personas", "simulate", "scores.jsonl").stderr
    )


def test_who_would_be_woken_is_told_with_the_reason(moe, project: Path) -> None:
    lines = [
        {"persona": "arbiter", "score": 1, "kind": "when"},
        {"persona": "pathfinder", "score": 0, "kind": "when"},
    ] * 80
    (project / "scores.jsonl").write_text("\n".join(map(json.dumps, lines)))
    question = "When was the mill restored?"
    chosen = json.loads(
        moe("personas", "choose", question, "--budget", "0.6", "--scores", "scores.jsonl", "--json").stdout
    )
    assert "arbiter" in [one["persona"] for one in chosen]
    assert sum(one["cost"] for one in chosen) <= 0.6
    assert {one["kind"] for one in chosen} == {"when"}
    told = moe("personas", "choose", question, "--experts", "1").stdout
    assert "from 0 scores at 'when', expertise 0.00" in told
    assert moe("personas", "choose", question, "--experts", "1").stdout == told
    assert moe("personas", "choose", question, "--budget", "0").stdout == "nobody can be woken at a cost of 0\n"
    assert "cannot read nothing" in moe("personas", "choose", question, "--scores", "nothing").stderr
