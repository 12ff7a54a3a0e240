"""What clients of the Model Context Protocol ask over HTTP, done by the server's workers for whoever asks."""

from collections import OrderedDict
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.mcp.answers import KeptExplanations, ToolReply, describe_passages, describe_result
from moe.mcp.params import AskParams, ExplainParams, SearchParams
from moe.server.keys.access import Access
from moe.server.keys.key import RUNS_READ, RUNS_WRITE, TOOLS_RUN
from moe.server.pool.job import PoolJob
from moe.server.problems import ProblemError
from moe.server.run_desk import RunDesk
from moe_core.contracts.errors import RequestError
from moe_core.contracts.wire import JsonObject, decode_json

ASKING: ContextVar[Access] = ContextVar("asking")
"""Who has sent the request at hand."""

_WITHOUT_MODEL = "extractive"
_KEYS_MAX = 200  # of which explanations are at hand


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAnswers:
    """Has workers answer, over the project's index.

    Attributes:
        desk: Takes runs and calls of tools.
        wait_seconds: Longest that one of them is waited for.
    """

    desk: RunDesk
    wait_seconds: float
    _explanations: OrderedDict[str, KeptExplanations] = field(default_factory=OrderedDict)

    async def ask(self, params: AskParams) -> ToolReply:
        """A cited answer."""
        access = _demand(RUNS_WRITE)
        provider = None if params.use_model else _WITHOUT_MODEL
        try:
            job = await self.desk.submit(RunRequest(question=params.question, explain=True, provider=provider), access)
            result = decode_json(RunResult, await self._await(job, access))
        except ProblemError as problem:
            raise _explain(problem) from problem
        self._find_kept(access).keep(result)
        return describe_result(result)

    async def search(self, params: SearchParams) -> ToolReply:
        """The best passages, with the characters they stand on."""
        wanted = {"query": params.query[:2000], "k": params.limit}
        found = await self._call("document_search", wanted, _demand(RUNS_READ))
        return describe_passages(found.get("passages", ()))

    async def explain(self, params: ExplainParams) -> ToolReply:
        """How the passages that an answer cites were found; only of answers that the same key was given."""
        return self._find_kept(_demand(RUNS_READ)).describe(params)

    async def call_tool(self, full_id: str, params: Mapping[str, Any]) -> JsonObject:
        """The result of a tool that is exposed."""
        return await self._call(full_id, params, _demand(TOOLS_RUN))

    async def _call(self, tool: str, params: Mapping[str, Any], access: Access) -> JsonObject:
        try:
            job = await self.desk.call_tool(tool, params, (), None, access)
            return decode_json(dict[str, Any], await self._await(job, access))
        except ProblemError as problem:
            raise _explain(problem) from problem

    async def _await(self, job: PoolJob, access: Access) -> bytes:
        result = await self.desk.wait(job, self.wait_seconds)
        if result is None:
            if job.order.is_run:
                await self.desk.cancel(job.run_id, access)
            raise ProblemError("deadline", "it took too long, and was ended")
        return result

    def _find_kept(self, access: Access) -> KeptExplanations:
        kept = self._explanations.setdefault(access.owner, KeptExplanations())
        self._explanations.move_to_end(access.owner)
        while len(self._explanations) > _KEYS_MAX:
            self._explanations.popitem(last=False)
        return kept


def _demand(scope: str) -> Access:
    access = ASKING.get()
    try:
        access.demand(scope)
    except ProblemError as problem:
        raise _explain(problem) from problem
    return access


def _explain(problem: ProblemError) -> RequestError:
    return RequestError(problem.detail, hint=problem.hint)
