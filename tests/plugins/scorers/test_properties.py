"""What holds for the scorers whatever they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import ScorerInput
from plugins.scorers.consistency import Consistency
from plugins.scorers.novelty import Novelty
from plugins.scorers.relevance import Relevance

pytestmark = pytest.mark.anyio

SENTENCES = (
    "The mill was restored in 1990 by Ada Brook.",
    "The mill was not restored.",
    "The wheel weighs 300 kg.",
    "The wheel weighs 420 kg.",
    "Ada Brook paid Nell Ash.",
    "Nell Ash paid Ada Brook.",
    "Every door is open.",
    "Gulls follow the boat.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=4).map(" ".join)
ANY = st.one_of(TEXTS, st.text(max_size=30))
QUESTIONS = st.sampled_from(
    ["Who restored the mill?", "When was the mill restored?", "How heavy is the wheel?", "", "Why?"]
)


@pytest.mark.parametrize("scorer", [Relevance, Consistency, Novelty], ids=lambda scorer: scorer.name)
@given(question=st.one_of(QUESTIONS, st.text(max_size=20)), output=ANY, others=st.lists(ANY, max_size=3))
async def test_a_score_is_from_0_to_1_and_the_same_again(scorer, question, output, others):
    subject = ScorerInput(question=question, output=output, others=others)
    score = await scorer().score(subject)
    assert 0 <= score <= 1
    assert await scorer().score(subject) == score
    assert await scorer().score(ScorerInput(question=question, output="", others=others)) == 0


@given(question=QUESTIONS, output=TEXTS, more=st.sampled_from(SENTENCES))
async def test_more_text_is_never_less_relevant(question, output, more):
    less = await Relevance().score(ScorerInput(question=question, output=output))
    assert await Relevance().score(ScorerInput(question=question, output=f"{output} {more}")) >= less - 1e-9


@given(output=TEXTS, others=st.lists(TEXTS, max_size=3), more=ANY)
async def test_nothing_is_newer_for_another_output(output, others, more):
    before = await Novelty().score(ScorerInput(question="", output=output, others=others))
    assert await Novelty().score(ScorerInput(question="", output=output, others=[*others, more])) <= before + 1e-9


@given(output=st.sampled_from(SENTENCES), others=st.lists(TEXTS, max_size=3))
async def test_an_output_that_agrees_never_makes_another_less_consistent(output, others):
    before = await Consistency().score(ScorerInput(question="", output=output, others=others))
    assert await Consistency().score(ScorerInput(question="", output=output, others=[*others, output])) >= before - 1e-9


@given(output=st.sampled_from(SENTENCES))
async def test_an_output_agrees_with_itself_and_says_nothing_new_beside_itself(output):
    subject = ScorerInput(question="", output=output, others=[output])
    assert await Consistency().score(subject) == 1
    assert await Novelty().score(subject) == 0
