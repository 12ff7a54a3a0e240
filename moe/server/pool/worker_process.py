"""A worker as the server sees it: a process with orders going in and news coming out."""

import asyncio
import contextlib
import sys
from collections.abc import Callable

from moe.server.pool.job import PoolJob
from moe.server.pool.messages import WorkerNews, WorkerProject
from moe.server.pool.worker import LINE_MAX
from moe_core.contracts.wire import decode_json, encode_json

# With this process's own search path: nothing of the project's folder is taken for Python's or moe's own.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from moe.server.pool.worker import main; main()"


class WorkerProcess:
    """One child process.

    Attributes:
        jobs: What it was told to do and has not ended, by run id.
        is_ready: Whether it has opened its project.
        is_outdated: Whether the project is another since; it is given nothing more.

    Args:
        project: What it opens.
        on_news: Told whatever it has to say.
    """

    def __init__(self, project: WorkerProject, on_news: "Callable[[WorkerProcess, WorkerNews], None]") -> None:
        self.jobs: dict[str, PoolJob] = {}
        self.is_ready = False
        self.is_outdated = False
        self._project = project
        self._on_news = on_news
        self._process: asyncio.subprocess.Process | None = None

    def __repr__(self) -> str:
        return f"<WorkerProcess {self.pid}, {len(self.jobs)} jobs>"

    @property
    def takes_work(self) -> bool:
        """Whether it may be given something to do."""
        return self.is_ready and not self.is_outdated

    @property
    def pid(self) -> int:
        """The process's number; 0 before it is there."""
        return 0 if self._process is None else self._process.pid

    async def live(self) -> None:
        """Start the process, and hear it until it has ended."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _PROGRAM, *sys.path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=self._project.project,  # where relative names of documents begin
            limit=LINE_MAX,
            start_new_session=True,  # Ctrl-C is for the server alone, which then ends its workers
        )
        assert self._process.stdout is not None
        try:
            self._write(encode_json(self._project))
            while line := await self._process.stdout.readline():
                self._on_news(self, decode_json(WorkerNews, line))
        finally:
            self.is_ready = False
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def give(self, job: PoolJob) -> None:
        """Have it do a job."""
        job.attempts += 1
        self.jobs[job.run_id] = job
        self._write(encode_json(job.order))

    def retire(self) -> None:
        """Give it nothing more, and have it end once it has done what it does."""
        self.is_outdated = True
        self.close_if_done()

    def close_if_done(self) -> None:
        """End it if it is outdated and does nothing."""
        if self.is_outdated and not self.jobs:
            self.close()

    def close(self) -> None:
        """Have it cancel what it does, and end."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _write(self, line: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
