"""Where reader models are: folders that the user names, and those that were fetched."""

import os
import re
from pathlib import Path

import msgspec
from platformdirs import user_data_path

from moe_core.contracts.errors import ModelMissingError
from moe_kit.reading.reader_folder import find_missing_file

VARIABLE = "MOE_READER_MODEL"
HOW_TO_GET = (
    "moe models pull --provider reader optimum/roberta-base-squad2, "
    "or name a model's folder: providers.reader.options.model in config/providers.yaml"
)
_NAME = re.compile(r"[\w.-]+/[\w.-]+")


class ReaderStore(msgspec.Struct, frozen=True, kw_only=True):
    """Finds models by name.

    Attributes:
        root: The folder that models are fetched into, each as owner/name.
    """

    root: Path

    @classmethod
    def open_default(cls) -> "ReaderStore":
        """The user's own."""
        return cls(root=user_data_path("moe", appauthor=False) / "readers")

    def list_names(self) -> list[str]:
        """The models that were fetched, whole, by name."""
        folders = sorted(
            folder for folder in self.root.glob("*/*") if folder.is_dir() and not folder.name.startswith(".")
        )
        names = [f"{folder.parent.name}/{folder.name}" for folder in folders if not find_missing_file(folder)]
        return [name for name in names if _NAME.fullmatch(name)]

    def find_folder(self, name: str) -> Path:
        """The folder of a model: a fetched one's by its name, or any by its path.

        Raises:
            ModelMissingError: There is none.
        """
        if name in self.list_names():
            return self.place(name)
        path = Path(os.path.expanduser(name)).absolute()
        if path.is_dir():
            return path
        is_name = _NAME.fullmatch(name) is not None and not name.startswith((".", "~"))
        hint = f"moe models pull --provider reader {name}" if is_name else HOW_TO_GET
        raise ModelMissingError(f"there is no reader model {name}", provider="reader", model=name, hint=hint)

    def place(self, name: str) -> Path:
        """Where the model of that name belongs, there or not.

        Raises:
            ModelMissingError: It is no name of a model.
        """
        if not _NAME.fullmatch(name) or ".." in name.split("/") or "." in name.split("/"):
            raise ModelMissingError(
                f"{name!r} is no name of a model",
                provider="reader",
                model=name,
                hint="write it as owner/name, such as optimum/roberta-base-squad2",
            )
        return self.root / name
