"""A reader model of this machine: finds the words that answer; the rules serve for all else."""

import os
import shutil
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import anyio

from moe_core import Health, ModelProvider, ModelRequest, MoeError, hookimpl
from moe_core.contracts.download import PullProgress
from moe_core.contracts.errors import ModelMissingError
from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.evidence_provider import EvidenceProvider
from moe_kit.extraction.read_spans import PassageReading, find_read_question
from moe_kit.reading.hub import HubClient
from moe_kit.reading.options import ReaderOptions, read_options
from moe_kit.reading.passage_reader import open_reader
from moe_kit.reading.reader_folder import EXTRA_HINT, PACKAGES, WEIGHTS, find_missing_file
from moe_kit.reading.reader_store import HOW_TO_GET, VARIABLE, ReaderStore

__all__ = ["ReaderProvider", "moe_model_providers"]

_TIME_SHARE = 0.5  # of what is left for a request: then the rules answer, who need next to nothing


class ReaderProvider(EvidenceProvider):
    """Which sentences answer a question, a BERT of the SQuAD kind decides; plans, tools and tables are left to rules.

    Options: those of `ReaderOptions`. `base_url` is the hub that models are fetched from.
    """

    name = "reader"
    summary = "Question answering model (ONNX) on this machine's processor, between rules and language models"
    can_pull = True

    async def read(self, request: ModelRequest) -> PassageReading | None:
        """What the model reads in the best passages; None for what rules answer better, and when time is over.

        Raises:
            ModelMissingError: There is no model, or it is damaged.
            ModelError: It fails, or an option is of no use.
        """
        options = read_options(self.settings.options)
        folder = self._find_folder(options, request.model)
        question = find_read_question(request.grounding)
        if not question:
            _require_packages(folder)
            return None
        now = time.time()
        deadline = None if request.deadline is None else now + _TIME_SHARE * (request.deadline - now)
        read = partial(_read, folder, options, question, request.grounding.evidence, deadline)
        return await anyio.to_thread.run_sync(read, abandon_on_cancel=True)

    async def health(self) -> Health:
        """Whether a model and what runs it are there; nothing is loaded."""
        try:
            folder = self._find_folder(read_options(self.settings.options), "")
            _require_packages(folder)
        except MoeError as error:
            return Health(ok=False, detail=f"{error.message}; {error.hint}" if error.hint else error.message)
        size = (folder / WEIGHTS).stat().st_size
        return Health(ok=True, detail=f"reads with {folder.name} ({size / 1e6:.0f} MB), no language model")

    async def models(self) -> list[str]:
        """Those that were fetched, and the one that is configured."""
        configured = self._configured(read_options(self.settings.options))
        return list(dict.fromkeys([*([configured] if configured else []), *ReaderStore.open_default().list_names()]))

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model from the hub by https, each file held to the size and hash that the hub lists.

        Raises:
            ModelMissingError: There is no such model, or it has no ONNX export.
            ModelUnavailableError: There is no network, or the hub fails.
            ModelError: What came is not what the hub lists.
            StorageError: The folder cannot be written.
        """
        folder = ReaderStore.open_default().place(model)
        begun = folder.with_name(f".{folder.name}")
        async with aclosing(HubClient(self.settings.base_url).fetch(model, begun)) as steps:
            async for step in steps:
                if step.status == "success":
                    _replace(begun, folder)
                yield step

    def _find_folder(self, options: ReaderOptions, model: str) -> Path:
        """Of the model that is asked for, if it was fetched; else of the configured one, else of the only one."""
        store = ReaderStore.open_default()
        there = store.list_names()
        name = (model if model in there else "") or self._configured(options)
        if not name and len(there) > 1:
            raise ModelMissingError(
                f"{len(there)} reader models are there, and none is chosen",
                provider=self.name,
                hint=f"set providers.reader.options.model: {there[0]}, or another, in config/providers.yaml",
            )
        if not name and not there:
            raise ModelMissingError("no reader model is there", provider=self.name, hint=HOW_TO_GET)
        folder = store.find_folder(name or there[0])
        find_missing_file(folder, raises=True)
        return folder

    def _configured(self, options: ReaderOptions) -> str:
        return options.model or os.environ.get(VARIABLE, "").strip()


def _read(
    folder: Path, options: ReaderOptions, question: str, evidence: Sequence[Evidence], deadline: float | None
) -> PassageReading | None:
    return open_reader(folder, options).read(question, evidence, deadline=deadline)


def _require_packages(folder: Path) -> None:
    missing = next((name for name in PACKAGES if find_spec(name) is None), "")
    if missing:
        raise ModelMissingError(
            f"the package {missing}, which runs reader models, is not installed",
            provider=ReaderProvider.name,
            model=folder.name,
            hint=EXTRA_HINT,
        )


def _replace(begun: Path, folder: Path) -> None:
    """The whole model takes the place of an older one."""
    if folder.exists():
        shutil.rmtree(folder)
    begun.rename(folder)


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """The reader."""
    return [ReaderProvider]
