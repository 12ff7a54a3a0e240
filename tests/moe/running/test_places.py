"""Where answers lie on the Earth: from rows of documents, and from tools."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.places import find_places
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.location import Location
from moe_core.contracts.messages import Purpose
from moe_core.contracts.wire import to_wire
from moe_core.testing.doubles import make_tool
from moe_core.testing.values import make_evidence

pytestmark = pytest.mark.anyio

LISTINGS = """ref,address,kind,price,latitude,longitude
KS-1,3 Slip Street,house,164000,58.2091,-6.3889
KS-2,Granary flat 2,flat,121000,58.2102,-6.3811
KS-3,12 Harbour Row,house,178000,158.2,-6.39
KS-4,Mill Cottage,cottage,210000,58.2011,-6.3702
KS-5,Old Manse,house,345000,,
KS-6,7 Quay Lane,flat,99000,58.2095,-6.3850
KS-7,9 Quay Lane,flat,95000,58.2096,-6.3851
"""


async def ask(project: Path, question: str) -> tuple[Any, list[Event]]:
    (project / "listings.csv").write_text(LISTINGS, encoding="utf-8")
    events: list[Event] = []
    app = App.open(project, environ={})
    result = await app.run(RunRequest(question=question, docs=("listings.csv",)), on_event=events.append)
    return result, events


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_cited_row_of_a_spreadsheet_is_a_place_with_its_number(project: Path) -> None:
    result, events = await ask(project, "What is the price of Mill Cottage?")
    [place] = result.places
    assert (place.latitude, place.longitude, place.label) == (58.2011, -6.3702, "Mill Cottage")
    assert [result.citations[number - 1].text for number in place.citations] == [
        "ref: KS-4; address: Mill Cottage; kind: cottage; price: 210000; latitude: 58.2011; longitude: -6.3702"
    ]
    [told] = [event for event in events if event.kind is EventKind.PLACES_FOUND]
    assert told.data.places == tuple(map(to_wire, result.places))
    assert told.describe() == "1 place"


async def test_rows_of_a_figure_that_are_not_cited_are_places_without_a_number(project: Path) -> None:
    result, _ = await ask(project, "How many listings are there?")
    assert len(result.citations) == 5
    numbers = {place.label: place.citations for place in result.places}
    assert numbers == {
        "3 Slip Street": (1,),
        "Granary flat 2": (2,),
        "Mill Cottage": (4,),
        "7 Quay Lane": (),
        "9 Quay Lane": (),
    }


async def test_what_no_map_can_show_is_told_once_and_why(project: Path) -> None:
    result, _ = await ask(project, "How many listings are there?")
    told = [note["text"] for note in result.observer.notes if "on the map" in note["text"]]
    assert told == [
        "12 Harbour Row: latitude 158.2 is not between -90 and 90; it is not on the map.",
        "1 cited row of listings.csv without coordinates is not on the map.",
    ]


@pytest.mark.parametrize(("repeats", "is_beside"), [(1, False), (200, True)])
async def test_long_citations_are_located_beside_the_event_loop(
    project: Path, monkeypatch: pytest.MonkeyPatch, repeats: int, is_beside: bool
) -> None:
    monkeypatch.setitem(globals(), "LISTINGS", LISTINGS.replace("Mill Cottage", "Mill Cottage" + repeats * " so dry"))
    threads: list[int] = []

    def note_thread(*given: Any, **options: Any) -> Any:
        threads.append(threading.get_ident())
        return find_places(*given, **options)

    monkeypatch.setattr("moe.running.places._QUICK_CHARACTERS_MAX", 1_000)
    monkeypatch.setattr("moe.running.run.find_places", note_thread)
    await ask(project, "How many listings are there?")
    assert [thread != threading.get_ident() for thread in threads] == [is_beside]


async def test_an_answer_without_coordinates_has_no_places_and_no_event(project: Path) -> None:
    result, events = await ask(project, "Which listing has the highest price?")
    assert result.citations
    assert result.places == ()
    assert not [event for event in events if event.kind is EventKind.PLACES_FOUND]


async def test_rows_that_are_shown_as_nearest_are_places_without_a_number(project: Path) -> None:
    result, events = await ask(project, "Who designed the roof of Mill Cottage?")
    assert not result.citations
    assert "Mill Cottage" in "".join(one.text for one in result.nearest)
    assert ("Mill Cottage", ()) in [(place.label, place.citations) for place in result.places]
    assert [event for event in events if event.kind is EventKind.PLACES_FOUND]


async def test_the_evidence_of_a_tool_brings_its_own_place(make_runner: Any, good: Any) -> None:
    light = Location(latitude=58.5, longitude=-6.2, label="North light")
    evidence = replace(make_evidence("Ada Brook designed it."), location=light)
    tool = make_tool("lookup", answer={"evidence": [to_wire(evidence)]})
    result = await make_runner(good, tools=[tool]).run(RunRequest(question="Who designed it?", belter="research"))
    [place] = result.places
    assert (place.label, place.latitude, place.longitude, place.citations) == ("North light", 58.5, -6.2, (1,))


async def test_evidence_with_a_bad_place_is_cited_without_one(make_runner: Any, good: Any) -> None:
    evidence = {**to_wire(make_evidence("Ada Brook designed it.")), "location": {"latitude": "far", "longitude": 1}}
    tool = make_tool("lookup", answer={"evidence": [evidence]})
    result = await make_runner(good, tools=[tool]).run(RunRequest(question="Who designed it?", belter="research"))
    assert [citation.text for citation in result.citations] == ["Ada Brook designed it."]
    assert result.places == ()
    assert "its coordinates are no numbers; it is not on the map." in [note["text"] for note in result.observer.notes]


async def test_points_of_a_tool_that_computed_are_places_and_are_not_sent_to_the_model(
    make_runner: Any, good: Any
) -> None:
    seen: list[Any] = []

    def execute(request: Any) -> Any:
        seen.append(request.grounding.findings)
        return {"statements": [], "notes": []}

    good[Purpose.EXECUTE] = execute
    points = [{"latitude": 1.5, "longitude": 2.5, "label": "Buoy"}, {"latitude": 95, "longitude": 2, "label": "Wreck"}]
    tool = make_tool("lookup", answer={"statement": "There are 2 buoys.", "locations": points})
    result = await make_runner(good, tools=[tool]).run(RunRequest(question="How many?", belter="research"))
    assert [(place.label, place.citations) for place in result.places] == [("Buoy", ())]
    assert "Wreck: latitude 95 is not between -90 and 90; it is not on the map." in [
        note["text"] for note in result.observer.notes
    ]
    assert "There are 2 buoys." in str(seen)
    assert "Buoy" not in str(seen)
