"""Groundings are cut to what fits, and what is left is still true."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe.asking.fitting.counting import TokenCounter
from moe.asking.fitting.cutting import (
    compute_lower_limit,
    compute_prompt_limit,
    cut_grounding,
    fit_messages,
    write_evidence,
)
from moe_core.contracts.errors import ContextOverflowError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Message, Purpose
from moe_core.contracts.wire import encode_json
from moe_core.testing.doubles import ScriptedModel
from moe_core.text.sentences import split_sentences
from moe_core.text.token_estimate import estimate_tokens

SENTENCES = (
    "The lighthouse was built in 1871.",
    "Ada Brook designed it.",
    "Gulls nest on its roof!",
    "Who keeps it is not known.",
    "- a list item",
    "Dr. Rask wrote: the lamp burns oil; oil is dear.",
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.sampled_from([" ", "\n", "\n\n"])),
    max_size=5,
)
FINDINGS = st.lists(st.fixed_dictionaries({"text": st.text(max_size=60), "evidence": st.just(["e0"])}), max_size=5)
COUNTERS = st.sampled_from([estimate_tokens, len, lambda text: len(text.split())])


def make_evidence(number: int, text: str, *, start: int = 100) -> Evidence:
    return Evidence(
        evidence_id=f"e{number}",
        document=f"d{number}.txt",
        passage_id=f"d{number}.txt#1",
        start=start,
        end=start + len(text),
        text=text,
        score=1.0 - number / 10,
        title=f"Paper {number}",
    )


def make_grounding(documents: list[tuple[list[str], str]], findings: list[dict[str, Any]] = []) -> Grounding:  # noqa: B006
    evidence = tuple(make_evidence(number, joint.join(parts)) for number, (parts, joint) in enumerate(documents))
    return Grounding(
        purpose=Purpose.EXECUTE,
        question="Who designed the lighthouse?",
        evidence=evidence,
        findings=tuple(findings),
    )


def measure(grounding: Grounding, count: Callable[[str], float]) -> float:
    evidence = sum(count(write_evidence(item)) for item in grounding.evidence)
    return evidence + sum(count(encode_json(finding).decode() + "\n") for finding in grounding.findings)


@given(DOCUMENTS, FINDINGS, st.floats(0, 400), COUNTERS)
def test_what_is_left_fits_and_is_said_to(
    documents: Any, findings: Any, tokens_max: float, count: Callable[[str], float]
) -> None:
    grounding = make_grounding(documents, findings)
    cut = cut_grounding(grounding, tokens_max=tokens_max, count=count)
    assert measure(cut.grounding, count) <= tokens_max + 1e-6
    assert cut.tokens == pytest.approx(measure(cut.grounding, count))
    assert cut.tokens_before == pytest.approx(measure(grounding, count))
    assert cut.is_cut == (cut.grounding != grounding)


@given(DOCUMENTS, FINDINGS, st.floats(0, 400), COUNTERS)
def test_evidence_and_findings_keep_their_order_and_ids_and_the_cut_is_told(
    documents: Any, findings: Any, tokens_max: float, count: Callable[[str], float]
) -> None:
    grounding = make_grounding(documents, findings)
    cut = cut_grounding(grounding, tokens_max=tokens_max, count=count)
    kept = [item.evidence_id for item in cut.grounding.evidence]
    assert kept + list(cut.dropped) == [item.evidence_id for item in grounding.evidence]
    assert set(cut.shortened) <= set(kept)
    rest = iter(grounding.findings)
    assert all(any(finding is other for other in rest) for finding in cut.grounding.findings)
    assert len(cut.grounding.findings) + cut.findings_dropped == len(grounding.findings)


@given(DOCUMENTS, FINDINGS, st.floats(0, 400), COUNTERS)
def test_shortened_evidence_is_whole_sentences_and_points_at_its_text(
    documents: Any, findings: Any, tokens_max: float, count: Callable[[str], float]
) -> None:
    grounding = make_grounding(documents, findings)
    before = {item.evidence_id: item for item in grounding.evidence}
    cut = cut_grounding(grounding, tokens_max=tokens_max, count=count)
    for item in cut.grounding.evidence:
        whole = before[item.evidence_id]
        assert item.text == whole.text[item.start - whole.start : item.end - whole.start]
        if item.evidence_id in cut.shortened:
            borders = split_sentences(whole.text)
            assert item.start - whole.start in {start for start, _ in borders}
            assert item.end - whole.start in {end for _, end in borders}
        else:
            assert item == whole


@given(DOCUMENTS, FINDINGS, st.floats(0, 300), st.floats(0, 100), COUNTERS)
def test_more_room_never_gives_less(
    documents: Any, findings: Any, tokens_max: float, more: float, count: Callable[[str], float]
) -> None:
    grounding = make_grounding(documents, findings)
    less = cut_grounding(grounding, tokens_max=tokens_max, count=count).grounding
    larger = cut_grounding(grounding, tokens_max=tokens_max + more, count=count).grounding
    texts = {item.evidence_id: item.text for item in larger.evidence}
    assert all(item.text in texts[item.evidence_id] for item in less.evidence)
    assert all(finding in larger.findings for finding in less.findings)


def test_the_sentence_that_answers_is_kept_longest() -> None:
    grounding = make_grounding([([*SENTENCES[2:], *SENTENCES[:2]], " ")])
    cut = cut_grounding(grounding, tokens_max=50, count=len)
    (item,) = cut.grounding.evidence
    assert item.text == "The lighthouse was built in 1871."
    assert cut.shortened == ("e0",)


def test_later_evidence_goes_first_and_the_longest_finding() -> None:
    documents = [([SENTENCES[0]], " "), ([SENTENCES[1]], " "), ([SENTENCES[2]], " ")]
    findings = [{"text": "x" * 500}, {"text": "short"}]
    cut = cut_grounding(make_grounding(documents, findings), tokens_max=260, count=len)
    assert [item.evidence_id for item in cut.grounding.evidence] == ["e0", "e1", "e2"]
    assert cut.grounding.findings == ({"text": "short"},)
    cut = cut_grounding(make_grounding(documents), tokens_max=100, count=len)
    assert [item.evidence_id for item in cut.grounding.evidence] == ["e0", "e1"]
    assert cut.dropped == ("e2",)


def test_evidence_whose_span_is_not_its_text_is_dropped_rather_than_cut() -> None:
    text = " ".join(SENTENCES)
    crooked = Evidence(
        evidence_id="e", document="d", passage_id="p", start=0, end=len(text) + 7, text=text, score=1.0, title=""
    )
    grounding = Grounding(purpose=Purpose.EXECUTE, question="lighthouse", evidence=(crooked,))
    cut = cut_grounding(grounding, tokens_max=60, count=len)
    assert cut.grounding.evidence == ()
    assert cut.dropped == ("e",)


def build_once(grounding: Grounding) -> tuple[Message, ...]:
    """As a prompt shows it."""
    found = [encode_json(finding).decode() for finding in grounding.findings]
    text = "\n".join([grounding.question, *map(write_evidence, grounding.evidence), *found])
    return (Message(role="system", content="Be brief."), Message(role="user", content=text))


def build_twice(grounding: Grounding) -> tuple[Message, ...]:
    """As a template does that shows everything two times."""
    return (*build_once(grounding), *build_once(grounding))


@pytest.mark.anyio
@pytest.mark.parametrize("build", [build_once, build_twice])
@pytest.mark.parametrize("tokens_max", [150, 400, 100_000])
async def test_messages_are_built_to_fit_whatever_the_template(build: Any, tokens_max: int) -> None:
    grounding = Grounding(
        purpose=Purpose.EXECUTE,
        question="Who designed the lighthouse?",
        evidence=tuple(make_evidence(number, " ".join(SENTENCES)) for number in range(30)),
    )
    counter = TokenCounter(ScriptedModel(), model="m")
    fitted = await fit_messages(
        grounding,
        build,
        tokens_max=tokens_max,
        counter=counter,
    )
    assert counter.estimate(fitted.messages) == fitted.tokens <= tokens_max
    assert fitted.cut.is_cut == (tokens_max < 100_000)
    assert fitted.cut.grounding.evidence
    assert fitted.tokens > tokens_max / 3 or not fitted.cut.is_cut


@pytest.mark.anyio
async def test_messages_that_are_too_long_without_evidence_are_said_to_be() -> None:
    grounding = Grounding(purpose=Purpose.PLAN, question="lighthouse " * 500)
    with pytest.raises(ContextOverflowError) as caught:
        await fit_messages(
            grounding,
            build_once,
            tokens_max=100,
            counter=TokenCounter(ScriptedModel(), model="m"),
        )
    assert caught.value.context_tokens == 100
    assert caught.value.prompt_tokens is not None
    assert caught.value.prompt_tokens > 100


@pytest.mark.anyio
async def test_a_model_is_not_asked_when_nothing_would_be_left_of_the_evidence() -> None:
    evidence = (make_evidence(1, " ".join(SENTENCES)),)
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question="Who designed the lighthouse?", evidence=evidence)
    counter = TokenCounter(ScriptedModel(), model="m")
    bare = counter.estimate(build_once(replace(grounding, evidence=())))
    with pytest.raises(ContextOverflowError, match="none fits into"):
        await fit_messages(grounding, build_once, tokens_max=bare + 1, counter=counter)


@pytest.mark.anyio
async def test_a_server_that_counts_far_more_than_estimated_is_believed() -> None:
    class Wordy(ScriptedModel):
        async def count_tokens(self, messages: Any, *, model: str) -> int | None:
            return sum(len(message.content) for message in messages)

    grounding = Grounding(
        purpose=Purpose.EXECUTE,
        question="Who designed the lighthouse?",
        evidence=tuple(make_evidence(number, " ".join(SENTENCES)) for number in range(9)),
    )
    fitted = await fit_messages(
        grounding,
        build_once,
        tokens_max=600,
        counter=TokenCounter(Wordy(), model="m"),
    )
    assert sum(len(message.content) for message in fitted.messages) == fitted.tokens <= 600
    assert fitted.cut.grounding.evidence


@pytest.mark.parametrize(
    ("context", "parameters", "limit"),
    [
        (4096, {}, 3072),
        (4096, {"num_predict": 96}, 4000),
        (131072, {}, 129024),
        (131072, {"num_ctx": 4096, "num_predict": -1}, 3072),
        (1000, {"num_predict": 5000}, 250),
    ],
)
def test_the_answer_has_its_room(context: int, parameters: dict[str, int], limit: int) -> None:
    assert compute_prompt_limit(context, parameters) == limit


@settings(max_examples=50)
@given(
    st.none() | st.integers(1, 100_000), st.none() | st.integers(1, 100_000), st.floats(1, 50_000), st.floats(1, 50_000)
)
def test_after_an_overflow_the_limit_is_always_lower(
    prompt: int | None, context: int | None, tokens: float, tokens_max: float
) -> None:
    error = ContextOverflowError("too long", prompt_tokens=prompt, context_tokens=context)
    limit = compute_lower_limit(error, tokens=tokens, tokens_max=tokens_max, parameters={})
    assert 0 < limit < min(tokens, tokens_max)


def test_an_overflow_that_states_both_sizes_is_used_in_our_own_tokens() -> None:
    error = ContextOverflowError("too long", prompt_tokens=2_000, context_tokens=1_000)
    limit = compute_lower_limit(error, tokens=1_000, tokens_max=1_000, parameters={"num_predict": 200})
    assert limit == pytest.approx(800 * 0.9 / 2)
