"""What a worker is told of a run."""

from moe_core.contracts.executor import Needs, QueuedTask


def make_task(run_id: str, *, again: int = 0, needs: Needs | None = None) -> QueuedTask:
    """What a worker is told of a run.

    Args:
        run_id: The run.
        again: A number that no task of it had; an executor does a task of one id once.
        needs: What it needs of the worker.
    """
    task_id = f"{run_id}/again-{again}" if again else run_id
    return QueuedTask(task_id=task_id, payload={"run_id": run_id}, needs=needs or {})
