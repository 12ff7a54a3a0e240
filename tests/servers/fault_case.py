"""One request that is to go wrong, and the ways to answer it whole, by half or with an error."""

import json
from dataclasses import dataclass
from typing import Any

import model_answers
from loopback import Reply, Request
from model_answers import Asked, Said

PIECES_BEFORE = 2  # how many pieces of a stream come before what goes wrong in the middle


@dataclass(frozen=True, slots=True)
class Case:
    """One request that is to go wrong, and what a well server would have said."""

    request: Request
    asked: Asked
    said: Said
    reply: Reply
    port: int

    async def refuse(self, status: int, message: str, headers: dict[str, str] | None = None, **facts: Any) -> None:
        """Answer with an error as this request's API words it."""
        openai = {"message": message, "type": "invalid_request_error", "param": None, "code": None, **facts}
        body = {"error": message if self.asked.shape == "ollama" else openai}
        await self.reply.send_json(body, status, headers)

    async def say(self, said: Said) -> None:
        """Answer well."""
        if not self.asked.is_streamed:
            await self.reply.send_json(model_answers.whole(self.asked, said))
            return
        await self.reply.begin(model_answers.stream_kind(self.asked))
        for line in model_answers.lines(self.asked, said):
            await self.reply.piece(line)
        await self.reply.end()

    async def say_half(self) -> None:
        """Answer well up to somewhere in the middle."""
        if self.asked.is_streamed:
            await self.reply.begin(model_answers.stream_kind(self.asked))
            for line in list(model_answers.lines(self.asked, self.said))[:PIECES_BEFORE]:
                await self.reply.piece(line)
            return
        body = self._whole()
        await self.reply.head(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
        await self.reply.raw(body[: len(body) // 2])

    def all_bytes(self) -> tuple[bytes, str]:
        """The good answer, in one go, with its content type."""
        if self.asked.is_streamed:
            lines = model_answers.lines(self.asked, self.said)
            return b"".join(lines), model_answers.stream_kind(self.asked)
        return self._whole(), "application/json"

    def _whole(self) -> bytes:
        return json.dumps(model_answers.whole(self.asked, self.said)).encode()
