"""Windows over a passage, with a tokenizer of whole words."""

from itertools import pairwise

from moe_kit.reading.windows import WindowCutter, pad
from tiny_reader import make_tokenizer

PASSAGE = "The mill was built by Ada in 1842.  The old tower,\nwas painted by Bruno in 1850. " * 4
QUESTION = "Who built the mill?"


def test_windows_overlap_by_the_stride_and_show_every_word():
    windows = WindowCutter(make_tokenizer(), length=24, stride=6).cut(QUESTION, PASSAGE)
    shown = [[span for span, ours in zip(w.spans, w.is_passage, strict=True) if ours] for w in windows]
    assert len(shown) > 3
    assert all(len(window.ids) <= 24 for window in windows)
    assert all(one[-6:] == two[:6] for one, two in pairwise(shown))
    words = sorted({span for spans in shown for span in spans})
    assert "".join(PASSAGE[start:end] for start, end in words) == "".join(PASSAGE.split())


def test_only_the_passages_tokens_have_characters():
    window = WindowCutter(make_tokenizer(), length=48, stride=8).cut(QUESTION, "The mill.")[0]
    assert window.is_passage == (False,) * 7 + (True,) * 3 + (False,)
    assert window.spans[:7] == ((0, 0),) * 7
    assert window.types == (0,) * 7 + (1,) * 4


def test_a_question_longer_than_the_window_leaves_room_for_the_passage():
    windows = WindowCutter(make_tokenizer(), length=40, stride=20).cut("who built the mill " * 50, "The mill was old.")
    assert len(windows) == 1
    assert sum(windows[0].is_passage) == 5


def test_a_batch_is_padded_to_its_longest_window():
    cutter = WindowCutter(make_tokenizer(), length=48, stride=8)
    batch = pad([*cutter.cut("Who?", "Ada."), *cutter.cut(QUESTION, "The mill was built.")], pad_id=9)
    assert batch["input_ids"].shape == (2, 13)
    assert batch["attention_mask"].sum(axis=1).tolist() == [7, 13]
    assert batch["input_ids"][0, 7:].tolist() == [9] * 6
