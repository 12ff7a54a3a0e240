"""Rounds that go on from what was found."""

import pytest

from moe.contracts.experts import ExpertWish
from moe.experts.cycle import ExpertCycle
from moe.experts.iteration import find_supported, iteration_phase, write_onward_question
from moe.experts.settings import ExpertSettings
from moe_core.contracts.errors import PluginError
from moe_core.contracts.plugin import Kind
from moe_core.loading.registry import Catalog

QUESTION = "On which river does the maker of the lens of Sorrel Light live?"
LENS = "The lens of Sorrel Light was the work of its maker Orla Finch."
HOME = "Orla Finch came to live at Bremholm."
RIVER = "Bremholm lies on the river Wend."
GULLS = "Gulls nest on the river Wend."


class Walks:
    """Finds by the names in what is looked for; remembers what that was."""

    def __init__(self, make_finding, *, rating: float = 0.9) -> None:
        self.asked: list[str] = []
        self._make, self._rating = make_finding, rating

    def __call__(self, persona: str, question: str = "", /):
        self.asked.append(question)
        texts = {"lens": LENS}
        if "Orla Finch" in question:
            texts = {"home": HOME, "lens": LENS}
        if "Bremholm" in question:
            texts = {"river": RIVER, "gulls": GULLS}
        ratings = [self._rating] * len(texts)
        return self._make(persona, ratings, nodes=list(texts), texts=texts, covered=0.4)


@pytest.fixture
def go_on(make_finding):
    def go(walks: Walks, *, most: int, ahead: bool = False, **facts):
        lead = make_finding("ann", (1.0,), nodes=["lens"], texts={"lens": LENS, "home": HOME}, **facts)
        known = {name: lead.read(name) for name in (["lens", "home"] if ahead else ["lens"])}
        return iteration_phase(QUESTION, lead, walks, known=known, max_iterations=most)

    return go


def test_each_round_asks_for_what_is_open_of_the_names_that_the_last_one_brought(make_finding, go_on):
    walks = Walks(make_finding)
    rounds = go_on(walks, most=3)
    assert walks.asked == ["river live Orla Finch", "river Bremholm"]
    assert [one.supported for one in rounds] == [(("home", 0.9),), (("river", 0.9),)]
    assert {one.persona for one in rounds} == {"ann"}


def test_one_iteration_is_the_first_round_alone_and_the_most_is_the_most(make_finding, go_on):
    assert [len(go_on(Walks(make_finding), most=most)) for most in (1, 2, 3)] == [0, 1, 2]


def test_a_round_that_adds_nothing_is_the_last(make_finding, go_on):
    walks = Walks(make_finding, rating=0.4)  # nothing is vouched for
    (only,) = go_on(walks, most=9, ahead=True)
    assert (only.supported, only.failure, len(walks.asked)) == ((), "", 1)


def test_a_question_that_its_own_words_decide_has_no_second_round(make_finding, go_on):
    assert go_on(Walks(make_finding), most=3, is_decided=True) == ()


def test_a_round_that_fails_is_told_of_and_keeps_what_was_found(make_finding, go_on):
    class Breaking(Walks):
        def __call__(self, persona, question="", /):
            if "Bremholm" in question:
                raise PluginError("the strategy broke", plugin="x", reason="contract", hint="")
            return super().__call__(persona, question)

    one, two = go_on(Breaking(make_finding), most=3)
    assert (one.supported, two.supported, two.failure) == ((("home", 0.9),), (), "the strategy broke")


@pytest.mark.parametrize("text", ["The lens of the river is live.", RIVER.replace("Bremholm", "It"), GULLS])
def test_what_lacks_the_name_or_every_open_word_is_no_support(make_finding, text):
    lens = make_finding("ann", (1.0,), texts={"0": LENS}).read("0")
    onward = write_onward_question(QUESTION, lens)
    assert onward.names == (("orla", "finch"),)
    finding = make_finding("ann", (1.0, 1.0), texts={"0": text, "1": HOME})
    assert [node for node, _ in find_supported(onward, finding, {})] == ["1"]
    assert list(find_supported(onward, finding, {"1": HOME})) == []


@pytest.mark.parametrize(
    "text", ["the lens of sorrel light was its maker's work.", "Sorrel Light has a lens.", QUESTION + " Orla Finch."]
)
def test_what_names_nothing_new_or_leaves_nothing_open_leads_nowhere(make_finding, text):
    assert write_onward_question(QUESTION, make_finding("ann", (1.0,), texts={"0": text}).read("0")) is None


def test_the_cycle_goes_on_as_often_as_it_is_set_to(seeds, make_finding):
    for most in (1, 3):
        cycle = ExpertCycle(
            personas=seeds,
            scorers=Catalog(Kind.SCORER, []),
            settings=ExpertSettings(weights={}, max_iterations=most, most=1),
        )
        consultation = cycle.consult(QUESTION, Walks(make_finding), ExpertWish())
        assert [one.question for one in consultation.rounds] == ["river live Orla Finch", "river Bremholm"][: most - 1]
        assert cycle.consult(QUESTION, Walks(make_finding), ExpertWish()) == consultation
