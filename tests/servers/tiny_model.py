"""A language model made from nothing: it has read one page, and writes what could stand there.

Nothing is trained and nothing is downloaded. The words of `tiny_text.txt` are the tokens, beside single bytes; each
token is a unit vector of its own; the output matrix holds how often which token follows which on that page; one
attention head looks at everything before alike and makes what it saw there a little likelier. So the model knows
nothing, but it writes sentences, closes its strings, ends its turns, answers differently to different prompts, and its
mean-pooled embeddings compare texts by the words they share. The same bytes come out on every run.

    python tiny_model.py out.gguf --habit think
"""

import argparse
import math
import random
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from byte_pairs import BYTE_SIGNS, BytePairs, learn_byte_pairs
from gguf_file import Matrix, Value, Vector, gguf_bytes, zeros

Habit = Literal["plain", "think", "tool", "ramble", "babble"]
"""An answer is: a sentence; a thinking block, then a sentence; a tool call; sentences without an end; any bytes."""

TEXT = Path(__file__).with_name("tiny_text.txt")
TEMPLATE = Path(__file__).with_name("tiny_chat.jinja")

TRAINED_TOKENS = 32768
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TURN = "assistant\n"  # what a prompt ends with
THINKING = ["<think>", "Hm", ", let me", " think", "</think>"]
CALLING = ["<tool_call>", "</tool_call>"]
MARKS = [TURN, *THINKING, *CALLING]
CLOSING = [
    '",',
    '"]',
    '"}',
]  # one token each, so that the model knows a quote that ends a string from one that begins it
GIST = 32  # coordinates that say which tokens came before; one for each token follows
HEAD = FEED_FORWARD = 32
LEAN = 5.0  # how much likelier a token is (in its logarithm) when everything before was that token
SELDOM = 0.03  # the share of what never follows on the page
CLEAR = 2.0  # how far the likeliest next token is ahead, so that what came before seldom turns it over
SURE = 30.0  # added to a logarithm: this follows
NORMAL, CONTROLLING, MARKED = 1, 3, 4

Table = list[list[float]]
"""For each token, the logarithm of how likely each other one follows it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    pairs: BytePairs
    tokens: list[str]

    def number(self, token: str) -> int:
        return self.tokens.index(token)

    def numbers(self, tokens: list[str]) -> list[int]:
        return [self.number(token) for token in tokens]


def build_vocabulary(text: str) -> Vocabulary:
    pairs = learn_byte_pairs(text)
    return Vocabulary(pairs, pairs.tokens + CONTROL + MARKS + CLOSING)


def read_page(text: str, vocabulary: Vocabulary) -> Table:
    """Count what follows what; after a newline comes what begins a line, after a line the end of the turn."""
    end = vocabulary.number("<|im_end|>")
    following: dict[int, Counter[int]] = defaultdict(Counter)
    frequency: Counter[int] = Counter()
    for line in text.splitlines():
        numbers = [*vocabulary.pairs.encode("\n" + line), end]
        frequency.update(numbers[1:])
        for before, after in pairwise(numbers):
            following[before][after] += 1
    size = len(vocabulary.tokens)
    share = [frequency[token] + (0.02 if _is_written(vocabulary, token) else 0.00002) for token in range(size)]
    total = sum(share)
    share = [part / total for part in share]
    table = [[math.log(SELDOM * part) for part in share] for _ in range(size)]
    for before, counts in following.items():
        seen = counts.total()
        for after, times in counts.items():
            table[before][after] = math.log((1 - SELDOM) * times / seen + SELDOM * share[after])
    return table


def _is_written(vocabulary: Vocabulary, number: int) -> bool:
    """Whether a token is at all likely in a text: letters and signs of ASCII, no marks, no control characters."""
    token = vocabulary.tokens[number]
    if token in (*CONTROL, *MARKS, *CLOSING):
        return False
    return len(token) > 1 or 0x20 <= BYTE_SIGNS.index(token) < 0x7F


def learn_json(table: Table, vocabulary: Vocabulary) -> None:
    """Let strings hold a sentence and lists few items, where a grammar leaves it to the model.

    Without a grammar the end of the turn is so much likelier that none of this is seen.
    """
    byte = {sign: vocabulary.number(BYTE_SIGNS[ord(sign)]) for sign in '\n.?:"[]{},0123456789'}
    comma, bracket, brace = vocabulary.numbers(CLOSING)
    end = vocabulary.number("<|im_end|>")
    for sign in ".?":
        row = table[byte[sign]]
        row[:] = [likely - 12.0 for likely in row]
        for token, likely in {end: 0.0, bracket: -4.0, brace: -4.1, comma: -5.6, byte['"']: -7.0}.items():
            row[token] = likely
    table[byte['"']] = list(table[byte["\n"]])  # a string begins as a turn does
    table[byte["\n"]][byte["{"]] = max(table[byte["\n"]]) - 5.0
    values = {byte['"']: 0.0, byte["{"]: 0.0, byte["["]: 0.0, byte["]"]: -1.5, byte["}"]: -1.5}
    digits = {byte[digit]: -2.5 for digit in "0123456789"}
    for token in (byte[":"], byte["["], byte["{"], comma):
        table[token] = _raised(table[token], {**values, **digits})
    for token in (byte["]"], byte["}"], bracket, brace, *digits):
        table[token] = _raised(table[token], {byte["]"]: 0.0, byte["}"]: 0.0, byte[","]: -1.6, end: 0.0})


def _raised(row: list[float], likely: dict[int, float]) -> list[float]:
    return [max(before, likely.get(token, before)) for token, before in enumerate(row)]


def end_sentences(table: Table, vocabulary: Vocabulary) -> None:
    """Let the likeliest next tokens lead to a full stop, so that an answer without chance ends as well."""
    stop = vocabulary.number(".")
    ended = {stop, *range(vocabulary.number(CONTROL[0]), len(table))}
    for start in range(len(table)):
        path: list[int] = []
        token = start
        while token not in ended and token not in path:
            path.append(token)
            token = max(range(len(table)), key=table[token].__getitem__)
        if token in path:
            table[path[-1]][stop] = max(table[path[-1]]) + 0.1
        ended.update(path)
    for row in table:
        row[max(range(len(row)), key=row.__getitem__)] += CLEAR


def take_habit(table: Table, vocabulary: Vocabulary, habit: Habit) -> None:
    """Make every answer open as the habit wants."""
    turn, newline, end = vocabulary.numbers([TURN, BYTE_SIGNS[10], "<|im_end|>"])
    thinking, (call, called) = vocabulary.numbers(THINKING), vocabulary.numbers(CALLING)
    for row in table:
        for mark in vocabulary.numbers(MARKS):
            row[mark] = -SURE
    for before in (turn, thinking[-1]):
        table[before] = list(table[newline])
    if habit == "think":
        for before, after in pairwise([turn, *thinking]):
            table[before][after] = SURE
    elif habit == "tool":
        for before, after in pairwise([turn, call, newline]):
            table[before][after] = SURE
        table[newline][called], table[called][end] = 0.0, SURE
        table[vocabulary.number("}")][newline] = 2.0  # rather than a second call
    elif habit == "ramble":
        for row in table:
            row[end] = -SURE
        stop = vocabulary.number(".")
        table[stop] = [-SURE] * len(table)
        for after in vocabulary.numbers(["ĠThe", "ĠIt", "ĠThey"]):
            table[stop][after] = 0.0
    elif habit == "babble":
        dice = random.Random(11)
        for row in table:
            row[:] = [dice.uniform(-6, 6) for _ in row]


def _gists(tokens: int) -> list[list[float]]:
    """A direction for each token, of length 1, nearly at right angles to the others."""
    dice = random.Random(7)
    side = 1 / math.sqrt(GIST)
    return [[side if dice.getrandbits(1) else -side for _ in range(GIST)] for _ in range(tokens)]


def build_tensors(table: Table) -> dict[str, Matrix | Vector]:
    """One layer: an attention head that sums up what came before, and a feed-forward part that is silent.

    A token's vector has length 1, the norms stretch it to the square root of the width, the matrices shrink by that.
    """
    tokens = len(table)
    width = tokens + GIST
    stretch = math.sqrt(width)
    gists = _gists(tokens)
    embedding, output = zeros(tokens, width), zeros(tokens, width)
    values, mixed = zeros(HEAD, width), zeros(width, HEAD)
    for token in range(tokens):
        row = token * width
        embedding.numbers[row + GIST + token] = 1.0
        likely = [round(before[token], 3) / stretch for before in table]
        lean = [LEAN * side / stretch for side in gists[token]]
        output.numbers[row : row + width] = array("f", lean + likely)
        for part, side in enumerate(gists[token]):
            values.numbers[part * width + GIST + token] = side / stretch
    for part in range(GIST):
        mixed.numbers[part * HEAD + part] = 1.0
    ones = Vector(array("f", [1.0]) * width)
    return {
        "token_embd.weight": embedding,
        "blk.0.attn_norm.weight": ones,
        "blk.0.attn_q.weight": zeros(HEAD, width),  # asks nothing, so every earlier token counts alike
        "blk.0.attn_k.weight": zeros(HEAD, width),
        "blk.0.attn_v.weight": values,
        "blk.0.attn_output.weight": mixed,
        "blk.0.ffn_norm.weight": ones,
        "blk.0.ffn_gate.weight": zeros(FEED_FORWARD, width),
        "blk.0.ffn_up.weight": zeros(FEED_FORWARD, width),
        "blk.0.ffn_down.weight": zeros(width, FEED_FORWARD),
        "output_norm.weight": ones,
        "output.weight": output,
    }


def chat_template(habit: Habit) -> str:
    """ChatML in Jinja; the server learns from it whether the model thinks aloud and how it calls tools."""
    thinks = "true" if habit == "think" else "false"
    return f"{{%- set thinks = {thinks} %}}\n" + TEMPLATE.read_text(encoding="utf-8").rstrip("\n")


def describe(vocabulary: Vocabulary, habit: Habit) -> dict[str, Value]:
    """What the file says about the model."""
    tokens = vocabulary.tokens
    marked = len(MARKS) + len(CLOSING)
    plain = len(tokens) - len(CONTROL) - marked
    return {
        "general.architecture": "llama",
        "general.name": "tiny",
        "general.file_type": 0,
        "general.alignment": 32,
        "llama.context_length": TRAINED_TOKENS,
        "llama.embedding_length": len(tokens) + GIST,
        "llama.block_count": 1,
        "llama.feed_forward_length": FEED_FORWARD,
        "llama.attention.head_count": 1,
        "llama.attention.head_count_kv": 1,
        "llama.attention.key_length": HEAD,
        "llama.attention.value_length": HEAD,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": HEAD,
        "llama.rope.freq_base": 10000.0,
        "llama.vocab_size": len(tokens),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [NORMAL] * plain + [CONTROLLING] * len(CONTROL) + [MARKED] * marked,
        "tokenizer.ggml.merges": [f"{first} {second}" for first, second in vocabulary.pairs.merges],
        "tokenizer.ggml.bos_token_id": vocabulary.number("<|endoftext|>"),
        "tokenizer.ggml.eos_token_id": vocabulary.number("<|im_end|>"),
        "tokenizer.ggml.padding_token_id": vocabulary.number("<|endoftext|>"),
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": chat_template(habit),
    }


def tiny_model_bytes(habit: Habit = "plain") -> bytes:
    """The whole GGUF file."""
    text = TEXT.read_text(encoding="utf-8")
    vocabulary = build_vocabulary(text)
    table = read_page(text, vocabulary)
    learn_json(table, vocabulary)
    end_sentences(table, vocabulary)
    take_habit(table, vocabulary, habit)
    return gguf_bytes(describe(vocabulary, habit), build_tensors(table))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--habit", choices=get_args(Habit), default="plain")
    arguments = parser.parse_args()
    arguments.path.write_bytes(tiny_model_bytes(arguments.habit))


if __name__ == "__main__":
    main()
