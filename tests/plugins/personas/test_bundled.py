"""The personas that come with moe: each walks in a way of its own. People, places and prices are made up."""

import json

import pytest

from moe.configuration import Config
from moe.contracts.search import SearchNames
from moe.knowledge.library import make_library
from moe.knowledge.search_setup import build_search_setup
from moe_core import Document
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.loading.persona_forms import read_persona, write_persona

TEXTS = {
    "Ferry of Bremholm": "The ferry of Bremholm is the boat that Orla Finch built. It sails to Tern Rock.",
    "Orla Finch": "Orla Finch of Wexmouth learned with Jory Pell and Nell Ash, and later sold the yard to Ida Vane.",
    "Ferry fares": "Ferry fares: adults 4.50, children 2.25, dogs 1.10, bicycles 3.00, groups of 12 pay 40.",
    "Ferry timetable": "ferry | Monday | Friday\nout | 7:10 | 8:40\nback | 9:30 | 10:20",
    "Ferry history": "The ferry first sailed on 3 May 1871, was rebuilt in June 1902 and again in March 1948.",
    "Ferry rules 2015": "Rules of the ferry from 2015: passengers wait on the pier.",
    "Ferry rules 2023": "Rules of the ferry from 2023: passengers wait in the hall.",
    "Ferry letters": "The ferry does not sail in fog. However, the notice was wrong, corrected and later withdrawn.",
    "What a ferry is": "A ferry is a boat that crosses water on a fixed way; the word means carrying.",
    "Tern Rock": "Tern Rock is an island. Ida Vane keeps the light there, and Jory Pell the store.",
    "Jory Pell": "Jory Pell taught boat building in Wexmouth, and wrote of Sorrel Light.",
    "Sorrel Light": "Sorrel Light stands above Wexmouth; its lamp came by the ferry of Bremholm.",
    "Ida Vane": "Ida Vane bought a yard, a barge and two nets.",
    "Pier": "The pier was tarred, and passengers of the ferry complained of it to Nell Ash.",
    "Gulls": "Gulls follow every boat.",
}
QUESTION = "What about the ferry of Bremholm and its passengers?"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    nowhere = tmp_path_factory.mktemp("no-plugins")
    places = Locations(bundled=find_bundled_root(), user=nowhere, project=nowhere)
    return build_registry(Config(), places, with_distributions=False)


@pytest.fixture(scope="module")
def walks(registry):
    """By persona, the ratings of what it reached and the order of it."""
    documents = [
        Document(document_id=title, title=title, text=text, source="", is_atomic=True) for title, text in TEXTS.items()
    ]
    found = {}
    for name in registry.personas.names():
        setup = build_search_setup(registry, Config(), SearchNames(walkers=(name,)))
        exploration = make_library(documents, setup=setup).explore(QUESTION)
        (walk,) = exploration.walks
        titles = {node_id: exploration.graph.get_passage(node_id).title for node_id, _ in walk.ranking}
        found[name] = {titles[node_id]: rating for node_id, rating in walk.ranking}
    return found


def test_there_are_twelve_personas_or_more_and_no_two_find_the_same(walks):
    assert len(walks) >= 12
    made_of = {name: tuple((title, round(rating, 3)) for title, rating in walk.items()) for name, walk in walks.items()}
    assert len(set(made_of.values())) == len(made_of)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("genealogist", "Orla Finch"),
        ("accountant", "Ferry fares"),
        ("tabulator", "Ferry timetable"),
        ("chronicler", "Ferry history"),
        ("archivist", "Ferry rules 2023"),
        ("lexicographer", "What a ferry is"),
        ("sceptic", "Ferry letters"),
    ],
)
def test_what_a_persona_looks_for_counts_more_to_it_than_to_a_neutral_eye(walks, registry, name, title):
    others = [walks[other][title] for other in walks if registry.personas.get(other).value.traversal == "lens"]
    assert walks[name][title] == max(others) > min(others)


def test_the_latest_version_comes_before_an_older_one_for_the_archivist_only(walks):
    gaps = {name: walk["Ferry rules 2023"] - walk["Ferry rules 2015"] for name, walk in walks.items()}
    assert gaps["archivist"] > 0.1 > abs(gaps["chronicler"])


def test_every_bundled_persona_comes_back_from_its_stored_form(registry):
    for entry in registry.personas:
        assert read_persona(json.loads(json.dumps(write_persona(entry.value)))) == entry.value


def test_only_the_generalist_walks_when_nobody_is_chosen(registry):
    setup = build_search_setup(registry, Config())
    assert [walker.persona.name for walker in setup.walkers] == ["generalist"]
