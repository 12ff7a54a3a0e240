"""Folders that hold no reader model, or a damaged one."""

import shutil
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from moe_core.contracts.errors import ModelMissingError
from moe_kit.reading.reader_folder import FILES, ReaderFolder
from tiny_reader import WORDS, make_graph

BLANK = (np.zeros((2, 15)), np.zeros((2, len(WORDS), 5)), np.zeros((2, len(WORDS), len(WORDS))))


@pytest.fixture
def folder(tiny_reader, tmp_path):
    return shutil.copytree(tiny_reader, tmp_path / "copy")


def load(folder):
    return ReaderFolder(folder, threads=1, stride=8)


def refuse(folder):
    """What is said of a folder: one line and what to do."""
    with pytest.raises(ModelMissingError) as told:
        load(folder)
    assert told.value.hint
    assert "\n" not in told.value.message
    return told.value.message


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    assert refuse(folder).endswith(f"has no {name}")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [b"", b"\x00\xff nonsense", b"[]"])
def test_a_damaged_file_is_named(folder, name, damage):
    (folder / name).write_bytes(damage)
    assert name in refuse(folder)


def test_a_model_cut_short_is_named(folder):
    whole = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[: len(whole) // 2])
    assert "model.onnx" in refuse(folder)


def test_a_model_that_takes_something_else_is_named(folder):
    graph = make_graph(*BLANK, inputs=("input_ids", "pixels", "token_type_ids"))
    onnx.save(graph, folder / "model.onnx")
    assert "takes input_ids, pixels, token_type_ids" in refuse(folder)


def test_a_model_that_gives_something_else_is_named(folder):
    onnx.save(make_graph(*BLANK, outputs=("logits", "hidden")), folder / "model.onnx")
    assert "gives logits, hidden" in refuse(folder)


@pytest.mark.parametrize(("value", "what"), [(float("nan"), "no numbers"), (None, "shape")])
def test_scores_that_are_none_are_told(folder, value, what):
    nodes = [helper.make_node("Cast", ["input_ids"], ["ids"], to=TensorProto.FLOAT)]
    if value is None:
        nodes += [helper.make_node("ReduceSum", ["ids"], [name]) for name in ("start_logits", "end_logits")]
    else:
        nodes += [helper.make_node("Mul", ["ids", "value"], [name]) for name in ("start_logits", "end_logits")]
    graph = helper.make_graph(
        nodes,
        "wrong",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("start_logits", "end_logits")],
        [] if value is None else [numpy_helper.from_array(np.array(value, dtype=np.float32), "value")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, folder / "model.onnx")
    loaded = load(folder)
    with pytest.raises(ModelMissingError, match=what):
        loaded.score(loaded.cutter.cut("Who?", "Ada."))


def test_a_model_without_token_types_is_taken(folder):
    graph = onnx.load(folder / "model.onnx")
    types = next(place for place, one in enumerate(graph.graph.input) if one.name == "token_type_ids")
    del graph.graph.input[types]
    graph.graph.initializer.append(numpy_helper.from_array(np.zeros((1, 1), dtype=np.int64), "token_type_ids"))
    onnx.save(graph, folder / "model.onnx")
    loaded = load(folder)
    starts, _ = loaded.score(loaded.cutter.cut("Who built the mill?", "Ada."))
    assert starts.shape == (1, 10)


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_package_that_is_not_there_is_named_with_the_extra(folder, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelMissingError, match=package) as told:
        load(folder)
    assert told.value.hint == "pip install 'moe-core[reader]'"
