"""Names of passages found in a question's words. People and places are made up."""

import pytest

from moe.knowledge.analysis.words import read_text
from moe.knowledge.graph.links.mentions import NameReader, measure_rarity


@pytest.fixture
def find(make_index):
    def run(question, *titles):
        index = make_index({title: f"{title} is known here." for title in titles})
        text = read_text(question)
        mentions = NameReader(index).find_in_question(text.words, bytes(text.list_marks()))
        return [text.get_text(mention.first, mention.stop) for mention in mentions]

    return run


def test_the_longest_name_is_meant_and_none_within_it(find):
    assert find("Who lit Sorrel Light Harbour?", "Sorrel Light", "Sorrel Light Harbour", "Harbour") == [
        "Sorrel Light Harbour"
    ]


def test_several_names_are_found_in_their_order(find):
    assert find("Did Orla Finch ever see Wexmouth?", "Wexmouth", "Orla Finch") == ["Orla Finch", "Wexmouth"]


def test_several_words_are_a_name_however_they_are_written(find):
    assert find("who lit sorrel light", "Sorrel Light") == ["sorrel light"]


def test_one_word_is_a_name_only_with_a_capital(find):
    assert find("What lies north of Wexmouth?", "Wexmouth") == ["Wexmouth"]
    assert find("what lies north of wexmouth", "Wexmouth") == []


def test_a_number_alone_is_no_name(find):
    assert find("Who was born in 1871?", "1871") == []


def test_what_fewer_passages_hold_is_rarer_and_never_worth_nothing():
    rarities = [measure_rarity(100, holders) for holders in (0, 1, 10, 99, 100)]
    assert rarities == sorted(rarities, reverse=True)
    assert rarities[-1] > 0
