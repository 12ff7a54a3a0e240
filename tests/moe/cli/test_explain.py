"""`--explain`: how the cited passages were found."""

import json

QUESTION = "Who restored the tidal mill, and what did it cost?"


def ask(moe, *more: str):
    result = moe("run", QUESTION, "--docs", "docs", "--belter", "research", *more)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_each_cited_passage_is_explained_after_the_answer(moe) -> None:
    answer, _, why = ask(moe, "--explain").partition("\nWhy these sources\n")
    assert "The tidal mill was restored by Ada Brook" in answer
    assert why.startswith("[1]")
    assert "docs/mill.md#1" in why
    assert "searched for “" in why
    assert "woke generalist, as feedback knows it best at questions of the kind 'money' (expected of use in " in why
    assert "0 answers rated so far)" in why
    assert "generalist by belief: place 1, rating 1.00; " in why
    assert "1. search finds it (1.00) -> docs/mill.md#1 The mill, has restored" in why.replace("tidal, mill, ", "")
    assert why.count("woke generalist") == 1


def test_json_has_the_explanation_of_every_citation(moe) -> None:
    data = json.loads(ask(moe, "--explain", "--json"))
    numbers = [number for passage in data["explanation"] for number in passage["citations"]]
    assert sorted(numbers) == list(range(1, len(data["citations"]) + 1))
    by_id = {passage["passage_id"]: passage for passage in data["explanation"]}
    walk = by_id["docs/mill.md#1"]["searches"][0]["walks"][0]
    assert (walk["persona"], walk["traversal"]) == ("generalist", "belief")
    assert walk["paths"][0]["steps"][-1]["passage_id"] == "docs/mill.md#1"


def test_nothing_is_explained_that_was_not_asked_for(moe) -> None:
    assert json.loads(ask(moe, "--json"))["explanation"] is None
    events = json.loads(moe("runs", "show", "last", "--json").stdout)["events"]
    assert "documents.explored" not in {event["kind"] for event in events}
    assert "Why these sources" not in moe("runs", "show", "last").stdout


def test_a_recorded_run_still_explains_itself(moe) -> None:
    _, _, why = ask(moe, "--explain").partition("\nWhy these sources\n")
    shown = moe("runs", "show", "last").stdout
    assert shown.endswith(why)
    assert "documents.explored search " in shown
    assert "generalist by belief: " in shown


def test_explaining_changes_no_answer(moe) -> None:
    plain, explained = (json.loads(ask(moe, "--json", *more)) for more in ((), ("--explain",)))
    assert (plain["answer"], plain["citations"]) == (explained["answer"], explained["citations"])


def test_without_walkers_it_says_that_nobody_walked(moe) -> None:
    result = moe("--set", "system.walkers=[]", "run", QUESTION, "--docs", "docs", "--belter", "research", "--explain")
    assert "the retriever's own ranking: nobody walked" in result.stdout


def test_where_words_decide_it_says_so_and_no_graph_is_shown_as_walked(moe, tmp_path) -> None:
    notes = [f"The lamp of house {number} is lit with water at dusk." for number in range(120)]
    notes.append("Rain water is collected behind the greenhouse by Ada Brook.")
    lines = [json.dumps({"id": f"n{number}", "title": "", "text": text}) for number, text in enumerate(notes)]
    (tmp_path / "notes.jsonl").write_text("\n".join(lines), encoding="utf-8")
    question = "Where is rain water collected by Ada Brook?"
    command = ("run", question, "--docs", str(tmp_path / "notes.jsonl"), "--belter", "knowledge", "--explain")
    result = moe(*command)
    assert result.exit_code == 0, result.stderr
    _, _, why = result.stdout.partition("\nWhy these sources\n")
    assert (
        "search by words: nobody walked, as a walk would hardly add to what the question's own words find (chance "
        in why
    )
    assert "woke " not in why
    assert "seed" not in why
    assert "search.decided " in moe("runs", "show", "last").stdout

    def show_graph():
        return moe("graph", "show", json.loads(moe("runs", "show", "last", "--json").stdout)["run_id"])

    shown = show_graph()
    assert shown.exit_code == 2
    assert "kept no graph: nobody walked, as a walk would hardly have added to what words found" in shown.stderr
    assert "generalist by belief" in moe("graph", "show", question, "--docs", str(tmp_path / "notes.jsonl")).stdout
    walked = moe("--set", "experts.words_first=false", *command)
    assert "woke generalist" in walked.stdout
    assert show_graph().exit_code == 0
    for name in ("last", json.loads(moe("runs", "show", "last", "--json").stdout)["run_id"][:-3]):
        assert moe("graph", "show", name).stdout == show_graph().stdout


def test_every_way_to_ask_can_explain(moe) -> None:
    result = moe("drummer", "tidal mill", "--name", "search", "--docs", "docs", "--explain")
    assert "\nWhy these sources\n" in result.stdout


def test_those_that_are_named_walk_and_a_slip_of_the_pen_is_told(moe) -> None:
    shown = ask(moe, "--explain", "--persona", "literalist, auditor")
    assert "woke literalist, as it was asked for" in shown
    assert "auditor by belief" in shown
    assert "generalist" not in shown
    assert "woke " in ask(moe, "--explain", "--experts", "2").partition("woke generalist")[2]
    for name, words in (("auditer", "did you mean 'auditor'"), (" ,", "--persona names nobody")):
        result = moe("run", QUESTION, "--docs", "docs", "--persona", name)
        assert (result.exit_code, words in result.stderr) == (2, True)
