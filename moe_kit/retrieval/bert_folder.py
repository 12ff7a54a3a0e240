"""A BERT sentence-embedding model in a folder, as sentence-transformers lays it out."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from moe_core.contracts.errors import ConfigError
from moe_kit.bert import BertEncoder, BertShape

_CONFIG = "config.json"
_WEIGHTS = "model.safetensors"
_TOKENIZER = "tokenizer.json"
_SAMPLE_BYTES = 1 << 20  # hashed of the weights at either end
_TYPES = {"F32": "<f4", "F16": "<f2", "F64": "<f8"}

Part = TypeVar("Part", bound=BaseModel)


class _Pooling(BaseModel):
    pooling_mode_mean_tokens: bool = True
    pooling_mode_cls_token: bool = False


class _Limits(BaseModel):
    max_seq_length: int = Field(512, gt=2)


class _Prompts(BaseModel):
    prompts: dict[str, str] = Field(default_factory=dict)


def is_bert_folder(folder: Path) -> bool:
    """Whether a folder holds a model that `BertFolder` runs; other kinds need another library."""
    if not all((folder / name).is_file() for name in (_CONFIG, _WEIGHTS, _TOKENIZER)):
        return False
    pooling = _read(folder / "1_Pooling" / _CONFIG, _Pooling)
    try:
        is_supported = BertShape.model_validate_json((folder / _CONFIG).read_bytes()).is_supported
    except ValidationError:
        return False
    return is_supported and (pooling.pooling_mode_mean_tokens or pooling.pooling_mode_cls_token)


class BertFolder:
    """Embeds texts with a model of this machine, in numpy."""

    def __init__(self, folder: Path, tokenizers: ModuleType, *, name: str) -> None:
        """Load a model.

        Args:
            folder: Its own.
            tokenizers: The package of that name.
            name: What to call it.

        Raises:
            ConfigError: A file is damaged.
        """
        try:
            shape = BertShape.model_validate_json((folder / _CONFIG).read_bytes())
            weights = _map_weights(folder / _WEIGHTS)
            pooling = _read(folder / "1_Pooling" / _CONFIG, _Pooling)
            self._encoder = BertEncoder(shape, weights, is_mean=pooling.pooling_mode_mean_tokens)
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / _TOKENIZER))
        except Exception as error:  # the tokenizers package raises bare Exception
            raise ConfigError(
                f"the embedding model in {folder} cannot be read: {type(error).__name__}: {error}",
                source=str(folder),
                hint="install or copy the model again",
            ) from error
        limits = _read(folder / "sentence_bert_config.json", _Limits)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(min(limits.max_seq_length, shape.max_position_embeddings))
        prompts = _read(folder / "config_sentence_transformers.json", _Prompts).prompts
        self._query_prompt = prompts.get("query", "")
        self._text_prompt = prompts.get("document", prompts.get("passage", ""))
        self.model_id = f"{name} {_fingerprint(folder)}"

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, dimensions)."""
        prompt = self._query_prompt if is_query else self._text_prompt
        encoded = self._tokenizer.encode_batch([prompt + text for text in texts])
        return self._encoder.encode([part.ids for part in encoded])


def _map_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The tensors of a safetensors file: eight bytes of length, a header in JSON, then the numbers."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int(data[:8].view("<u8")[0])
    header: dict[str, Any] = json.loads(data[8:start].tobytes())
    weights = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] in _TYPES:
            first, stop = about["data_offsets"]
            numbers = data[start + first : start + stop].view(_TYPES[about["dtype"]])
            weights[name] = np.asarray(numbers, dtype=np.float32).reshape(about["shape"])
    return weights


def _fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits that change with the model; of the weights, both ends and the size are looked at."""
    found = hashlib.blake2b(digest_size=6)
    for name in (_CONFIG, _TOKENIZER, "sentence_bert_config.json", f"1_Pooling/{_CONFIG}"):
        if (folder / name).is_file():
            found.update((folder / name).read_bytes())
    with (folder / _WEIGHTS).open("rb") as file:
        size = (folder / _WEIGHTS).stat().st_size
        found.update(size.to_bytes(8, "little") + file.read(_SAMPLE_BYTES))
        file.seek(max(0, size - _SAMPLE_BYTES))
        found.update(file.read(_SAMPLE_BYTES))
    return found.hexdigest()


def _read(path: Path, kind: type[Part]) -> Part:
    """One of the small files; its defaults when it is missing or says nothing of use."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return kind()
