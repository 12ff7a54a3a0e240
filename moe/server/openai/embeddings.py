"""Vectors of texts, as they are asked for and answered in OpenAI's form."""

import base64
import sys
from array import array
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from moe.server.problems import ProblemError, ProblemPart
from moe_core.contracts.wire import JsonObject, encode_json

EMBEDDINGS_HINT = "system.embeddings names one, as in ollama:nomic-embed-text"
_TEXTS_MAX = 2048  # as OpenAI's
Encoding = Literal["float", "base64"]
Text = Annotated[str, StringConstraints(min_length=1)]
_SCHEMA = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": _TEXTS_MAX},
    ]
}
Texts = Annotated[
    list[Text],
    Field(min_length=1, max_length=_TEXTS_MAX),
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),  # a union would tell both misfits
    WithJsonSchema(_SCHEMA),
]


class EmbeddingRequest(BaseModel):
    """Texts whose vectors are wanted."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"example": {"model": "ollama:nomic-embed-text", "input": ["Who restored the tidal mill?"]}},
    )

    model: str = Field(max_length=200)
    input: Texts
    encoding_format: Encoding = "float"
    dimensions: int | None = None

    def refuse_unsupported(self) -> None:
        """Refuse what cannot be done.

        Raises:
            ProblemError: Vectors of another length than the model's are wanted.
        """
        if self.dimensions is not None:
            told = "is not supported here: vectors are as long as the model makes them"
            raise ProblemError(
                "invalid_request", f"/dimensions: {told}", errors=(ProblemPart(pointer="/dimensions", detail=told),)
            )


def encode_vectors(vectors: Sequence[Sequence[float]], *, model: str, encoding: Encoding, tokens: int) -> bytes:
    """The answer.

    Args:
        vectors: One for each text.
        model: Who made them.
        encoding: Numbers, or the bytes of 32-bit floats in base64.
        tokens: The texts have about so many.
    """
    entries: list[JsonObject] = [
        {"object": "embedding", "index": place, "embedding": _pack(vector) if encoding == "base64" else vector}
        for place, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return encode_json({"object": "list", "data": entries, "model": model, "usage": usage})


def _pack(vector: Sequence[float]) -> str:
    floats = array("f", vector)
    if sys.byteorder == "big":
        floats.byteswap()
    return base64.b64encode(floats.tobytes()).decode()
