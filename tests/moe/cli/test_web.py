"""With documents nothing goes to the web that the user has not asked for, whatever the model chooses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web_server import NAMES, SECRET, WebServer

ASKED = ("run", f"What says {SECRET}?", "--belter", "research", "--provider", "openai", "--mode", "full")
WITH_DOCS = (*ASKED, "--docs", "docs")


@pytest.fixture
def model() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.stop()


@pytest.fixture
def capture(server: Any, project: Path, model: WebServer) -> Any:
    """Where all of the network's tools lead; nothing may come there."""
    reachable = {"allow_private": [server.endpoint]}
    model.api_url = f"{server.url}/?q={SECRET.replace(' ', '+')}"
    services = dict.fromkeys(("arxiv", "openalex", "crossref"), f"{server.url}/works")
    tools = {
        "http_api": {"allow": [server.endpoint]},
        "web_search": {"endpoint": server.url},
        "news": {"feeds": [f"{server.url}/feed"]},
        "academic_search": services,
    }
    settings = {name: {"settings": {**reachable, **own}} for name, own in tools.items()}
    (project / "config" / "tools.yaml").write_text(json.dumps(settings), encoding="utf-8")
    providers = {"providers": {"openai": {"base_url": model.url}}}
    (project / "config" / "providers.yaml").write_text(json.dumps(providers), encoding="utf-8")
    return server


def show_last(moe: Any) -> Any:
    return json.loads(moe("runs", "show", "last", "--json").stdout)


def test_a_model_that_always_chooses_the_web_reaches_nothing(moe: Any, capture: Any, model: WebServer) -> None:
    result = moe(*WITH_DOCS)
    assert result.exit_code == 0, result.stderr
    assert capture.seen == []
    offers = [text for asked in model.questions() for text in asked.body.decode().split("\\n") if text.startswith("- ")]
    assert offers
    assert not [text for text in offers if "web_search:" in text]
    kinds = {event["kind"] for event in show_last(moe)["events"]}
    assert not kinds & {"tool.failed", "model.invalid"}


def test_who_asks_for_the_web_in_words_is_told_that_it_is_off(moe: Any, capture: Any) -> None:
    for mode in ("reader", "quotes"):
        result = moe("run", f"Search the web for {SECRET}", *WITH_DOCS[2:], "--mode", mode)
        assert result.exit_code == 0, result.stderr
        assert capture.seen == []
        refused = {event["data"]["tool"] for event in show_last(moe)["events"] if event["kind"] == "tool.refused"}
        assert refused == {"web_search"}
        assert "web_search is off: it reaches the network, and documents are given; --web turns it on" in result.stderr


def test_an_index_counts_as_documents(moe: Any, capture: Any) -> None:
    assert moe("index", "add", "docs").exit_code == 0
    moe(*ASKED)
    assert capture.seen == []


@pytest.mark.parametrize("way", [("--web",), ("--set", "system.web=true")])
def test_who_asks_for_the_web_gets_it_and_sees_what_left(moe: Any, capture: Any, way: tuple[str, ...]) -> None:
    before, after = (way, ()) if way[0] == "--set" else ((), way)
    moe(*before, *WITH_DOCS, *after)
    assert capture.seen
    departures = {(one["kind"], one["sender"]): one for one in show_last(moe)["departures"]}
    assert {sender for kind, sender in departures if kind == "tool"} == set(NAMES)
    searched = departures["tool", "academic_search"]
    assert (searched["to"], searched["requests"], searched["is_local"]) == (capture.endpoint, 3, True)
    assert searched["size"] > 3 * len(SECRET)
    assert departures["model", "openai"]["size"] > len(SECRET)
    shown = moe("runs", "show", "last").stdout
    assert f"to {capture.endpoint} by academic_search: a tool's requests, 3 requests" in shown
    assert "nothing left this machine" in shown


def test_the_server_that_makes_the_vectors_is_told(moe: Any, capture: Any, model: WebServer) -> None:
    embeddings = ("--set", "system.embeddings=openai:faulty", "--set", "system.retriever=hybrid")
    moe(*embeddings, *WITH_DOCS)
    assert [request for request in model.requests if request.path == "/v1/embeddings"]
    told = [one for one in show_last(moe)["departures"] if one["kind"] == "vectors"]
    assert [(one["to"], one["is_local"]) for one in told] == [(model.url, True)]
    shown = moe("runs", "show", "last").stdout
    assert "by system.embeddings: questions, and passages that had no vectors yet" in " ".join(shown.split())


def test_without_documents_the_web_is_free(moe: Any, capture: Any) -> None:
    moe(*ASKED)
    assert capture.seen


def test_a_belter_that_was_allowed_a_tool_once_may_use_it_and_no_other(moe: Any, capture: Any) -> None:
    assert (
        moe("tools", "allow", "web_search").stdout == "with documents web_search is allowed for knowledge, research\n"
    )
    moe(*WITH_DOCS)
    assert {one["path"].partition("?")[0] for one in capture.seen} == {"/search"}
    assert "allowed with documents for: knowledge, research" in moe("tools", "show", "web_search").stdout
    assert moe("tools", "revoke", "web_search", "--belter", "research").stdout.endswith("for knowledge\n")
    capture.seen.clear()
    moe(*WITH_DOCS)
    assert capture.seen == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("web_serch",), "web_search"),
        (("calculator",), "calculator does not reach the network"),
        (("http_api",), "no Belter's modelfile names http_api"),
        (("web_search", "--belter", "property"), "the modelfile of property does not name web_search"),
        (("web_search", "--belter", "reserch"), "research"),
    ],
)
def test_a_word_for_what_needs_none_is_refused(moe: Any, words: tuple[str, ...], told: str) -> None:
    result = moe("tools", "allow", *words)
    assert result.exit_code == 2
    assert told in result.stderr
