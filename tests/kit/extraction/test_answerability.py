from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.answerability import AnswerSigns, find_signs
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.selection import select
from moe_kit.extraction.units import split_evidence

OTHERS = tuple(f"The {word} stands near the river." for word in "inn chapel school barn forge dairy kiln".split())


def read(question: str, *texts: str, fall: float = 0.1) -> AnswerSigns:
    evidence = tuple(
        Evidence(
            evidence_id=f"e{n}", document=f"d{n}", passage_id=f"e{n}", start=0, end=len(t), text=t, score=1 - fall * n
        )
        for n, t in enumerate(texts)
    )
    query = parse_query(question, question)
    ranking = rank_units(query, split_evidence(evidence))
    return find_signs(query, ranking, evidence, select(ranking, limit=6))


def test_a_sentence_with_the_question_s_words_covers_it() -> None:
    told = read("Who restored the mill?", "Ada Brook restored the mill.", *OTHERS)
    beside = read("Who restored the mill?", "The mill stands empty.", *OTHERS)
    assert told.unit_covered > 0.9
    assert beside.unit_covered < 0.6


def test_the_passage_found_first_is_measured_by_itself() -> None:
    signs = read("Who restored the mill?", *OTHERS, "Ada Brook restored the mill.")
    assert signs.first_covered < 0.1 < signs.unit_covered


def test_the_level_is_high_when_no_passage_stands_out() -> None:
    texts = ("Ada Brook restored the mill.", *OTHERS)
    assert read("Who restored the mill?", *texts, fall=0.01).level > read("Who restored the mill?", *texts).level


def test_without_eight_passages_there_is_no_level() -> None:
    assert read("Who restored the mill?", "Ada Brook restored the mill.", fall=0.0).level == 0.0


def test_words_in_one_row_are_counted() -> None:
    assert read("Who restored the old mill?", "Ada Brook restored the old mill.", *OTHERS).phrase == 0.8


def test_function_words_of_other_languages_weigh_nothing() -> None:
    told = read("Wer hat die Mühle restauriert?", "Ada Brook restaurierte die Mühle 1990.", *OTHERS)
    assert told.unit_covered > 0.6


def test_names_in_the_question_are_noticed() -> None:
    assert read("Where was Ada Brook born?", "Ada Brook was born here.", *OTHERS).has_names == 1.0
    assert read("where is the mill?", "The mill is here.", *OTHERS).has_names == 0.0
