"""The provider's own settings: which model, and how it reads."""

from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moe_core.contracts.errors import ModelError
from moe_core.contracts.wire import JsonObject
from moe_kit.extraction.read_spans import PRESENCE_MIN

_OTHERS = frozenset(["evidence_coverage"])  # the rules' own, which every provider is given


class ReaderOptions(BaseModel):
    """What stands below `providers.reader.options`.

    Attributes:
        model: A fetched model's name or a folder's path; "" for `MOE_READER_MODEL`, else the only one fetched.
        threads: Of the processor, for one model.
        passages: The best so many of a question are read.
        stride: Tokens that two windows of a long passage have in common.
        presence_min: Below it the model's "not there" holds.
        temperature: Above 1 for a model that is surer than it is right, below 1 for the reverse.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    model: str = ""
    threads: int = Field(2, ge=1, le=256)
    passages: int = Field(12, ge=1, le=1000)
    stride: int = Field(128, ge=0, le=4096)
    presence_min: float = Field(PRESENCE_MIN, ge=0, le=1)
    temperature: float = Field(1.0, gt=0, le=100)


def read_options(options: JsonObject) -> ReaderOptions:
    """The options as configured.

    Raises:
        ModelError: One is unknown, or of no use.
    """
    try:
        return ReaderOptions.model_validate({key: value for key, value in options.items() if key not in _OTHERS})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        near = get_close_matches(name, ReaderOptions.model_fields, n=1)
        is_unknown = first["type"] == "extra_forbidden"
        raise ModelError(
            f"providers.reader.options.{name}: {'there is no such option' if is_unknown else first['msg'].lower()}",
            provider="reader",
            hint=f"did you mean {near[0]}?" if is_unknown and near else "see docs/reference/providers.md",
        ) from error
