"""Search through the graph, as a run uses it. People and places are made up."""

import json
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from bundled_reading import load_library
from moe.configuration import Config
from moe.contracts.experts import Consultation, ExpertRound
from moe.contracts.search import SearchNames
from moe.knowledge.graph.walking.paths import report_exploration
from moe.knowledge.graph.walking.walk import walk
from moe.knowledge.library import DocumentLibrary, make_library
from moe.knowledge.search import GraphLimits, SearchSetup, Walker
from moe.knowledge.search_setup import build_search_setup
from moe_core import Document, Persona, Traits

ROOT = Path(__file__).parents[3]

TOWER = {
    "Sorrel Light": "Sorrel Light is a tower in Wexmouth. Its lens was the work of Orla Finch.",
    "Orla Finch": "Orla Finch took up her trade at Bremholm.",
    "Lens making": "The lens of a tower is ground by hand. Where glass makers learned the work is told elsewhere.",
    "Towers": "The makers of the towers of the coast learned from each other.",
    "Glass": "A lens maker must learn patience.",
    "Bremholm ferry": "The ferry sails on Mondays.",
}
WHERE = "Where did the maker of the lens of Sorrel Light learn?"


def make_documents(texts: dict[str, str], *, is_titled: bool = True) -> list[Document]:
    return [
        Document(document_id=f"d{number}", title=title if is_titled else "", text=text, source="", is_atomic=True)
        for number, (title, text) in enumerate(texts.items())
    ]


@pytest.fixture(scope="session")
def default(bundled) -> SearchSetup:
    """What `moe run` uses when nothing is configured."""
    return build_search_setup(bundled, Config())


def found(library: DocumentLibrary, question: str, k: int = 5) -> list[str]:
    return [hit.passage.passage_id for hit in library.search(question, k=k)]


def test_a_passage_without_a_word_of_the_question_is_found_over_a_name(default, setup):
    library = make_library(make_documents(TOWER), setup=default)
    assert found(library, WHERE, 2) == ["d0", "d1"]
    assert "d1" not in found(make_library(make_documents(TOWER), setup=setup), WHERE, 10)


def test_the_same_without_titles_since_the_text_names_its_subject(default):
    library = make_library(make_documents(TOWER, is_titled=False), setup=default)
    assert {"d0", "d1"} <= set(found(library, WHERE, 3))


def test_the_way_to_a_passage_is_told(default):
    exploration = make_library(make_documents(TOWER), setup=default).explore(WHERE)
    (walked,) = exploration.walks
    step = walked.steps["passage:1"]
    assert (step.hop, step.edge.source, step.edge.kind) == (2, "passage:0", "mentions")
    assert step.edge.attributes["via"] == "orla finch"
    assert walked.steps["passage:0"].hop == 1
    assert exploration.hits[0].passage.title == "Sorrel Light"
    assert exploration.seconds > 0


def test_hits_have_scores_in_order_and_come_once(default):
    hits = make_library(make_documents(TOWER), setup=default).search(WHERE, k=10)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({hit.passage.passage_id for hit in hits}) == len(hits)


def test_fewer_hits_are_the_beginning_of_more(default):
    library = make_library(make_documents(TOWER), setup=default)
    everything = found(library, WHERE, 100)
    assert [found(library, WHERE, k) for k in range(-1, 4)] == [[], [], *(everything[:k] for k in (1, 2, 3))]
    assert [hit.passage.passage_id for hit in library.explore(WHERE).hits] == everything


def test_without_walkers_the_retriever_decides(setup):
    library = make_library(make_documents(TOWER), setup=setup)
    assert found(library, "ferry on Mondays") == ["d5"]
    assert library.explore("ferry on Mondays").walks == ()


@pytest.mark.parametrize("question", ["", "the of and", "zeppelin", "\x00", "\U0001f600", "?" * 10_000])
def test_a_question_without_content_finds_nothing(default, question):
    assert found(make_library(make_documents(TOWER), setup=default), question) == []


def test_an_empty_library_finds_nothing(default):
    library = make_library([], setup=default)
    assert found(library, WHERE) == []
    assert library.explore(WHERE).walks[0].ranking == ()


def test_a_search_that_is_cut_still_answers(default):
    for limits in (GraphLimits(max_nodes=2), GraphLimits(seconds=0), GraphLimits(max_visits=0)):
        library = make_library(make_documents(TOWER), setup=replace(default, limits=limits))
        assert found(library, WHERE)[0] == "d0"
        assert library.explore(WHERE).is_cut == (limits.max_visits > 0)


NAMES = ("Orla Finch", "Ida Vane", "Jory Pell", "Sorrel Light", "Brass Gull", "Tern Rock", "Nell Ash", "Wick Lane")


def invent(seed: int, count: int = 40) -> tuple[list[Document], str]:
    """Documents that write each other's names, and a question."""
    rng = random.Random(seed)
    documents = []
    for number in range(count):
        one, two, three = rng.sample(NAMES, 3)
        verb, year = rng.choice(["built", "met", "sold"]), rng.randint(1850, 1870)
        text = f"{one} {verb} the lamp with {two} in {year}. {three} left."
        title = rng.choice(["", one, f"{one} ({number})"])
        documents.append(Document(document_id=f"d{number}", title=title, text=text, source="", is_atomic=True))
    return documents, f"Who met the friend of {rng.choice(NAMES)} in {rng.randint(1850, 1870)}?"


@pytest.mark.parametrize("seed", range(4))
def test_every_walk_is_the_same_alone_and_after_all_others(bundled, retriever, seed):
    documents, question = invent(seed)
    personas = [
        Persona(name="wide", traits=Traits(breadth=9, depth=2)),
        Persona(name="neutral"),
        Persona(name="deep", traits=Traits(breadth=1, depth=9)),
    ]
    walkers = tuple(
        Walker(persona=persona, strategy=entry.value) for persona in personas for entry in bundled.traversals
    )
    setup = SearchSetup(retriever=retriever, walkers=walkers)
    together = make_library(documents, setup=setup).explore(question)
    turned = make_library(documents, setup=replace(setup, walkers=walkers[::-1])).explore(question)
    assert together.walks == turned.walks[::-1]
    for walker, walked in zip(walkers, together.walks, strict=True):
        alone = make_library(documents, setup=replace(setup, walkers=(walker,))).explore(question)
        assert alone.walks == (walked,)
        graph = alone.graph.graph
        assert walk(graph, question, walker.strategy, walker.persona, max_visits=100) == walked


def test_what_was_asked_before_does_not_change_an_answer(default):
    documents, _ = invent(9)
    asked = make_library(documents, setup=default)
    questions = [f"Who met {name}?" for name in NAMES]
    for question in questions:
        asked.search(question, k=5)
    for question in questions:
        fresh = make_library(documents, setup=default)
        assert asked.search(question, k=20) == fresh.search(question, k=20)


def test_several_walks_become_one_ranking(bundled):
    personas = ["generalist", "pathfinder", "surveyor"]
    setup = build_search_setup(bundled, Config(), SearchNames(walkers=personas))
    exploration = make_library(make_documents(TOWER), setup=setup).explore(WHERE)
    assert [walked.persona.name for walked in exploration.walks] == personas
    assert [hit.passage.passage_id for hit in exploration.hits[:2]] == ["d0", "d1"]


class GoesOn:
    """Lets one expert walk, and walk on from there."""

    words_shift = 0.0

    def consult(self, question, walk, wish):
        walk("generalist")
        further = walk("generalist", "Lamp 5")
        added = (further.node_ids[0], 0.7)
        rounds = (
            ExpertRound(persona="generalist", question="Lamp 5", supported=(added,)),
            ExpertRound(persona="generalist", question="of nothing", failure="it broke"),
        )
        return Consultation(choices=(), scores=(), lead="generalist", rounds=rounds)


def test_what_a_further_round_adds_stands_behind_the_first_five_and_has_a_graph_of_its_own(bundled):
    texts = {**TOWER, **{f"Lamp {number}": "The lens of a tower is a lens." for number in range(6)}}
    setup = build_search_setup(bundled, Config(), guide=GoesOn())
    exploration = make_library(make_documents(texts), setup=setup).explore(WHERE, k=8)
    alone = make_library(make_documents(texts), setup=build_search_setup(bundled, Config())).explore(WHERE, k=8)
    ids = [[hit.passage.passage_id for hit in one.hits] for one in (exploration, alone)]
    assert "d11" not in ids[1]
    assert ids[0][:6] == [*ids[1][:5], "d11"]
    (further,) = exploration.further
    assert [hit.passage.passage_id for hit in further.hits] == ["d11"]
    (report,) = report_exploration(further).walks
    assert [(path.passage_id, path.steps[0].kind) for path in report.paths] == [("d11", "named")]
    assert report_exploration(further).query == "Lamp 5"


def test_long_documents_are_found_by_the_passage_that_answers(default):
    filler = "The harbour was quiet that week and nothing was written down. " * 30
    parts = [filler, "The bell of Tern Rock cracked in the frost. " + filler, filler]
    document = Document(document_id="log.txt", title="Log", text="\n\n".join(parts), source="log.txt")
    library = make_library([document], setup=default)
    (best, *_) = library.search("When did the bell of Tern Rock crack?", k=3)
    assert "cracked in the frost" in best.passage.text
    assert len(library.passages) > 2


@pytest.fixture(scope="module")
def harbour(default, setup) -> dict[str, list[set[str]]]:
    """By who searches, the documents among the first five passages of every question; and its gold."""
    questions = [
        json.loads(line) for line in (ROOT / "examples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = [question for question in questions if question["gold"]]
    folder = ROOT / "examples" / "harbour"
    results = {"gold": [set(question["gold"]) for question in asked]}
    for name, who in (("default", default), ("lexical", setup)):
        library = load_library([str(folder)], setup=who).library
        results[name] = [
            {hit.passage.document_id.split("harbour/", 1)[-1] for hit in library.search(question["question"], k=5)}
            for question in asked
        ]
    return results


def measure_recall(harbour: dict[str, list[set[str]]], name: str) -> float:
    pairs = list(zip(harbour["gold"], harbour[name], strict=True))
    return sum(len(gold & documents) / len(gold) for gold, documents in pairs) / len(pairs)


def test_most_of_the_evidence_in_the_example_documents_is_found(harbour):
    assert measure_recall(harbour, "lexical") > 0.7
    assert measure_recall(harbour, "default") > 0.58


def test_on_long_documents_and_questions_without_names_it_is_hardly_worse_than_plain_words(harbour):
    assert measure_recall(harbour, "default") >= measure_recall(harbour, "lexical") - 0.02


LANGUAGES = {
    "de": (
        {
            "Mühle von Elmstadt": "Die Mühle von Elmstadt mahlt seit 1870 Hafer und Gerste.",
            "Konrad Ebel": "Konrad Ebel war ein Müller. Er reparierte das Wasserrad.",
            "Leuchtturm Sandhorn": "Der Leuchtturm Sandhorn steht auf einer Düne und blinkt zweimal.",
            "Fähre": "Die Fähre nach Sandhorn fährt nur montags.",
            "Hafenmeister": "Der Hafenmeister zählt die Boote am Abend.",
            "Glockenturm": "Die Glocke im Glockenturm zersprang im Frost.",
            "Fischmarkt": "Auf dem Fischmarkt verkauft man Aale und Krabben.",
            "Brücke": "Die hölzerne Brücke wurde durch Stahl ersetzt.",
        },
        {"Wann zersprang die Glocke?": 5, "Wer reparierte das Wasserrad der Mühle?": 1, "Wo kauft man Aale?": 6},
    ),
    "es": (
        {
            "Faro de Niebla": "El Faro de Niebla es una torre blanca construida en 1880.",
            "Inés Robledo": "Inés Robledo fue una ingeniera que diseñó lentes.",
            "Molino": "El molino de la ribera muele avena.",
            "Puente": "El puente de madera se hundió durante la tormenta.",
            "Mercado": "En el mercado venden anguilas y cangrejos.",
            "Campana": "La campana de la iglesia se rompió con la helada.",
            "Puerto": "El puerto tiene dos muelles de piedra.",
            "Barca": "La barca sale los lunes hacia la isla.",
        },
        {"¿Quién diseñó lentes?": 1, "¿Cuándo se hundió el puente de madera?": 3, "¿Qué días sale la barca?": 7},
    ),
    "fr": (
        {
            "Phare de Brume": "Le Phare de Brume éclaire la côte depuis 1880.",
            "Élise Maren": "Élise Maren était une ingénieure qui dessinait des lentilles.",
            "Moulin": "Le moulin de la rivière moud de l'avoine.",
            "Pont": "Le pont de bois fut emporté par la tempête.",
            "Marché": "Au marché, on vend des anguilles et des crabes.",
            "Cloche": "La cloche de l'église se fêla pendant le gel.",
            "Port": "Le port compte deux quais de pierre.",
            "Bac": "Le bac part le lundi vers l'île.",
        },
        {"Qui dessinait des lentilles ?": 1, "Quand le pont fut-il emporté ?": 3, "Où vend-on des anguilles ?": 4},
    ),
    "ja": (
        {
            "霧の灯台": "霧の灯台は一八八〇年に建てられた白い塔です。",
            "水車小屋": "水車小屋では燕麦を挽いています。",
            "木の橋": "木の橋は嵐で流されました。",
            "魚市場": "魚市場では鰻と蟹を売っています。",
            "教会の鐘": "教会の鐘は霜で割れました。",
            "港": "港には石の埠頭が二つあります。",
            "渡し船": "渡し船は月曜日に島へ出ます。",
            "技師": "真理恵は灯台のレンズを設計した技師です。",
        },
        {"燕麦を挽くのはどこですか？": 1, "鰻を売っている市場は？": 3, "渡し船は何曜日に出ますか？": 6},
    ),
    "zh": (
        {
            "雾灯塔": "雾灯塔是一座白色的塔，建于一八八〇年。",
            "水磨坊": "水磨坊研磨燕麦和大麦。",
            "木桥": "木桥在暴风雨中被冲走了。",
            "鱼市": "鱼市出售鳗鱼和螃蟹。",
            "教堂钟": "教堂的钟在霜冻中裂开了。",
            "港口": "港口有两个石头码头。",
            "渡船": "渡船星期一开往小岛。",
            "工程师": "林月是设计灯塔透镜的工程师。",
        },
        {"谁研磨燕麦？": 1, "哪里出售鳗鱼？": 3, "渡船星期几开往小岛？": 6},
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_titled", [True, False], ids=["titled", "untitled"])
def test_documents_in_other_languages_are_found_by_their_words(default, language, is_titled):
    texts, questions = LANGUAGES[language]
    library = make_library(make_documents(texts, is_titled=is_titled), setup=default)
    assert {question: found(library, question)[:1] for question in questions} == {
        question: [f"d{number}"] for question, number in questions.items()
    }
