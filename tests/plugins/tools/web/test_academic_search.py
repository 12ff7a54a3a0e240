import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import ToolError

pytestmark = pytest.mark.anyio
TOOL = "web/academic_search"
KEYS = {"title", "authors", "year", "doi", "url", "abstract", "source"}
ARXIV = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
  <link href="http://arxiv.org/api/query?search_query=all:screw" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query=all:screw</title>
  <id>http://arxiv.org/api/made-up</id>
  <opensearch:totalResults>2</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/2401.00001v2</id>
    <published>2024-01-02T10:00:00Z</published>
    <title>Screw turbines in
      tidal creeks</title>
    <summary>  We measure a screw
 turbine &lt; 50 kW. </summary>
    <author><name>Mairi Tennick</name><arxiv:affiliation>Pell Mill</arxiv:affiliation></author>
    <author><name>Jo Machar</name></author>
    <arxiv:doi>10.1234/SCREW.1</arxiv:doi>
    <link href="http://arxiv.org/abs/2401.00001v2" rel="alternate" type="text/html"/>
    <arxiv:primary_category term="physics.flu-dyn"/>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/1901.00002v1</id>
    <published>2019-01-02T10:00:00Z</published>
    <title>An older note</title>
    <summary>Old.</summary>
    <author><name>A. Rask</name></author>
  </entry>
</feed>"""
ARXIV_ERROR = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>
<id>http://arxiv.org/api/errors#incorrect_id_format</id><title>Error</title><summary>incorrect query</summary>
</entry></feed>"""
OPENALEX = {
    "meta": {"count": 2},
    "results": [
        {
            "id": "https://openalex.org/W1",
            "doi": "https://doi.org/10.1234/screw.1",
            "display_name": "Screw turbines in tidal creeks",
            "publication_year": 2024,
            "authorships": [{"author": {"display_name": "Mairi Tennick"}}],
            "primary_location": {"landing_page_url": "https://journal.example/1"},
            "abstract_inverted_index": {"We": [0], "measure": [1]},
        },
        {
            "id": "https://openalex.org/W2",
            "doi": None,
            "display_name": "Eels and screws",
            "publication_year": 2021,
            "authorships": [{"author": {"display_name": "S. Kilbane"}}, {"author": None}],
            "primary_location": None,
            "abstract_inverted_index": {"Eels": [0, 3], "pass": [1], "unharmed.": [2]},
        },
    ],
}
CROSSREF = {
    "status": "ok",
    "message": {
        "items": [
            {
                "DOI": "10.5678/Mill",
                "title": ["Mills <i>and</i> tides &amp; more"],
                "author": [{"given": "Ada", "family": "Lacombe"}, {"name": "Mill Trust"}],
                "issued": {"date-parts": [[2020, 5]]},
                "abstract": "<jats:title>Abstract</jats:title><jats:p>How mills turn.</jats:p>",
                "URL": "https://doi.org/10.5678/mill",
            },
            {"DOI": "10.5678/nodate", "title": [], "issued": {"date-parts": [[None]]}},
        ]
    },
}


@pytest.fixture
def services(server) -> dict:
    """Settings that lead to a local server speaking all three formats."""
    server.routes["/arxiv"] = (200, {"Content-Type": "application/atom+xml"}, ARXIV)
    server.routes["/openalex"] = (200, {"Content-Type": "application/json"}, json.dumps(OPENALEX).encode())
    server.routes["/crossref"] = (200, {"Content-Type": "application/json"}, json.dumps(CROSSREF).encode())
    return {name: f"{server.url}/{name}" for name in ("arxiv", "openalex", "crossref")}


async def test_arxiv_entries_are_read(run_tool, services) -> None:
    result = await run_tool(TOOL, {"query": "screw turbine", "source": "arxiv"}, settings=services)
    assert result["results"][0] == {
        "title": "Screw turbines in tidal creeks",
        "authors": ["Mairi Tennick", "Jo Machar"],
        "year": 2024,
        "doi": "10.1234/screw.1",
        "url": "http://arxiv.org/abs/2401.00001v2",
        "abstract": "We measure a screw turbine < 50 kW.",
        "source": "arxiv",
    }


async def test_openalex_works_are_read(run_tool, services) -> None:
    result = await run_tool(TOOL, {"query": "screw", "source": "openalex"}, settings=services)
    assert result["results"][1] == {
        "title": "Eels and screws",
        "authors": ["S. Kilbane"],
        "year": 2021,
        "doi": None,
        "url": "https://openalex.org/W2",
        "abstract": "Eels pass unharmed. Eels",
        "source": "openalex",
    }


async def test_crossref_works_are_read(run_tool, services) -> None:
    result = await run_tool(TOOL, {"query": "mills", "source": "crossref"}, settings=services)
    assert result["results"] == [
        {
            "title": "Mills and tides & more",
            "authors": ["Ada Lacombe", "Mill Trust"],
            "year": 2020,
            "doi": "10.5678/mill",
            "url": "https://doi.org/10.5678/mill",
            "abstract": "How mills turn.",
            "source": "crossref",
        }
    ]


async def test_all_sources_take_turns_and_a_work_stands_once(run_tool, services) -> None:
    result = await run_tool(TOOL, {"query": "screw"}, settings=services)
    titles = [(work["source"], work["title"]) for work in result["results"]]
    assert titles == [
        ("arxiv", "Screw turbines in tidal creeks"),
        ("crossref", "Mills and tides & more"),
        ("arxiv", "An older note"),
        ("openalex", "Eels and screws"),
    ]
    assert all(set(work) == KEYS for work in result["results"])
    assert result["failed"] == []


async def test_each_service_is_asked_in_its_own_words(run_tool, services, server, monkeypatch) -> None:
    monkeypatch.setenv("TEST_OPENALEX_KEY", "k123")
    settings = {**services, "contact": "me@example.org", "openalex_api_key_env": "TEST_OPENALEX_KEY"}
    params = {"query": 'what is the "screw" turbine?', "limit": 7, "year_from": 2020}
    result = await run_tool(TOOL, params, settings=settings)
    asked = {urlsplit(seen["path"]).path: parse_qs(urlsplit(seen["path"]).query) for seen in server.seen}
    assert asked["/arxiv"]["search_query"] == [
        "all:screw AND all:turbine AND submittedDate:[202001010000 TO 220012312359]"
    ]
    assert asked["/arxiv"]["max_results"] == ["7"]
    assert asked["/openalex"] == {
        "search": [params["query"]],
        "per-page": ["7"],
        "filter": ["from_publication_date:2020-01-01"],
        "mailto": ["me@example.org"],
        "api_key": ["k123"],
    }
    assert asked["/crossref"]["filter"] == ["from-pub-date:2020-01-01"]
    assert asked["/crossref"]["rows"] == ["7"]
    assert "mailto:me@example.org" in server.seen[0]["headers"]["user-agent"]
    assert "An older note" not in [work["title"] for work in result["results"]]


async def test_a_service_that_fails_is_named_beside_the_others_results(run_tool, services, server) -> None:
    server.routes["/openalex"] = (503, {}, b"")
    server.routes["/crossref"] = (200, {}, b"<html>")
    result = await run_tool(TOOL, {"query": "screw"}, settings=services)
    assert {work["source"] for work in result["results"]} == {"arxiv"}
    assert [(item["source"], item["retryable"]) for item in result["failed"]] == [
        ("openalex", True),
        ("crossref", False),
    ]


async def test_when_all_fail_the_error_names_each(run_tool, services, server) -> None:
    for name in ("arxiv", "openalex", "crossref"):
        server.routes[f"/{name}"] = (429, {}, b"")
    with pytest.raises(ToolError, match=r"arxiv.*crossref.*openalex") as caught:
        await run_tool(TOOL, {"query": "screw"}, settings=services)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("body", "message", "is_retryable"),
    [
        (ARXIV_ERROR, "refuses the query: incorrect query", False),
        (b"Rate exceeded.", "fewer requests", True),
        (b"<html><body>no feed</body></html>", "Atom feed", False),
        (b"", "Atom feed", False),
        (
            b'<!DOCTYPE f [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>',
            "Atom feed",
            False,
        ),
    ],
)
async def test_arxivs_ways_to_fail_are_told_apart(run_tool, services, server, body, message, is_retryable) -> None:
    server.routes["/arxiv"] = (200, {}, body)
    with pytest.raises(ToolError, match=message) as caught:
        await run_tool(TOOL, {"query": "x", "source": "arxiv"}, settings=services)
    assert caught.value.retryable is is_retryable


@pytest.mark.parametrize("source", ["openalex", "crossref"])
@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"results": 1}', b'{"message": {"items": {}}}', b'{"message": 1}', b"\xff"]
)
async def test_an_answer_of_another_kind_is_one_clear_error(run_tool, services, server, source, body) -> None:
    server.routes[f"/{source}"] = (200, {}, body)
    with pytest.raises(ToolError, match="did not answer"):
        await run_tool(TOOL, {"query": "x", "source": source}, settings=services)


async def test_items_full_of_nonsense_leave_the_shape_whole(run_tool, services, server) -> None:
    odd = [
        None,
        3,
        {},
        {"display_name": 5, "authorships": "x", "publication_year": "soon", "doi": 7, "id": "javascript:x"},
    ]
    server.routes["/openalex"] = (200, {}, json.dumps({"results": odd}).encode())
    result = await run_tool(TOOL, {"query": "x", "source": "openalex"}, settings=services)
    assert result["results"] == [
        {"title": "5", "authors": [], "year": None, "doi": "7", "url": None, "abstract": None, "source": "openalex"}
    ]


async def test_a_service_that_drips_does_not_hold_up_the_others(run_tool, services, server) -> None:
    server.routes["/crossref"] = server.drip
    result = await run_tool(TOOL, {"query": "screw"}, settings={**services, "timeout_seconds": 0.5})
    assert [item["source"] for item in result["failed"]] == ["crossref"]
    assert result["results"]


@given(words=st.lists(st.sampled_from(["a", "b", "c", "the", "mill."]), max_size=30))
def test_an_abstract_is_rebuilt_from_its_places(load_tool_module, words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert load_tool_module(TOOL).rebuild_abstract(index) == " ".join(words)
