"""What is asked for in OpenAI's form."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from moe.server.problems import ProblemError, ProblemPart

_TEXT_FORMAT = {"type": "text"}


class ChatMessage(BaseModel):
    """One message; only the last of the user counts."""

    model_config = ConfigDict(extra="ignore")

    role: str = Field(max_length=50)
    content: str | list[dict[str, Any]] | None = None


class ChatStreamOptions(BaseModel):
    """How a stream ends."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A chat's next answer. Fields that steer sampling are taken and have no effect."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"example": {"model": "moe", "messages": [{"role": "user", "content": "Who?"}]}},
    )

    model: str = Field(max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=1000)
    stream: bool = False
    stream_options: ChatStreamOptions | None = None
    stop: str | list[str] | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    docs: list[str] = Field([], max_length=1000, description="moe's own: documents in place of the index")
    collection: str | None = Field(
        None, min_length=1, max_length=200, description="moe's own: a collection in place of the index"
    )
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    response_format: dict[str, Any] | None = None
    logprobs: bool | None = None
    audio: dict[str, Any] | None = None

    def find_question(self) -> str:
        """The text of the user's last message.

        Raises:
            ProblemError: There is none, or it is more than text.
        """
        for place in range(len(self.messages) - 1, -1, -1):
            if self.messages[place].role == "user":
                return _read_text(self.messages[place], f"/messages/{place}/content")
        raise _refuse("/messages", "no message is the user's")

    def refuse_unsupported(self) -> None:
        """Refuse what would change the answer and cannot be done.

        Raises:
            ProblemError: Something is wanted that is not there.
        """
        wanted = {
            "n": self.n not in (None, 1),
            "tools": bool(self.tools),
            "functions": bool(self.functions),
            "response_format": self.response_format not in (None, _TEXT_FORMAT),
            "logprobs": bool(self.logprobs),
            "audio": self.audio is not None,
        }
        for name, is_wanted in wanted.items():
            if is_wanted:
                raise _refuse(f"/{name}", "is not supported here")

    @property
    def stops(self) -> list[str]:
        """Texts at which the answer ends."""
        stops = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [stop for stop in stops if stop]

    @property
    def tokens_max(self) -> int | None:
        """Words of the answer at most."""
        return self.max_completion_tokens or self.max_tokens


def _read_text(message: ChatMessage, pointer: str) -> str:
    content = message.content
    if isinstance(content, str):
        text = content
    else:
        parts = content or []
        if any(part.get("type") != "text" or not isinstance(part.get("text"), str) for part in parts):
            raise _refuse(pointer, "only text is read")
        text = "\n".join(part["text"] for part in parts)
    if not text.strip():
        raise _refuse(pointer, "is empty")
    return text.strip()


def _refuse(pointer: str, detail: str) -> ProblemError:
    return ProblemError(
        "invalid_request", f"{pointer}: {detail}", errors=(ProblemPart(pointer=pointer, detail=detail),)
    )
