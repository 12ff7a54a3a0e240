"""What a route looks like, whatever is asked."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.route import GENERAL, KNOWLEDGE, Route
from moe_core.loading.locations import find_bundled_root
from moe_core.loading.modelfile.load import load_agent
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig
from moe_core.routing.judge import learn
from moe_core.routing.picker import UNSURE
from moe_core.routing.router import SmartRouter
from moe_core.testing.registries import memory_registry

ROUTES = {"general", "research", "property", "document", "knowledge", "analysis"}


def check_laws(route: Route) -> None:
    shares = list(route.scores.values())
    assert sum(shares) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert shares == sorted(shares, reverse=True)
    is_left_plain = route.route == GENERAL and shares[0] < UNSURE
    best = list(route.scores)[:2]
    assert [route.route, route.runner_up] == (sorted(best, key=lambda name: name != GENERAL) if is_left_plain else best)
    assert set(route.scores) == ROUTES
    assert route.why
    assert "\n" not in route.why
    assert route.belters == () if route.route == GENERAL else route.belters[0] == route.route


@settings(max_examples=60)
@given(text=st.text(max_size=300))
def test_any_text_gets_a_lawful_route(text: str) -> None:
    check_laws(BUNDLED.route(text))


WORDS = "find the report mortgage average explain why csv hello poem source letter 42 £ flat ?".split()


@settings(max_examples=60)
@given(words=st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_mix_of_telling_words_gets_a_lawful_route(words: list[str]) -> None:
    text = " ".join(words)
    route = BUNDLED.route(text)
    check_laws(route)
    assert route == BUNDLED.route(text)


BUNDLED = SmartRouter(
    memory_registry(agents=[load_agent(path) for path in sorted((find_bundled_root() / "modelfiles").rglob("*.moe"))]),
    KernelConfig(),
)


@pytest.mark.parametrize("text", ["", "   \n\t ", "???", "\x00\x1b[31m\x07", "🙂", "🙂🙃 🏠", "\u202e\ufeff", "ﬁ"])
def test_a_request_without_words_is_a_plain_question(router: SmartRouter, text: str) -> None:
    route = router.route(text)
    check_laws(route)
    assert route.route == GENERAL


@pytest.mark.parametrize(
    "text",
    ["今天天气怎么样", "Как дела?", "كيف حالك", "qué tal estás", "ฉันหิว", "नमस्ते", "zażółć gęślą jaźń", "Straße" * 50],
)
def test_other_languages_get_a_lawful_route(router: SmartRouter, text: str) -> None:
    check_laws(router.route(text))


def test_a_megabyte_is_read_at_its_beginning_and_end(router: SmartRouter) -> None:
    filler = "lorem ipsum dolor sit amet " * 40_000
    route = router.route(f"Shorten the attached letter and fix its grammar: {filler} in plain English, please")
    check_laws(route)
    assert route.route == "document"


def test_a_megabyte_without_a_space_gets_a_lawful_route(router: SmartRouter) -> None:
    check_laws(router.route("x" * 1_000_000))


def test_control_characters_around_words_do_not_matter(router: SmartRouter) -> None:
    assert router.route("\x00what rent\x07 can I ask\x1b for my flat").route == "property"


def test_the_order_of_registration_does_not_matter(bundled_agents: tuple[AgentSpec, ...]) -> None:
    requests = ["papers on sleep", "yield of a flat", "totals per month", "hi", "explain tides", "shorten this letter"]
    shuffled = list(bundled_agents)
    random.Random(3).shuffle(shuffled)
    other = SmartRouter(memory_registry(agents=shuffled), KernelConfig())
    assert [other.route(text) for text in requests] == [BUNDLED.route(text) for text in requests]


def test_learning_again_gives_the_same_route(bundled_registry: Registry) -> None:
    first = SmartRouter(bundled_registry, KernelConfig()).route("median rent per district in this csv")
    learn.cache_clear()
    assert SmartRouter(bundled_registry, KernelConfig()).route("median rent per district in this csv") == first


@pytest.mark.parametrize(
    ("text", "route", "word"),
    [
        ("papers on sleep in nurses", "research", "papers"),
        ("is 250k too much for a two bed flat in leeds", "property", "flat"),
        ("shorten the attached letter", "document", "letter"),
        ("monthly totals from the attached csv", "analysis", "totals"),
        ("tell me a joke about statisticians", "a plain question", "joke"),
    ],
)
def test_the_reason_names_telling_words_route_and_runner_up(
    router: SmartRouter, text: str, route: str, word: str
) -> None:
    found = router.route(text)
    rival = "a plain question" if found.runner_up == GENERAL else found.runner_up
    assert f'"{word}"' in found.why
    assert f"for {route} (" in found.why
    assert f"with {rival} next (" in found.why


def test_a_belter_asked_for_by_name_is_taken(router: SmartRouter) -> None:
    route = router.route("hello", belter="analysis")
    assert (route.route, route.belters, route.runner_up) == ("analysis", ("analysis",), "")
    assert route.why == "analysis was asked for by name"


def test_a_belter_that_is_not_there_is_refused_with_the_nearest(router: SmartRouter) -> None:
    with pytest.raises(NameUnknownError) as caught:
        router.route("hello", belter="reserch")
    assert "research" in caught.value.near


def test_documents_send_a_plain_question_to_the_belter_who_knows_them(router: SmartRouter) -> None:
    alone, with_documents = router.route("hello there"), router.route("hello there", has_documents=True)
    assert alone.belters == ()
    assert (with_documents.route, with_documents.belters) == (KNOWLEDGE, (KNOWLEDGE,))
    assert with_documents.runner_up == GENERAL
    assert with_documents.scores == alone.scores
    assert "documents are given, so knowledge works on it" in with_documents.why


def test_without_that_belter_the_best_works_on_documents(bundled_agents: tuple[AgentSpec, ...]) -> None:
    agents = [agent for agent in bundled_agents if agent.name != KNOWLEDGE]
    route = SmartRouter(memory_registry(agents=agents), KernelConfig()).route("hello there", has_documents=True)
    assert route.belters == tuple(name for name in route.scores if name != GENERAL)[:1]


def test_an_unsure_request_goes_to_the_two_best_or_to_camina(router: SmartRouter) -> None:
    texts = [
        "report on the table of rents",
        "sources for the chart",
        "list the flats in the letter",
        "put it in a table",
    ]
    texts += ["overview of heat pumps", "numbers on houses", "what about the second draft of the paper"]
    unsure = [route for route in map(router.route, texts) if max(route.scores.values()) < UNSURE]
    assert unsure
    for route in unsure:
        best = list(route.scores)[:2]
        assert (route.route, route.belters) == ((GENERAL, ()) if GENERAL in best else (best[0], tuple(best)))


def test_past_success_tips_a_close_call_and_no_clear_one(router: SmartRouter) -> None:
    clear = "what monthly mortgage payment on 250k over 30 years"
    before = router.route(clear)
    after = router.route(clear, performance={"property": 0.0, "analysis": 1.0, "nobody": 1.0})
    assert after.route == before.route == "property"
    assert after.scores["analysis"] > before.scores["analysis"]
    assert router.route(clear, performance=dict.fromkeys(ROUTES, 0.5)) == before


@pytest.mark.parametrize(("beyond", "most"), [(9.0, 1.0), (-9.0, 0.0)])
def test_past_success_beyond_its_bounds_counts_as_its_bound(router: SmartRouter, beyond: float, most: float) -> None:
    text = "what monthly mortgage payment on 250k over 30 years"
    assert router.route(text, performance={"analysis": beyond}) == router.route(text, performance={"analysis": most})


def test_a_plain_question_over_documents_goes_to_one_belter_however_near_the_others(
    bundled_registry: Registry,
) -> None:
    config = KernelConfig.model_validate({"system": {"max_belters": 3}, "thresholds": {"route_share": 0.0}})
    route = SmartRouter(bundled_registry, config).route("hello there", has_documents=True)
    assert route.belters == (KNOWLEDGE,)


def test_at_most_as_many_belters_as_configured_work(bundled_registry: Registry) -> None:
    config = KernelConfig.model_validate({"system": {"max_belters": 3}, "thresholds": {"route_share": 0.0}})
    route = SmartRouter(bundled_registry, config).route("papers on the average rent of flats")
    assert len(route.belters) == 3
    assert list(route.belters) == [name for name in route.scores if name != GENERAL][:3]
    assert "work on it too" in route.why


def test_without_belters_everything_is_a_plain_question() -> None:
    route = SmartRouter(memory_registry(), KernelConfig()).route("papers on sleep")
    assert (route.route, route.belters, route.scores, route.runner_up) == (GENERAL, (), {GENERAL: 1.0}, "")
    assert route.why == "there is nothing to choose from but a plain question"


def test_a_request_is_weighed_once_for_all_that_it_is_weighed_by(router: SmartRouter) -> None:
    text = "median rent per district in this csv"
    first = router.route(text, performance={"research": 0.5})
    assert router.route(text, performance={"research": 0.5}) is first
    assert router.route(text, performance={"analysis": 0.1}) != first
    assert router.route(text, has_documents=True) is not first
