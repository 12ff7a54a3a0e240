"""What an expert says of its evidence, by rule."""

from moe.experts.commentary import comment_by_rule, list_evidence

TEXTS = {
    "a": "Gulls nest there. The mill was restored in 1871.",
    "b": "The mill was restored in 1871. It is loud.",
    "c": "",
}


def test_the_sentences_that_hold_most_of_the_question_are_told_once(make_finding):
    evidence = list_evidence(make_finding("ann", (1.0, 0.5, 0.4, 0.3), nodes="abcd", texts=TEXTS))
    assert [(item.text, item.score) for item in evidence] == [(TEXTS["a"], 1.0), (TEXTS["b"], 0.5), ("", 0.4)]
    told = comment_by_rule("When was the mill restored?", evidence[:2])
    assert told.key_insights == ("The mill was restored in 1871.",)
    assert (told.commentary, told.relevance_score) == ("The mill was restored in 1871.", 1.0)
    assert comment_by_rule("When was the mill sold?", evidence).relevance_score == 0.5
    assert comment_by_rule("", ()).relevance_score == 0.0
