"""What it costs to record a run in PostgreSQL: moe beside LangGraph with its PostgreSQL checkpointer.

    pip install psutil
    python benchmarks/postgres_checkpoints.py --peer PYTHON [--rounds 3] [--chains 30]

PYTHON is an interpreter with `langgraph`, `langgraph-checkpoint-sqlite`, `langgraph-checkpoint-postgres` and
`psycopg[binary]`. Both do the chain of 26 calls of orchestration/, of a model that answers at once, in one process, and
keep it on a server of their own: LangGraph its checkpoints, moe events and steps. Programs take turns. Printed: CPU ms
a chain of the program and of the server's processes, their sum a call, and the ratio of the sums.
"""

import argparse
import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).parent
CALLS = 26
WARM_UP = 5


async def do_langgraph(address: str, chains: int) -> float:
    """CPU seconds of so many chains of its cheapest graph, the first ones left out."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    sys.path.insert(0, str(HERE / "orchestration"))
    spec = importlib.util.spec_from_file_location("peer", HERE / "orchestration" / "peers" / "langgraph.py")
    assert spec is not None
    assert spec.loader is not None
    peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    model = peer.Model()
    async with AsyncPostgresSaver.from_conn_string(address) as saver:
        await saver.setup()
        graph = peer.build_flat(model.answer, saver, joins=True)
        before = 0.0
        for number in range(WARM_UP + chains):
            if number == WARM_UP:
                before = tell_begun()
            start = {"question": "q", "found": [], "merged": [], "answer": ""}
            await graph.ainvoke(start, {"configurable": {"thread_id": str(uuid.uuid4())}})
        spent = time.process_time() - before
    assert model.calls == CALLS * (WARM_UP + chains)
    return spent


def do_moe(address: str, chains: int) -> float:
    """The same of moe."""
    import wide_run

    from moe.app import App

    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"MOE_TRUST": "/", "HOME": name, "XDG_CONFIG_HOME": name, "OLLAMA_HOST": "127.0.0.1:1"}
        folder = wide_run.make_project(Path(name) / "project", [4, 4, 4, 4], 0.0)
        app = App.open(folder, overrides={"system.database": address, "system.executor": "inline"})

        async def work() -> float:
            before = 0.0
            for number in range(WARM_UP + chains):
                if number == WARM_UP:
                    before = tell_begun()
                result = await app.run(wide_run.REQUEST)
                assert result.status == "done", result.error
                assert result.usage.requests == CALLS
                assert app.runs.read_steps(result.run_id) or number
            return time.process_time() - before

        spent = asyncio.run(work())
        app.close()
    return spent


def tell_begun() -> float:
    """Say that what counts begins, and wait until whoever measures the server has looked."""
    print("begun", flush=True)
    sys.stdin.readline()
    return time.process_time()


def measure(python: str, what: str, address: str, chains: int, server: int) -> tuple[float, float]:
    """CPU ms a chain of the program, and of the server."""
    import wide_run

    command = [python, "-P", __file__, "--do", what, "--address", address, "--chains", str(chains)]
    environment = {**os.environ, "PYTHONPATH": f"{HERE}:{HERE.parent}" if what == "moe" else ""}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "begun\n"
        before = wide_run.read_cpu([server])
        program.stdin.write("go\n")
        program.stdin.flush()
        spent = json.loads(program.stdout.readline())
    time.sleep(0.5)  # its connections have ended by then
    return 1000 * spent / chains, 1000 * (wide_run.read_cpu([server]) - before) / chains


def compare(peer: str, rounds: int, chains: int) -> None:
    """Measure in turns, print."""
    import wide_run

    found: dict[str, list[tuple[float, float]]] = {"LangGraph": [], "moe": []}
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)  # the server's user goes through it
        with wide_run.run_postgres(Path(name) / "server", fsync=True) as address:
            server = int((Path(name) / "server" / "data" / "postmaster.pid").read_text().splitlines()[0])
            for _ in range(rounds):
                found["LangGraph"].append(measure(peer, "langgraph", address, chains, server))
                found["moe"].append(measure(sys.executable, "moe", address, chains, server))
    sums = {}
    for who, several in found.items():
        own, of_server = (sum(one[place] for one in several) / rounds for place in (0, 1))
        sums[who] = own + of_server
        print(f"{who:10} {own:7.2f} ms a chain, server {of_server:6.2f} ms, {(own + of_server) / CALLS:.3f} ms a call")
    print(f"ratio {sums['moe'] / sums['LangGraph']:.2f}; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chains", type=int, default=30)
    parser.add_argument("--do", choices=("langgraph", "moe"), help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.do == "langgraph":
        print(json.dumps(asyncio.run(do_langgraph(wanted.address, wanted.chains))))
    elif wanted.do == "moe":
        print(json.dumps(do_moe(wanted.address, wanted.chains)))
    elif wanted.peer is None:
        parser.error("--peer PYTHON is needed")
    else:
        compare(wanted.peer, wanted.rounds, wanted.chains)


if __name__ == "__main__":
    main()
