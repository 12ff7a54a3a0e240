"""A reader model in a folder: `config.json`, `tokenizer.json` and `model.onnx`, checked when they are loaded."""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.errors import ModelMissingError
from moe_kit.reading.windows import Window, WindowCutter, pad

CONFIG, TOKENIZER, WEIGHTS = "config.json", "tokenizer.json", "model.onnx"
FILES = (CONFIG, TOKENIZER, WEIGHTS)
PACKAGES = ("onnxruntime", "tokenizers")
EXTRA_HINT = "pip install 'moe-core[reader]'"
FETCH_HINT = "fetch it anew: moe models pull --provider reader NAME"

_INPUTS = frozenset(["input_ids", "attention_mask", "token_type_ids"])
_OUTPUTS = ("start_logits", "end_logits")
_LENGTH_MAX, _LENGTH_MIN = 384, 32  # tokens of a window; the first as the published models were trained
_PLACES_LOST = 2  # RoBERTa and its kin count their places from the padding token's on


class ReaderFolder:
    """A model of this machine that scores the tokens of windows."""

    def __init__(self, folder: Path, *, threads: int, stride: int) -> None:
        """Load a model.

        Args:
            folder: Its own.
            threads: Of the processor.
            stride: Tokens that two windows of a passage have in common.

        Raises:
            ModelMissingError: A package or a file is missing, damaged, or no such model.
        """
        self.name = folder.name
        self._folder = folder
        runtime, tokenizers = (_import(name) for name in PACKAGES)
        find_missing_file(folder, raises=True)
        config = self._read_config()
        self._session = self._open(runtime, threads)
        self._inputs = self._check_inputs()
        self._outputs = self._check_outputs()
        tokenizer = self._read_tokenizer(tokenizers)
        self._pad_id = _read_int(config.get("pad_token_id"), 0)
        self.cutter = WindowCutter(tokenizer, length=_find_length(config), stride=stride)

    def score(self, windows: Sequence[Window]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How likely each token begins, and ends, the answer: two arrays of shape (windows, longest).

        Raises:
            ModelMissingError: The model fails, or its scores are none.
        """
        batch = pad(windows, pad_id=self._pad_id)
        shape = batch["input_ids"].shape
        try:
            found = self._session.run(list(self._outputs), {name: batch[name] for name in self._inputs})
            starts, ends = (np.asarray(scores, dtype=np.float32) for scores in found)
        except Exception as error:  # classes of onnxruntime's own, which are no public names
            raise self._misfit(f"fails: {_shorten(error)}") from error
        if starts.shape != shape or ends.shape != shape:
            raise self._misfit(f"gives scores of shape {starts.shape} and {ends.shape} for tokens of shape {shape}")
        if not (np.isfinite(starts).all() and np.isfinite(ends).all()):
            raise self._misfit("gives scores that are no numbers")
        return starts, ends

    def _read_config(self) -> Mapping[str, Any]:
        try:
            config = json.loads((self._folder / CONFIG).read_bytes())
        except (OSError, ValueError) as error:
            raise self._broken(CONFIG, error) from error
        if not isinstance(config, dict):
            raise self._broken(CONFIG, "it holds no object")
        return config

    def _read_tokenizer(self, tokenizers: ModuleType) -> Any:
        try:
            return tokenizers.Tokenizer.from_file(str(self._folder / TOKENIZER))
        except Exception as error:  # the package raises bare Exception
            raise self._broken(TOKENIZER, error) from error

    def _open(self, runtime: ModuleType, threads: int) -> Any:
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        try:
            return runtime.InferenceSession(
                str(self._folder / WEIGHTS), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # classes of onnxruntime's own, which are no public names
            raise self._broken(WEIGHTS, error) from error

    def _check_inputs(self) -> list[str]:
        names = [one.name for one in self._session.get_inputs()]
        unknown = [name for name in names if name not in _INPUTS]
        if "input_ids" not in names or unknown:
            told = f"takes {', '.join(names) or 'nothing'}"
            raise self._misfit(f"{told}, and a reader model takes input_ids, attention_mask and token_type_ids")
        return names

    def _check_outputs(self) -> tuple[str, str]:
        names = [one.name for one in self._session.get_outputs()]
        if not set(_OUTPUTS) <= set(names):
            told = ", ".join(names) or "nothing"
            raise self._misfit(f"gives {told}, and a reader model gives {' and '.join(_OUTPUTS)}")
        return _OUTPUTS

    def _broken(self, file: str, error: object) -> ModelMissingError:
        return ModelMissingError(
            f"{file} of the reader model in {self._folder} cannot be read: {_shorten(error)}",
            provider="reader",
            model=self.name,
            hint=FETCH_HINT,
        )

    def _misfit(self, what: str) -> ModelMissingError:
        return ModelMissingError(
            f"{WEIGHTS} in {self._folder} {what}",
            provider="reader",
            model=self.name,
            hint="export a question answering model to ONNX, with start_logits and end_logits",
        )


def find_missing_file(folder: Path, *, raises: bool = False) -> str:
    """The first file that a reader model needs and the folder lacks; "" when all are there.

    Raises:
        ModelMissingError: One is missing, and `raises`.
    """
    missing = next((name for name in FILES if not (folder / name).is_file()), "")
    if missing and raises:
        raise ModelMissingError(
            f"the reader model in {folder} has no {missing}", provider="reader", model=folder.name, hint=FETCH_HINT
        )
    return missing


def _find_length(config: Mapping[str, Any]) -> int:
    places = _read_int(config.get("max_position_embeddings"), _LENGTH_MAX) - _PLACES_LOST
    return max(_LENGTH_MIN, min(_LENGTH_MAX, places))


def _read_int(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _shorten(error: object) -> str:
    told = " ".join(str(error).split()) or type(error).__name__
    return told if len(told) <= 160 else f"{told[:159]}…"


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise ModelMissingError(
            f"the package {name}, which runs reader models, is not installed", provider="reader", hint=EXTRA_HINT
        ) from error
