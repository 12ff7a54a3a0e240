"""What moe's own tools are called with."""

from pydantic import BaseModel, ConfigDict, Field


class AskParams(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=20_000, description="What to answer from the documents.")
    use_model: bool = Field(
        True, description="False: the documents' own sentences only, whatever language model is configured."
    )


class SearchParams(BaseModel):
    """Words to look for."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, max_length=20_000, description="What to look for, in words.")
    limit: int = Field(8, ge=1, le=50, description="How many passages.")


class ExplainParams(BaseModel):
    """An answer, and which of its citations."""

    model_config = ConfigDict(extra="forbid")

    run_id: str = Field(min_length=1, max_length=200, description="As `ask` gave it.")
    citation: int | None = Field(None, ge=1, description="Its number in the answer; without it all are explained.")
