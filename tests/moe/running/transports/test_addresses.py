"""Where an agent's workers are: named, in moe's record, or in a register."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from moe.contracts.workers import WorkerLease, WorkerSummary
from moe.running.transports.addresses import AddressBook
from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.errors import RequestError, TransportError
from moe_core.contracts.transports import TransportHealth
from moe_core.testing import memory_registry
from plugins.discoveries.dns import DnsDiscovery
from plugins.transports.http import HttpTransport
from plugins.transports.inproc import InprocTransport

pytestmark = pytest.mark.anyio
SEARCH = "drummer:search"


class HouseRegister(WorkerRegister):
    """A register that says what a test says."""

    name, summary, schemes = "house", "For tests", ("house",)
    said: Sequence[str] | None = ()
    asked = 0

    async def find(self, target: str) -> Sequence[str]:
        HouseRegister.asked += 1
        if self.said is None:
            raise TransportError("the register is away", retryable=True)
        return self.said


REGISTRY = memory_registry(transports=[HttpTransport, InprocTransport], discoveries=[HouseRegister, DnsDiscovery])


def make_worker(name: str, *, targets: Sequence[str] = (SEARCH,), **fields) -> WorkerSummary:
    lease = WorkerLease(
        worker_id=name,
        pid=1,
        host="h",
        version="",
        concurrency=1,
        lease_seconds=10,
        urls=(f"inproc://{name}",),
        abilities={"agent": tuple(targets)},
    )
    usual = {"state": "live", "silent_seconds": 0.0, "seconds": 1.0, "runs": 0}
    return WorkerSummary(lease=lease, **{**usual, **fields})


async def find(book: AddressBook, target: str = SEARCH) -> list[str]:
    return sorted(place.url for place in (await book.find_balance(target)).places)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moe.running.transports.addresses.REFRESH_SECONDS", 0.0)


async def test_the_record_names_live_and_ready_workers_that_do_the_target():
    unready = TransportHealth(is_live=True, is_ready=False, reason="it ends")
    workers = [
        make_worker("a"),
        make_worker("b", state="dead"),
        make_worker("c", targets=["belter:research"]),
        make_worker("d", state="draining"),
        make_worker("e", health=unready),
    ]
    book = AddressBook(["workers://"], REGISTRY, list_workers=lambda: workers)
    assert await find(book) == ["inproc://a"]
    assert await find(book, "belter:research") == ["inproc://c"]
    workers.append(make_worker("f"))
    del workers[0]
    assert await find(book) == ["inproc://f"]
    workers.clear()
    with pytest.raises(TransportError, match="no worker that does drummer:search is registered at workers://"):
        await find(book)


async def test_what_is_known_of_a_place_stays_while_it_does():
    workers = [make_worker("a"), make_worker("b")]
    book = AddressBook(["workers://"], REGISTRY, list_workers=lambda: workers)
    balance = await book.find_balance(SEARCH)
    [a] = [place for place in balance.places if place.url == "inproc://a"]
    a.failures = 3
    workers.append(make_worker("c"))
    again = await book.find_balance(SEARCH)
    assert again is balance
    assert {place.url: place.failures for place in again.places} == {"inproc://a": 3, "inproc://b": 0, "inproc://c": 0}


async def test_a_register_that_is_away_is_remembered_by_what_it_said_last(monkeypatch):
    book = AddressBook(["house://there", "inproc://named"], REGISTRY)
    monkeypatch.setattr(HouseRegister, "said", ("inproc://told",))
    assert await find(book) == ["inproc://named", "inproc://told"]
    monkeypatch.setattr(HouseRegister, "said", None)
    assert await find(book) == ["inproc://named", "inproc://told"]
    with pytest.raises(TransportError, match="the register is away"):
        await find(AddressBook(["house://there"], REGISTRY))


async def test_a_register_is_not_asked_for_each_task(monkeypatch):
    monkeypatch.setattr("moe.running.transports.addresses.REFRESH_SECONDS", 60.0)
    monkeypatch.setattr(HouseRegister, "said", ("inproc://told",))
    before, book = HouseRegister.asked, AddressBook(["house://there"], REGISTRY)
    for _ in range(5):
        await find(book)
    assert HouseRegister.asked == before + 1


async def test_a_name_stands_for_all_its_addresses():
    found = await find(AddressBook(["dns+http://localhost:6001"], REGISTRY))
    assert "http://127.0.0.1:6001" in found
    with pytest.raises(TransportError, match="cannot be looked up"):
        await find(AddressBook(["dns+http://moe-workers.invalid:6001"], REGISTRY))


def test_what_stands_for_nobody_is_refused():
    with pytest.raises(RequestError, match="none is kept"):
        AddressBook(["workers://"], REGISTRY)
    with pytest.raises(RequestError, match="no transport or discovery") as caught:
        AddressBook(["hause://there"], REGISTRY)
    assert "house (discovery house)" in str(caught.value.hint)


async def test_who_has_a_login_of_its_own_uses_it_for_what_is_registered_without_one():
    named, other = "http://me:s3cret@host:6001/?queue=work", "http://other:6001"
    worker = make_worker("a")
    worker = replace(worker, lease=replace(worker.lease, urls=("http://host:6001/?queue=work", other)))
    book = AddressBook([named, "workers://"], REGISTRY, list_workers=lambda: [worker])
    assert await find(book) == sorted([named, other])
