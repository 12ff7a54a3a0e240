"""A local model server that misbehaves as a test plans it, and answers well otherwise.

It speaks OpenAI's and Ollama's API at once, and takes any model's name. By hand:

    python faulty_server.py stall_mid_body 3      # the first three questions, then well
"""

import inspect
import sys
import threading
from dataclasses import dataclass
from typing import Any, Literal

import model_answers
from fault_case import Case
from faults import ANSWERS, FAULTS, Fault
from loopback import LoopbackServer, Reply, Request
from model_answers import Asked, Said

OPENAI_PLACES: dict[str, Any] = {
    "/v1/models": {"object": "list", "data": [{"id": "faulty", "object": "model", "created": 0, "owned_by": "nobody"}]},
}
_CARD = {
    "name": "faulty:latest",
    "model": "faulty:latest",
    "modified_at": model_answers.CREATED_AT,
    "size": 1000,
    "digest": "0" * 64,
    "details": {"format": "gguf", "family": "llama", "parameter_size": "1K", "quantization_level": "F32"},
}
OLLAMA_PLACES: dict[str, Any] = {
    "/api/version": {"version": "0.12.0"},
    "/api/tags": {"models": [_CARD]},
    "/api/ps": {"models": [{**_CARD, "context_length": 4096, "size_vram": 0, "expires_at": model_answers.CREATED_AT}]},
    "/api/show": {
        "modelfile": "FROM faulty\n",
        "parameters": "",
        "template": "",
        "details": _CARD["details"],
        "model_info": {"general.architecture": "llama", "llama.context_length": 4096},
        "capabilities": ["completion", "tools", "embedding", "thinking"],
    },
}


@dataclass
class _Planned:
    """What happens to the next requests for a path; for any question to a model when the path is ""."""

    fault: Fault
    options: dict[str, Any]
    path: str
    times: float

    def concerns(self, request: Request, *, is_question: bool) -> bool:
        return self.path == request.path if self.path else is_question


class FaultyServer(LoopbackServer):
    """Answers well until told otherwise.

    Attributes:
        model: The one model that it lists.
        places: What else it answers, by path, as values of JSON; add or remove what a test needs.
    """

    model = "faulty"

    def __init__(self, speaks: Literal["both", "openai", "ollama"] = "both") -> None:
        self.places: dict[str, Any] = {}
        self._spoken = {"openai", "ollama"} if speaks == "both" else {speaks}
        if "openai" in self._spoken:
            self.places |= OPENAI_PLACES
        if "ollama" in self._spoken:
            self.places |= OLLAMA_PLACES
        self._plans: list[_Planned] = []
        self._planning = threading.Lock()
        super().__init__()

    def plan(self, fault: str, times: int | None = 1, *, path: str = "", **options: Any) -> None:
        """Let a fault happen to the next requests; several plans happen one after the other.

        Args:
            fault: Its name in `faults`, "say" for an answer of the test's own, or "well".
            times: How often; None for ever.
            path: Which requests; "" means questions to a model (chat, completion, embeddings) and nothing else.
            options: What the fault takes, see there.

        Raises:
            ValueError: There is no such fault.
            TypeError: The fault takes no such option.
        """
        known = {**FAULTS, **ANSWERS, "well": _well}
        if fault not in known:
            raise ValueError(f"no fault {fault!r}; there are {', '.join(known)}")
        inspect.signature(known[fault]).bind(None, **options)
        with self._planning:
            self._plans.append(_Planned(known[fault], options, path, float("inf") if times is None else times))

    def forget(self) -> None:
        """Answer well from now on, and forget what came."""
        with self._planning:
            self._plans.clear()
        self.requests.clear()

    def questions(self) -> list[Request]:
        """The requests that asked a model something."""
        return [request for request in self.requests if model_answers.read_asked(request)]

    def say(self, asked: Asked) -> Said:
        """What the model says when nothing is wrong."""
        return model_answers.say(asked)

    async def answer(self, request: Request, reply: Reply) -> None:
        asked = model_answers.read_asked(request)
        is_question = asked is not None and asked.shape in self._spoken
        fault = self._next(request, is_question=is_question)
        if fault is None and not is_question:
            await self._place(request, reply)
            return
        stand_in = Asked("openai", "chat", "", False, None, None, False, [])
        meant = asked or stand_in
        case = Case(request, meant, self.say(meant), reply, self.port)
        run, options = fault or (_well, {})
        await run(case, **options)

    def _next(self, request: Request, *, is_question: bool) -> tuple[Fault, dict[str, Any]] | None:
        with self._planning:
            for planned in self._plans:
                if planned.concerns(request, is_question=is_question):
                    planned.times -= 1
                    if planned.times <= 0:
                        self._plans.remove(planned)
                    return planned.fault, planned.options
        return None

    async def _place(self, request: Request, reply: Reply) -> None:
        if request.path in self.places:
            await reply.send_json(self.places[request.path])
        else:
            await reply.send_json({"error": {"message": f"Not Found: {request.path}", "code": 404}}, 404)


async def _well(case: Case) -> None:
    await case.say(case.said)


def main() -> None:
    server = FaultyServer()
    for fault, times in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        server.plan(fault, int(times))
    print(server.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
