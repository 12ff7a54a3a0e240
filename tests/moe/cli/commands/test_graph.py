"""`moe graph`: show and export."""

import json
from pathlib import Path

import networkx as nx
import pytest

QUESTION = "Who restored the tidal mill?"


def test_a_graph_is_shown_with_terms_seeds_paths_and_ranking(moe, project: Path) -> None:
    result = moe("graph", "show", QUESTION, "--docs", "docs")
    assert result.exit_code == 0, result.stderr
    shown = result.stdout
    assert shown.startswith(f"{QUESTION}\nterms: ")
    assert "1 seed\n" in shown
    assert "generalist by belief  " in shown
    assert "  place 1, rating 1.00: docs/mill.md#1\n    1. search finds it (1.00) -> docs/mill.md#1 The mill" in shown
    assert shown.rstrip().splitlines()[-1].split()[:2] == ["1", "docs/mill.md#1"]
    assert result.stderr == ""
    assert not (project / ".moe").exists()


def test_json_is_the_whole_snapshot(moe) -> None:
    data = json.loads(moe("graph", "show", QUESTION, "--docs", "docs", "--json").stdout)
    assert {"question", "terms", "seeds", "walks", "ranking", "nodes", "edges"} <= set(data)
    assert {node["kind"] for node in data["nodes"]} >= {"question", "passage", "sentence"}
    assert all(isinstance(node["x"], float) and isinstance(node["y"], float) for node in data["nodes"])
    assert nx.node_link_graph(data, edges="edges").number_of_edges() == len(data["edges"])


def test_the_index_is_used_without_docs(moe) -> None:
    moe("index", "add", "docs")
    assert "docs/mill.md#1" in moe("graph", "show", QUESTION).stdout


@pytest.mark.parametrize(("options", "walks"), [(["--personas", "surveyor, auditor"], 2), (["--no-walk"], 0)])
def test_who_walks_can_be_chosen(moe, options: list[str], walks: int) -> None:
    data = json.loads(moe("graph", "show", QUESTION, "--docs", "docs", "--json", *options).stdout)
    assert len(data["walks"]) == walks
    assert data["ranking"][0]["passage_id"] == "docs/mill.md#1"


def test_a_strategy_is_walked_by_a_neutral_persona(moe) -> None:
    data = json.loads(moe("graph", "show", QUESTION, "--docs", "docs", "--json", "--traversal", "keyword").stdout)
    assert [(walk["persona"], walk["traversal"]) for walk in data["walks"]] == [("neutral", "keyword")]


def test_graphml_is_written_to_a_file_that_networkx_reads(moe, project: Path) -> None:
    arguments = ("graph", "export", QUESTION, "--docs", "docs", "--format", "graphml")
    result = moe(*arguments, "--output", "mill.graphml")
    assert result.exit_code == 0, result.stderr
    graph = nx.read_graphml(project / "mill.graphml")
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    assert result.stdout == f"mill.graphml: {nodes} nodes, {edges} edges\n"
    printed = nx.parse_graphml(moe(*arguments).stdout)
    assert (printed.number_of_nodes(), printed.number_of_edges()) == (nodes, edges)


def test_graphml_passes_a_stream_that_carries_ascii_only(spawn, project: Path) -> None:
    (project / "docs" / "mill.md").write_text("# Mühle\n\nDie Mühle steht.\n", encoding="utf-8")
    arguments = ("graph", "export", "Mühle", "--docs", "docs", "--format", "graphml")
    result = spawn(*arguments, env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0, result.stderr
    texts = {data["text"] for _, data in nx.parse_graphml(result.stdout).nodes(data=True)}
    assert "Die Mühle steht." in texts


def test_what_was_written_is_told_as_json(moe, project: Path) -> None:
    arguments = ("graph", "export", QUESTION, "--docs", "docs", "--format", "graphml", "--json")
    told = json.loads(moe(*arguments, "--output", "mill.graphml").stdout)
    assert (told["output"], told["format"]) == ("mill.graphml", "graphml")
    assert told["nodes"] == nx.read_graphml(project / "mill.graphml").number_of_nodes()
    assert moe(*arguments).exit_code == 2


def test_json_is_exported_to_standard_output_or_a_file(moe, project: Path) -> None:
    printed = json.loads(moe("graph", "export", QUESTION, "--docs", "docs").stdout)
    moe("graph", "export", QUESTION, "--docs", "docs", "--output", "mill.json")
    written = json.loads((project / "mill.json").read_text(encoding="utf-8"))
    assert {**printed, "seconds": 0} == {**written, "seconds": 0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", " ", "--docs", "docs"], "error: the question is empty"),
        (["show", QUESTION], "error: there are no documents"),
        (["show", QUESTION, "--docs", "dosc"], "did you mean docs?"),
        (["show", QUESTION, "--docs", "docs", "--personas", "survayor"], "did you mean 'surveyor'?"),
        (["show", QUESTION, "--docs", "docs", "--personas", ","], "--personas names nobody"),
        (["show", QUESTION, "--docs", "docs", "--personas", "auditor", "--no-walk"], "exclude each other"),
        (["export", QUESTION, "--docs", "docs", "--format", "dot"], "invalid value for '--format'"),
        (["export", QUESTION, "--docs", "docs", "--output", "no/such.json"], "no/such.json cannot be written: No such"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_line(moe, arguments: list[str], words: str) -> None:
    result = moe("graph", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr


def test_a_question_that_finds_nothing_is_shown_as_that(moe) -> None:
    result = moe("graph", "show", "zebra", "--docs", "docs")
    assert result.exit_code == 0
    assert "0 seeds" in result.stdout
    assert result.stdout.endswith("ranking\nnothing was found\n")


def test_a_question_is_no_longer_than_one_that_is_answered(moe):
    result = moe("graph", "show", "who " * 6000, "--docs", "docs")
    assert result.exit_code == 2
    assert "the question is longer than 20,000 characters" in result.stderr
