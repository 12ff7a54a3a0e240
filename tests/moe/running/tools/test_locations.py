"""Points on the Earth that tools' results bring."""

import pytest

from moe.running.tools.locations import lists_points_alone, take_locations
from moe.running.tools.toolbox import take_evidence
from moe_core.contracts.location import Location
from moe_core.contracts.wire import to_wire
from moe_core.testing.values import make_evidence

MILL = {"latitude": 58.2, "longitude": -6.4, "label": "Mill"}


def test_listed_points_are_taken():
    found = take_locations({"locations": [MILL, {"latitude": "1.5", "longitude": 2}], "text": "two"})
    assert [(one.latitude, one.longitude, one.label) for one in found.locations] == [
        (58.2, -6.4, "Mill"),
        (1.5, 2.0, ""),
    ]
    assert found.faults == ()


@pytest.mark.parametrize("locations", ["Oslo", ["Oslo", "Bergen"], [{"city": "Oslo"}], 3, None, [None]])
def test_what_a_tool_calls_locations_otherwise_is_left_to_it(locations):
    result = {"locations": locations}
    found = take_locations(result)
    assert (found.result, found.locations, found.faults) == (result, (), ())
    assert not lists_points_alone(locations)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ({"latitude": 91, "longitude": 0, "label": "Pole"}, "Pole: latitude 91 is not between -90 and 90"),
        ({"latitude": "far", "longitude": 0, "label": "Pole"}, "Pole: its coordinates are no numbers"),
        ({"latitude": None, "longitude": 0}, "its coordinates are no numbers"),
    ],
)
def test_a_bad_point_is_told_and_the_others_stay(bad, fault):
    found = take_locations({"locations": [bad, MILL]})
    assert [one.label for one in found.locations] == ["Mill"]
    assert found.faults == (f"{fault}; it is not on the map.",)


def test_evidence_loses_a_bad_point_and_nothing_else():
    good, bad = {"evidence_id": "a", "location": MILL}, {"evidence_id": "b", "location": {**MILL, "longitude": 181}}
    found = take_locations({"evidence": [good, bad, "no evidence"]})
    assert found.result["evidence"] == [good, {"evidence_id": "b"}, "no evidence"]
    assert found.faults == ("Mill: longitude 181 is not between -180 and 180; it is not on the map.",)


@pytest.mark.parametrize(
    ("given", "point", "faults"),
    [
        (None, None, 0),
        ("", None, 0),
        ({}, None, 0),
        ("Oslo", None, 1),
        ([1, 2], None, 1),
        (7, None, 1),
        ({"latitude": "far", "longitude": 2}, None, 1),
        ({"latitude": 91, "longitude": 2}, None, 1),
        ({"latitude": "91", "longitude": "2"}, None, 1),
        ({"latitude": "51.5", "longitude": "7.1"}, Location(latitude=51.5, longitude=7.1), 0),
        (
            {"latitude": 51.5, "longitude": "7.1", "label": "Mill"},
            Location(latitude=51.5, longitude=7.1, label="Mill"),
            0,
        ),
        ({"latitude": 51, "longitude": 7, "label": None, "height": 3}, Location(latitude=51.0, longitude=7.0), 0),
    ],
)
def test_evidence_stays_whatever_its_point_is(given, point, faults):
    plain = to_wire(make_evidence("Ada Brook designed it."))
    found = take_locations({"evidence": [{**plain, "location": given}], "found": 1})
    assert [(one.text, one.location) for one in take_evidence(found.result)] == [("Ada Brook designed it.", point)]
    assert len(found.faults) == faults
    assert found.result["found"] == 1


def test_points_alone_are_told_apart_from_what_a_model_should_read():
    assert lists_points_alone([MILL])
    assert not lists_points_alone([MILL, "Oslo"])
    assert not lists_points_alone([])
