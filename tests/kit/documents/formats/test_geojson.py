"""GeoJSON read as records of its features' properties."""

import json
from pathlib import Path
from typing import Any

import pytest

from moe_kit.documents.formats.json_tree import load_json


def read(tmp_path: Path, value: Any) -> str:
    file = tmp_path / "sites.geojson"
    file.write_text(json.dumps(value), encoding="utf-8")
    [document] = load_json(file, "sites.geojson").documents
    return document.text


def make_feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": "f1", "properties": properties, "geometry": geometry}


def test_a_feature_is_a_record_of_its_properties(tmp_path: Path) -> None:
    collection = {"type": "FeatureCollection", "features": [make_feature("Point", [-6.1, 57.9], name="Light")]}
    text = "name: Light; id: f1; geometry.type: Point; geometry.coordinates: -6.1, 57.9"
    assert read(tmp_path, collection) == text


def test_a_long_outline_is_told_by_the_box_around_it(tmp_path: Path) -> None:
    ring = [[-6 + 0.01 * number, 58 - 0.5 * number] for number in range(20)]
    features = [make_feature("Polygon", [ring], name="Basin"), make_feature("Polygon", [ring[:5]], name="Pond")]
    first, second = read(tmp_path, {"type": "FeatureCollection", "features": features}).split("\n")
    assert first == "name: Basin; id: f1; geometry.type: Polygon; geometry.bbox: -6.0, 48.5, -5.81, 58.0"
    assert "geometry.coordinates[0][4]: -5.96, 56.0" in second


@pytest.mark.parametrize("broken", [None, [], "x", [["a", "b"]] * 20, [[1]] * 20, [{"x": 1}] * 20])
def test_a_geometry_that_is_none_is_read_as_it_stands(tmp_path: Path, broken: Any) -> None:
    assert "name: Light" in read(tmp_path, make_feature("Polygon", broken, name="Light"))


def test_other_json_and_a_property_called_geometry_are_kept(tmp_path: Path) -> None:
    assert read(tmp_path, {"type": "Feature", "properties": 3, "geometry": None, "bbox": [1, 2]}) == "bbox: 1, 2"
    kept = read(tmp_path, make_feature("Point", [1, 2], geometry="round", id="own"))
    assert kept == "geometry: round\n\nid: own\n\nfeature geometry: type: Point; coordinates: 1, 2"
    assert read(tmp_path, {"type": "FeatureCollection", "features": 3}) == "type: FeatureCollection\n\nfeatures: 3"


def test_a_long_outline_across_the_180th_meridian_has_its_west_first(tmp_path: Path) -> None:
    lines = [[[177 + 0.1 * number, -17] for number in range(10)], [[-180 + 0.1 * number, -16] for number in range(10)]]
    text = read(tmp_path, make_feature("MultiLineString", lines, name="Reef"))
    assert text.endswith("; bbox: 177.0, -17, -179.1, -16")
