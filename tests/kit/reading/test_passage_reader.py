"""Passages read by a model that was trained for the tests."""

import os
import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from moe_core.testing.values import make_evidence
from moe_kit.reading.options import ReaderOptions
from moe_kit.reading.passage_reader import open_reader
from tiny_reader import DEEDS, PEOPLE, THINGS, YEARS


@pytest.fixture
def reader(tiny_reader):
    return open_reader(tiny_reader, ReaderOptions())


def make_case(chance):
    """A passage with two facts, a question, and its answer: None when the passage does not tell."""
    (one, deed), (other, other_deed) = chance.sample([(t, d) for t in THINGS for d in DEEDS], 2)
    person, year = chance.choice(PEOPLE), chance.choice(YEARS)
    told = f"The {one} was {deed} by {person.title()} in {year}."
    beside = f"The {other} was {other_deed} by {chance.choice(PEOPLE).title()} in {chance.choice(YEARS)}."
    is_there = chance.random() < 0.5
    asks_who = chance.random() < 0.5
    question = f"Who {deed} the {one}?" if asks_who else f"When was the {one} {deed}?"
    passage = f"{told} {beside}" if is_there else beside
    return passage, question, (person.title() if asks_who else year) if is_there else None


def test_answers_are_found_and_absent_ones_told_on_facts_that_were_not_trained_on(reader):
    chance = random.Random(99)
    right = 0
    for _ in range(100):
        passage, question, answer = make_case(chance)
        reading = reader.read(question, [make_evidence(passage)])
        right += (reading.spans[0].text if reading.is_found else None) == answer
    assert right >= 85


def test_a_span_is_the_documents_own_characters(reader):
    text = "Über 🚢 Ängste.\n\nThe mill was built by Ada in 1842."
    reading = reader.read("Who built the mill?", [make_evidence(text, start=1000, document="far.md")])
    best = reading.spans[0]
    assert (best.document, best.text) == ("far.md", "Ada")
    assert text[best.start - 1000 : best.end - 1000] == "Ada"


def test_an_answer_behind_the_first_window_is_found(reader):
    text = "It is very old and near the sea. " * 40 + "The mill was built by Ada in 1842. " + "It is old. " * 40
    reading = reader.read("When was the mill built?", [make_evidence(text)])
    assert reading.is_found
    assert reading.spans[0].text == "1842"
    assert text[reading.spans[0].start : reading.spans[0].end] == "1842"


def test_two_passages_that_say_the_same_are_one_answer(reader):
    same = [make_evidence("The mill was built by Ada in 1842.", evidence_id=n, document=n) for n in ("a", "b")]
    alone = reader.read("Who built the mill?", same[:1])
    both = reader.read("Who built the mill?", same)
    assert both.spans[0].confidence == pytest.approx(alone.spans[0].confidence)


def test_two_answers_share_what_one_would_have(reader):
    texts = ["The mill was built by Ada in 1842.", "The mill was built by Bruno in 1842."]
    evidence = [make_evidence(text, evidence_id=text, document=text) for text in texts]
    reading = reader.read("Who built the mill?", evidence)
    assert reading.presence > 0.9
    assert 0.2 < reading.spans[0].confidence < 0.8


def test_a_temperature_makes_the_model_less_sure(tiny_reader):
    evidence = [make_evidence("The mill was built by Ada in 1842.")]
    sure, unsure = (
        open_reader(tiny_reader, ReaderOptions(temperature=t)).read("Who built the mill?", evidence)
        for t in (1.0, 10.0)
    )
    assert 0.5 < unsure.presence < sure.presence


def test_only_the_best_passages_are_read(tiny_reader):
    reader = open_reader(tiny_reader, ReaderOptions(passages=1))
    evidence = [make_evidence("It is old.", score=0.9), make_evidence("The mill was built by Ada.", score=0.5)]
    assert not reader.read("Who built the mill?", evidence).is_found


def test_nothing_is_said_when_time_is_over_unless_it_was_read_before(reader):
    evidence = [make_evidence("The hall was sold by Elsa in 1844.")]
    question = f"Who sold the hall {random.random()}?"
    assert reader.read(question, evidence, deadline=time.time() - 1) is None
    reader.read(question, evidence)
    assert reader.read(question, evidence, deadline=time.time() - 1) is not None


def test_no_evidence_holds_no_answer(reader):
    assert not reader.read("Who built the mill?", []).is_found


def test_threads_read_what_one_would(reader):
    chance = random.Random(3)
    cases = [make_case(chance)[:2] for _ in range(40)]
    alone = [reader.read(question, [make_evidence(passage)]) for passage, question in cases]
    fresh = [(f"{passage} It is old.", question) for passage, question in cases]
    expected = [reader.read(question, [make_evidence(passage)]) for passage, question in fresh]
    again = open_reader.__globals__["PassageReader"](reader._model, ReaderOptions())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda case: again.read(case[1], [make_evidence(case[0])]), cases + fresh))
    assert [reading.spans for reading in found] == [reading.spans for reading in alone + expected]


def test_a_model_is_loaded_once_and_anew_when_it_has_changed(tiny_reader, tmp_path):
    folder = shutil.copytree(tiny_reader, tmp_path / "copy")
    first = open_reader(folder, ReaderOptions())
    assert open_reader(folder, ReaderOptions()) is first
    os.utime(folder / "model.onnx", (1, 1))
    assert open_reader(folder, ReaderOptions()) is not first
