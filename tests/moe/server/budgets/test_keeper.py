"""One budget, counted exactly by several processes and servers, wherever it is counted."""

import asyncio
import json
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from moe.server.budgets.keeper import BudgetKeeper, open_budgets
from moe.server.budgets.store import BudgetHold
from moe.server.keys.file import ServerFile
from moe.server.keys.key import ApiKey
from moe.server.problems import ProblemError
from moe_core.contracts.errors import MoeError, RequestError, StorageError
from oidc_issuer import AUDIENCE, OidcIssuer
from quickest import do_within
from served_project import QUESTION, ServedProject

TALK = {**QUESTION, "belter": "research", "provider": "talker"}


def open_store(place):
    address, folder = place
    return open_budgets(address, "", ServerFile(folder, lambda: None))


def make_hold(account="ann", period="2026-11-30", limit=1000, tokens=7, seconds=60.0):
    names = {"account": account, "period": period}
    return BudgetHold(hold_id=uuid.uuid4().hex, limit=limit, tokens=tokens, seconds=seconds, **names)


@pytest.fixture
def store(place):
    made = open_store(place)
    yield made
    made.close()


@pytest.fixture
def account():
    """One of this test's own: the servers are those of all."""
    return f"user {uuid.uuid4().hex}"


def test_what_is_held_counts_until_it_is_settled_and_what_was_spent_after(store, account):
    first = make_hold(account, tokens=600)
    assert (store.hold(first).tokens, store.hold(make_hold(account, tokens=600)).tokens) == (600, 400)
    refused = store.hold(make_hold(account))
    assert (refused.tokens, refused.spent, refused.held) == (0, 0, 1000)
    store.settle(first, 150)
    store.settle(first, 150)  # as after an answer that got lost
    again = store.hold(make_hold(account, tokens=1000))
    assert (again.tokens, again.spent, again.held) == (450, 150, 400)
    assert store.hold(make_hold(account, period="2026-12-01", tokens=9)).tokens == 9
    assert store.hold(make_hold(f"{account} b", tokens=9)).tokens == 9
    store.charge(account, "2026-12-01", 985)
    assert store.hold(make_hold(account, period="2026-12-01", tokens=9)).tokens == 6


def test_what_a_dead_server_held_is_free_again_and_what_is_renewed_is_not(store, account):
    dead, alive = make_hold(account, tokens=400), make_hold(account, tokens=600, seconds=0.01)
    store.hold(dead)
    store.hold(alive)
    store.renew([alive.hold_id], 60.0)
    time.sleep(0.1)  # more than it was held for at first
    assert store.hold(make_hold(account)).tokens == 0
    store.renew([dead.hold_id], 0.01)
    time.sleep(0.1)
    assert store.hold(make_hold(account, tokens=999)).tokens == 400
    store.settle(dead, 10)  # it was not dead after all: what it spent counts
    assert store.hold(make_hold(account, tokens=999)).spent == 10


PROGRAM = """
import json, random, sys, threading, time, uuid
from pathlib import Path
from moe.server.budgets.keeper import open_budgets
from moe.server.budgets.store import BudgetHold
from moe.server.keys.file import ServerFile
address, folder, account, seed = sys.argv[1:]
store, spent, chance = open_budgets(address, "", ServerFile(Path(folder), lambda: None)), [], random.Random(seed)
def work():
    for _ in range(60):
        wanted = chance.randint(1, 60)
        names = {"hold_id": uuid.uuid4().hex, "account": account, "period": "2026-11-30"}
        hold = BudgetHold(limit=2500, tokens=wanted, seconds=60.0, **names)
        granted = store.hold(hold).tokens
        if granted:
            used = granted if granted < wanted else chance.randint(0, granted)
            store.settle(hold, used)
            spent.append(used)
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(spent))
"""
RACE = """
import json, sys, time, uuid
from pathlib import Path
from moe.server.budgets.keeper import open_budgets
from moe.server.budgets.store import BudgetHold
from moe.server.keys.file import ServerFile
address, folder, account, begin = sys.argv[1:]
store, won = open_budgets(address, "", ServerFile(Path(folder), lambda: None)), []
for tick in range(60):
    names = {"hold_id": uuid.uuid4().hex, "account": account, "period": f"2026-11-30T{tick}"}
    time.sleep(max(0.0, float(begin) + 0.02 * tick - time.time()))
    if store.hold(BudgetHold(limit=10, tokens=10, seconds=60.0, **names)).tokens:
        won.append(tick)
print(json.dumps(won))
"""


def run_processes(program, place, account, *last):
    """What two processes print, all together."""

    def run(word):
        words = [sys.executable, "-c", program, place[0], str(place[1]), account, word]
        environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "/usr/bin:/bin"}
        told = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    with ThreadPoolExecutor(len(last)) as pool:
        return [one for part in pool.map(run, last) for one in part]


def test_of_those_who_want_the_last_tokens_at_once_one_has_them(place, store, account):
    store.hold(make_hold(f"{account} other"))  # the tables are there
    begin = str(time.time() + 3.0)
    won = run_processes(RACE, place, account, begin, begin, begin)
    assert sorted(won) == list(range(60))


def test_processes_share_a_budget_to_the_token(place, store, account):
    spent = run_processes(PROGRAM, place, account, "1", "2")
    last = store.hold(make_hold(account, limit=2500, tokens=1))
    assert last.spent + last.held == sum(spent)
    assert sum(spent) == 2500


@pytest.mark.parametrize(
    ("address", "error", "told"),
    [
        ("mysql://x", RequestError, "'mysql', which keeps no budgets"),
        ("budgets.db", RequestError, "keeps no budgets"),
        ("redis://127.0.0.1:1/0", StorageError, "cannot be counted"),
        ("postgresql://127.0.0.1:1/x", StorageError, "cannot be counted"),
        ("redis://127.0.0.1:port/0", StorageError, "cannot be counted"),
    ],
)
def test_a_place_that_keeps_none_or_is_away_is_told_within_five_seconds(tmp_path, address, error, told):
    def ask() -> None:
        with pytest.raises(error, match=told):
            open_store((address, tmp_path)).hold(make_hold())

    do_within(5, ask)


@pytest.mark.anyio
async def test_what_could_not_be_written_is_written_later(tmp_path, monkeypatch):
    monkeypatch.setattr("moe.server.budgets.keeper._RENEW_SECONDS", 0.05)
    store = open_store(("", tmp_path))
    keeper, key = (
        BudgetKeeper(store, 100),
        ApiKey(key_id="a", name="ann", digest=b"", scopes=(), budget="tokens=150/day", created=0.0),
    )
    hold_id, tokens = await keeper.hold(key)
    assert tokens == 100
    broken = [MoeError("away")]

    def settle(hold, spent, right=store.settle):
        if broken:
            raise StorageError("away") from broken.pop()
        right(hold, spent)

    monkeypatch.setattr(store, "settle", settle)
    keeper.settle(hold_id, key, 30)
    async with asyncio.timeout(30):
        while repr(keeper) != "<BudgetKeeper, 0 held>":
            await asyncio.sleep(0.02)
    assert not broken
    assert (await keeper.hold(key, 999))[1] == 120
    with pytest.raises(ProblemError, match="runs that go on hold the 120 tokens that the key 'ann' has left") as waits:
        await keeper.hold(key)
    assert waits.value.headers["retry-after"] == "5"
    await keeper.close()


@pytest.mark.parametrize("kind", ["postgres", "redis"])
def test_two_servers_share_one_users_budget(request, tmp_path, kind):
    address, issuer = request.getfixturevalue(kind), OidcIssuer()
    issuer.user = {"sub": uuid.uuid4().hex, "preferred_username": "ann", "groups": ["staff"]}
    wanted = (f"issuer={issuer.url}", f"audience={AUDIENCE}", 'scopes={staff: ["runs:read", "runs:write"]}')
    settings = (*(f"server.oidc.{one}" for one in (*wanted, "budget=tokens=9000/day")), "server.budgets=env:BUDGETS")
    projects = [ServedProject(tmp_path, name) for name in ("one", "two")]  # as on two machines
    try:
        for project in projects:
            project.environment["BUDGETS"] = address
            project.start("--workers", "1", settings=(*settings, "server.run_tokens=3000"))
        clients = [one.open_client(headers={"authorization": f"Bearer {issuer.sign()}"}) for one in projects]
        spent, refused = 0, None
        with ThreadPoolExecutor(4) as pool:
            for _ in range(12):
                answers = list(pool.map(lambda client: client.post("/run", json=TALK), clients * 2))
                done = [answer.json() for answer in answers if answer.status_code == 200]
                spent += sum(run["usage"]["prompt_tokens"] + run["usage"]["completion_tokens"] for run in done)
                refused = next((answer for answer in answers if answer.status_code == 429), refused)
                if not done:
                    break
        for client in clients:
            client.close()
        assert refused is not None
        assert refused.json()["code"] == "key_budget"
        assert int(refused.headers["retry-after"]) > 0
        store, today = open_store((address, tmp_path)), time.strftime("%Y-%m-%d", time.gmtime())
        account = f"user {issuer.url} {issuer.user['sub']}"
        for _ in range(50):  # what has ended is written soon
            left = store.hold(make_hold(account, today, 10**9, 1, 0.01))
            if left.spent == spent:
                break
            time.sleep(0.1)
        store.close()
        assert left.spent == spent
        assert 0 < spent <= 9000
    finally:
        for project in projects:
            project.stop()
        issuer.stop()
