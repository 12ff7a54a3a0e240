"""A tiny reader model, trained here in a second: who did what to which building, and when.

It has the inputs, the outputs and the files of a BERT for question answering, and knows eighty words. What it learns:
which words of the question should stand near an answer, which words follow "who" and "when", and when none fits.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

THINGS = "mill tower bridge lock hall chapel barn harbour".split()
DEEDS = "built painted repaired sold".split()
PEOPLE = "ada bruno clara david elsa frank greta hanno ida jonas".split()
YEARS = [str(year) for year in range(1840, 1870, 2)]
GLUE = "the was by in who when ? . and it is near old very a of sea".split()
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = [*SPECIALS, *GLUE, *THINGS, *DEEDS, *PEOPLE, *YEARS]
_CLS, _SEP, _SIZE = 2, 3, len(WORDS)
_NEAR, _LOCAL = 7, 2  # tokens to either side that a word of the question, or any word, is seen from
_CONTENT = np.array([float(word in THINGS + DEEDS) for word in WORDS], dtype=np.float32)
_EXAMPLES, _STEPS, _RATE = 600, 100, 0.3


@dataclass
class _Batch:
    ids: np.ndarray  # (examples, tokens)
    types: np.ndarray
    mask: np.ndarray
    starts: np.ndarray  # (examples,)
    ends: np.ndarray


def write_tiny_reader(folder: Path, *, seed: int = 7) -> Path:
    """Train a model, and write it into the folder as `config.json`, `tokenizer.json` and `model.onnx`."""
    folder.mkdir(parents=True, exist_ok=True)
    near, local, pairs = _train(_make_batch(random.Random(seed)))
    onnx.save(make_graph(near, local, pairs), folder / "model.onnx")
    make_tokenizer().save(str(folder / "tokenizer.json"))
    config = {"model_type": "bert", "max_position_embeddings": 48, "pad_token_id": 0}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def make_tokenizer() -> Tokenizer:
    """Whole words, put together as BERT's are."""
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", _CLS), ("[SEP]", _SEP)],
    )
    return tokenizer


def make_graph(near: np.ndarray, local: np.ndarray, pairs: np.ndarray, *, inputs=None, outputs=None) -> onnx.ModelProto:
    """The model: weights (2, 15) of the question's words near by, (2, words, 5) of any, (2, words, words) of pairs."""
    names = inputs or ("input_ids", "attention_mask", "token_type_ids")
    constants = {
        "words": np.arange(_SIZE, dtype=np.int64)[None, None, :],
        "content": _CONTENT[:, None],
        "near": near[:, None, :].astype(np.float32),
        "local": local.astype(np.float32),
        "pairs_start": pairs[0].astype(np.float32),
        "pairs_end": pairs[1].astype(np.float32),
        "one": np.array(1, dtype=np.float32),
        "last": np.array([2], dtype=np.int64),
        "middle": np.array([1], dtype=np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Unsqueeze", [names[0], "last"], ["ids"]),
        node("Equal", ["ids", "words"], ["is_word"]),
        node("Cast", ["is_word"], ["onehot"], to=TensorProto.FLOAT),
        node("Cast", [names[1]], ["mask"], to=TensorProto.FLOAT),
        node("Cast", [names[2]], ["types"], to=TensorProto.FLOAT),
        node("Sub", ["one", "types"], ["asked"]),
        node("Mul", ["asked", "mask"], ["asked_tokens"]),
        node("Unsqueeze", ["asked_tokens", "middle"], ["asked_row"]),
        node("MatMul", ["asked_row", "onehot"], ["counts"]),
        node("Min", ["counts", "one"], ["bag"]),
        node("Transpose", ["bag"], ["bag_column"], perm=[0, 2, 1]),
        node("Mul", ["bag_column", "content"], ["weights"]),
        node("MatMul", ["onehot", "weights"], ["matched"]),
        node("Unsqueeze", ["types", "last"], ["types_column"]),
        node("Mul", ["matched", "types_column"], ["matches"]),
        node("Transpose", ["matches"], ["matches_row"], perm=[0, 2, 1]),
        node("Conv", ["matches_row", "near"], ["by_near"], pads=[_NEAR, _NEAR]),
        node("Transpose", ["onehot"], ["channels"], perm=[0, 2, 1]),
        node("Conv", ["channels", "local"], ["by_local"], pads=[_LOCAL, _LOCAL]),
        node("MatMul", ["bag", "pairs_start"], ["start_words"]),
        node("MatMul", ["bag", "pairs_end"], ["end_words"]),
        node("Concat", ["start_words", "end_words"], ["both_words"], axis=1),
        node("MatMul", ["both_words", "channels"], ["by_pairs"]),
        node("Add", ["by_near", "by_local"], ["seen"]),
        node("Add", ["seen", "by_pairs"], ["scores"]),
        node("Split", ["scores"], ["starts", "ends"], axis=1, num_outputs=2),
        node("Squeeze", ["starts", "middle"], [(outputs or ("start_logits", "end_logits"))[0]]),
        node("Squeeze", ["ends", "middle"], [(outputs or ("start_logits", "end_logits"))[1]]),
    ]
    shape = ["batch", "sequence"]
    graph = helper.make_graph(
        nodes,
        "tiny_reader",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in names],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n in outputs or ("start_logits", "end_logits")],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def _make_batch(chance: random.Random) -> _Batch:
    examples = [_make_example(chance) for _ in range(_EXAMPLES)]
    longest = max(len(example[0]) for example in examples)
    batch = _Batch(*(np.zeros((_EXAMPLES, longest), dtype=np.int64) for _ in range(3)), *np.zeros((2, _EXAMPLES), int))
    for row, (ids, types, start) in enumerate(examples):
        batch.ids[row, : len(ids)], batch.types[row, : len(ids)], batch.mask[row, : len(ids)] = ids, types, 1
        batch.starts[row] = batch.ends[row] = start
    return batch


def _make_example(chance: random.Random) -> tuple[list[int], list[int], int]:
    """Token ids, their types, and where the answer is: 0 when the passage does not hold it."""
    facts = [(t, d) for t in THINGS for d in DEEDS]
    told = chance.sample(facts, chance.randint(1, 3))
    thing, deed = chance.choice(told) if chance.random() < 0.6 else chance.choice([f for f in facts if f not in told])
    kind = chance.choice(["who", "when"])
    question = ["who", deed, "the", thing, "?"] if kind == "who" else ["when", "was", "the", thing, deed, "?"]
    passage, answer = [], None
    for told_thing, told_deed in told:
        person, year = chance.choice(PEOPLE), chance.choice(YEARS)
        if (told_thing, told_deed) == (thing, deed):
            answer = len(passage) + (5 if kind == "who" else 7)
        passage += ["the", told_thing, "was", told_deed, "by", person, "in", year, "."]
    words = ["[CLS]", *question, "[SEP]", *passage, "[SEP]"]
    types = [0] * (len(question) + 2) + [1] * (len(passage) + 1)
    return [WORDS.index(word) for word in words], types, 0 if answer is None else len(question) + 2 + answer


def _train(batch: _Batch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights that make the right beginning and end likely, by gradient descent (Adam) on the cross-entropy."""
    rows, longest = batch.ids.shape
    asked = np.arange(rows)[:, None] * _SIZE + batch.ids
    bag = np.minimum(np.bincount(asked.ravel(), ((1 - batch.types) * batch.mask).ravel(), rows * _SIZE), 1)
    bag = bag.reshape(rows, _SIZE)
    matches = np.take_along_axis(bag * _CONTENT, batch.ids, axis=1) * batch.types
    near_seen = _shift(matches, _NEAR, fill=0)  # (rows, longest, 15)
    local_seen = _shift(batch.ids, _LOCAL, fill=_SIZE)  # (rows, longest, 5), beyond the edges a word that is none
    allowed = np.where((batch.types * batch.mask == 1) | (np.arange(longest) == 0), 0.0, -1e9)
    heads = []
    for wanted in (batch.starts, batch.ends):
        weights = [np.zeros(2 * _NEAR + 1), np.zeros((2 * _LOCAL + 1, _SIZE + 1)), np.zeros((_SIZE, _SIZE))]
        first, second = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
        for step in range(1, _STEPS + 1):
            local = sum(weights[1][place][local_seen[:, :, place]] for place in range(2 * _LOCAL + 1))
            scores = near_seen @ weights[0] + local + np.take_along_axis(bag @ weights[2], batch.ids, axis=1) + allowed
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares[np.arange(rows), wanted] -= 1
            shares /= rows
            by_place = [
                np.bincount(local_seen[:, :, place].ravel(), shares.ravel(), _SIZE + 1)
                for place in range(2 * _LOCAL + 1)
            ]
            by_word = np.bincount(asked.ravel(), shares.ravel(), rows * _SIZE).reshape(rows, _SIZE)
            slopes = [shares.ravel() @ near_seen.reshape(-1, 2 * _NEAR + 1), np.stack(by_place), bag.T @ by_word]
            slopes[1][:, _SIZE] = 0
            for weight, slope, mean, square in zip(weights, slopes, first, second, strict=True):
                mean += 0.1 * (slope - mean)
                square += 0.001 * (slope**2 - square)
                steepness = np.sqrt(square / (1 - 0.999**step)) + 1e-8
                weight -= _RATE * mean / (1 - 0.9**step) / steepness
        heads.append(weights)
    near = np.stack([head[0] for head in heads])
    local = np.stack([head[1][:, :_SIZE].T for head in heads])  # (2, words, 5)
    return near, local, np.stack([head[2] for head in heads])


def _shift(values: np.ndarray, reach: int, *, fill: float) -> np.ndarray:
    """Each token's neighbours, from `reach` before it to `reach` behind: (rows, longest, 2 reach + 1)."""
    padded = np.pad(values, ((0, 0), (reach, reach)), constant_values=fill)
    return np.stack([padded[:, at : at + values.shape[1]] for at in range(2 * reach + 1)], axis=2)
