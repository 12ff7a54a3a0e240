"""Weights as small integers: how near they come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.extraction.cross_encoder.weights_file import WORDS, read_weights, write_weights

ROWS, WIDTH = 64, 128


def write(path, *, bits, seed=0, scale=1.0):
    random = np.random.default_rng(seed)
    weights = {
        WORDS: (scale * random.normal(size=(ROWS, WIDTH))).astype(np.float32),
        "encoder.dense.weight": (scale * random.normal(size=(ROWS, WIDTH))).astype(np.float32),
        "encoder.dense.bias": random.normal(size=ROWS).astype(np.float32),
    }
    write_weights(path, ["[PAD]", "mühle", "##n"], weights, bits)
    return weights


@pytest.mark.parametrize("bits", [4, 8])
@given(seed=st.integers(0, 2**16), scale=st.sampled_from([1e-3, 1.0, 50.0]))
def test_each_number_comes_back_within_half_a_step_of_its_group(tmp_path_factory, bits, seed, scale):
    path = tmp_path_factory.mktemp("weights") / "model.npz"
    weights = write(path, bits={WORDS: bits, "encoder": bits}, seed=seed, scale=scale)
    read = read_weights(path)
    for values, again in (
        (weights[WORDS], read.words.widen()),
        (weights["encoder.dense.weight"], read.weights["encoder.dense.weight"]),
    ):
        largest = np.abs(values.reshape(ROWS, -1, 32)).max(-1, keepdims=True)
        step = largest / (2 ** (bits - 1) - 1)
        off = np.abs(values - again).reshape(ROWS, -1, 32)
        assert (off <= 0.5 * step + 1e-3 * largest).all()


def test_rows_are_looked_up_as_they_stand_in_the_whole(tmp_path):
    write(tmp_path / "model.npz", bits={WORDS: 4, "encoder": 8})
    words = read_weights(tmp_path / "model.npz").words
    wanted = np.array([[3, 0], [63, 3]])
    assert (words.look_up(wanted) == words.widen()[wanted]).all()


def test_small_and_flat_weights_are_kept_as_they_are(tmp_path):
    weights = write(tmp_path / "model.npz", bits={WORDS: 4, "encoder": 4})
    read = read_weights(tmp_path / "model.npz")
    assert np.allclose(read.weights["encoder.dense.bias"], weights["encoder.dense.bias"], atol=1e-2)
    assert read.vocabulary == ["[PAD]", "mühle", "##n"]


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "model.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match=r"pickled|zip|magic"):
        read_weights(tmp_path / "model.npz")
