"""Pieces of words, held against the package that most BERT models are used with."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from moe_kit.extraction.cross_encoder.encoder import WEIGHTS_FILE
from moe_kit.extraction.cross_encoder.weights_file import read_weights
from moe_kit.extraction.cross_encoder.word_pieces import WordPieces

VOCABULARY = read_weights(WEIGHTS_FILE).vocabulary
PIECES = WordPieces(VOCABULARY)
THEIRS = Tokenizer.from_str(
    json.dumps(
        {
            "version": "1.0",
            "added_tokens": [],
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": {piece: number for number, piece in enumerate(VOCABULARY)},
            },
        }
    )
)
# Letters that every table of Unicode's knows: those of newer scripts are sorted otherwise by older tables.
WRITTEN = st.characters(max_codepoint=0x24F) | st.sampled_from("ßẞİıΣςЖжאשب漢字テ한글ไ€…“”–—\u200b\ufeff\u00ad😀́")


@given(st.text(WRITTEN, max_size=60))
def test_texts_are_numbered_as_the_package_does(text):
    assert PIECES.number(text, 1000) == THEIRS.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("word", ["a" * 100, "a" * 101, "unaffable", "Überführungsgebühr", "3.11.2", "can't", "x²"])
def test_words_are_split_as_the_package_does(word):
    assert PIECES.number(word, 1000) == THEIRS.encode(word, add_special_tokens=False).ids


def test_no_more_pieces_come_than_are_wanted():
    whole = PIECES.number("The mill was restored in 1990 by Ada Thorne.", 1000)
    assert [PIECES.number("The mill was restored in 1990 by Ada Thorne.", most) for most in (0, 3, 7)] == [
        [], whole[:3], whole[:7],
    ]  # fmt: skip


def test_a_vocabulary_without_its_special_pieces_is_refused():
    with pytest.raises(KeyError):
        WordPieces(["a", "##b"])
