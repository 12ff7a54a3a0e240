"""Where rows of tables lie on the Earth."""

import pytest

from moe_kit.tables.coordinates import CoordinateError, locate_rows, read_location


def locate(text, start=0, end=None):
    return locate_rows(text, start, len(text) if end is None else end)


def points(text, **span):
    return [(one.latitude, one.longitude, one.label) for one in locate(text, **span).locations]


@pytest.mark.parametrize(
    "names",
    [
        ("latitude", "longitude"),
        ("lat", "lon"),
        ("Lat", "Lng"),
        ("LAT", "LONG"),
        ("geo_lat", "geo_long"),
        ("Latitude (N)", "Longitude (E)"),
        ("position.lat", "position.lng"),
        ("startLat", "startLon"),
        ("Breitengrad", "Längengrad"),
    ],
)
def test_columns_of_coordinates_are_known_by_their_names(names):
    assert points(f"name: Mill; {names[0]}: 58.2; {names[1]}: -6.4") == [(58.2, -6.4, "Mill")]


@pytest.mark.parametrize(
    "row",
    [
        "name: Mill; plate: 58.2; long: 6.4",
        "name: Mill; lat: 58.2; longish: 6.4",
        "name: Mill; start_lat: 58.2; end_lon: 6.4",
        "name: Mill; lat: ; lon: ",
        "name: Mill; lat: n/a; lon: n/a",
        "It was late: the lat was 58.2; nobody knew the lon.",
    ],
)
def test_what_is_no_pair_of_coordinates_has_no_place_and_no_fault(row):
    found = locate(row)
    assert (found.locations, found.faults) == ((), ())


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        ("58.25", 58.25),
        ("58,25", 58.25),
        ("-58.25", -58.25),
        ("\u221258.25", -58.25),
        ("58.25 N", 58.25),
        ("58.25° S", -58.25),
        ("N 58.25", 58.25),
        ("58° 15' N", 58.25),
        ("58°15'36\"S", -58.26),
        ("58\u00b0 15\u2032 36\u2033 S", -58.26),
        ("N  58 ° 15 '  36 ''", 58.26),
        ("58 deg\u00a015'W", -58.25),
    ],
)
def test_degrees_are_read_as_people_write_them(written, degrees):
    location = read_location([("lat", written), ("lon", "7.5")])
    assert location is not None
    assert location.latitude == pytest.approx(degrees)


@pytest.mark.parametrize(
    "written", ["1" + 100_000 * " " + "x", "1" + 64 * " " + "N", 65 * "1", "1" + 40 * " 1", "1" * 40, "5815'", "1 2 3"]
)
def test_what_is_too_long_or_no_degrees_is_refused(written):
    with pytest.raises(CoordinateError, match="is no number of degrees"):
        read_location([("lat", written), ("lon", "2")])


def test_both_in_one_column_are_read_with_the_latitude_first():
    assert points("name: Mill; lat_lon: 58.2, -6.4") == [(58.2, -6.4, "Mill")]


def test_a_point_of_geojson_is_read_with_its_longitude_first():
    row = "type: Feature; properties.name: Light; geometry.type: Point; geometry.coordinates: -6.1, 57.9, 12"
    assert points(row) == [(57.9, -6.1, "Light")]
    assert points(row.replace("Point", "Circle")) == []


@pytest.mark.parametrize(
    "geometry",
    [
        "geometry.type: LineString; geometry.coordinates[0]: 1, 10; geometry.coordinates[1]: 3, 20",
        "geometry.type: Polygon; geometry.coordinates[0][0]: 1, 20, 7; geometry.coordinates[0][1]: 3, 10, 7",
        "geometry.type: MultiPoint; geometry.coordinates[0]: 3, 20; geometry.coordinates[1]: 1, 10",
        "geometry.type: Polygon; geometry.bbox: 1, 10, 3, 20",
        "geometry.type: Polygon; geometry.bbox: 1, 10, 0, 3, 20, 9",
    ],
)
def test_an_outline_lies_at_its_middle(geometry):
    assert points(f"name: Basin; {geometry}") == [(15.0, 2.0, "Basin")]


@pytest.mark.parametrize("own", ["type: Point; ", "kind.type: Polygon; "])
def test_a_property_that_is_called_like_a_geometry_s_type_hides_no_point(own):
    assert points(f"{own}name: Mill; geometry.type: Point; geometry.coordinates: 6, 58") == [(58.0, 6.0, "Mill")]


@pytest.mark.parametrize("geometry", ["type: Point; coordinates: 6, 58", "type: Polygon; bbox: 5, 57, 7, 59"])
def test_a_geometry_that_is_a_record_itself_is_called_by_its_name(geometry):
    assert points(f"{geometry}; name: Mill") == [(58.0, 6.0, "Mill")]


@pytest.mark.parametrize(
    ("box", "middle"),
    [
        ("179, 10, -177, 20", (15.0, -179.0)),
        ("177, 10, -179, 20", (15.0, 179.0)),
        ("177, 10, 0, -179, 20, 9", (15.0, 179.0)),
        ("-0.00001, 10, 0.00003, 20", (15.0, 0.00001)),
    ],
)
def test_a_box_across_the_180th_meridian_or_close_to_the_first_lies_at_its_middle(box, middle):
    assert points(f"name: Basin; geometry.type: Polygon; geometry.bbox: {box}") == [(*middle, "Basin")]


def test_an_outline_of_positions_on_both_sides_of_the_180th_meridian_lies_at_its_middle():
    corners = "coordinates[0]: 177, 10; geometry.coordinates[1]: -179, 10; geometry.coordinates[2]: -179, 20"
    assert points(f"name: Reef; geometry.type: LineString; geometry.{corners}") == [(15.0, 179.0, "Reef")]


@pytest.mark.parametrize("box", ["7", "1, 2", "1, 2, 3, 4, 5"])
def test_a_box_that_is_none_is_passed_over(box):
    row = f"name: Basin; geometry.type: Polygon; geometry.bbox: {box}"
    assert locate(row).missing == (0,)
    assert points(f"{row}; geometry.coordinates[0][0]: 1, 20; geometry.coordinates[0][1]: 3, 10") == [
        (15.0, 2.0, "Basin")
    ]


def test_an_outline_with_a_broken_position_is_told():
    row = "name: Basin; geometry.type: LineString; geometry.coordinates[0]: 1, x; geometry.coordinates[1]: 3, 20"
    assert locate(row).faults == ("Basin: 'x' is no number of degrees; it is not on the map.",)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("lat: 158.2; lon: 6", "Mill: latitude 158.2 is not between -90 and 90; it is not on the map."),
        ("lat: 58; lon: 530000", "Mill: longitude 530000 is not between -180 and 180; it is not on the map."),
        ("lat: 0; lon: 0.0", "Mill: 0, 0 stands for a place that is not known; it is not on the map."),
        ("lat: nan; lon: 6", "Mill: its latitude is missing; it is not on the map."),
        ("lat: 58; lon: ", "Mill: its longitude is missing; it is not on the map."),
        ("lat: 58°75' N; lon: 6", 'Mill: "58°75\' N" has 75 minutes, which end at 59; it is not on the map.'),
        (
            "lat: 58°5'60'' N; lon: 6",
            "Mill: \"58°5'60'' N\" has 60 seconds, which end at 59; it is not on the map.",
        ),
        (
            "geometry.type: Point; geometry.coordinates: 6",
            "Mill: its latitude is missing; it is not on the map.",
        ),
        ("lat: north; lon: 6", "Mill: 'north' is no number of degrees; it is not on the map."),
    ],
)
def test_what_no_map_can_show_is_told_and_does_not_hide_the_other_rows(cells, fault):
    found = locate(f"name: Mill; {cells}\nname: Barn; lat: 1; lon: 2")
    assert found.faults == (fault,)
    assert [one.label for one in found.locations] == ["Barn"]


def test_a_citation_is_its_row_and_no_other():
    text = "name: Mill; lat: 1; lon: 2\nname: Barn; lat: 3; lon: 4\nname: Quay; lat: 5; lon: 6"
    start = text.index("Barn")
    assert points(text, start=start, end=start + 4) == [(3.0, 4.0, "Barn")]
    assert points(text, start=start, end=text.index("Quay") + 1) == [(3.0, 4.0, "Barn"), (5.0, 6.0, "Quay")]


def test_a_row_of_cells_between_bars_has_the_names_of_its_tables_first_line():
    text = "# Wells\n\n| Well | Lat | Long |\n|---|---|---|\n| Olaf | 57.5 N | 4.25 W |\n| Ninian | 57.1 N | 4.5 W |\n"
    start = text.index("Ninian")
    assert points(text, start=start, end=start + 6) == [(57.1, -4.5, "Ninian")]
    assert points(text, start=text.index("Well |"), end=text.index("Well |") + 4) == []


class CountedText(str):
    """Counts how often a line is looked for above another."""

    looks = 0

    def rfind(self, *args):
        self.looks += 1
        return super().rfind(*args)


def test_a_table_s_first_line_is_looked_for_once_a_citation():
    table = "| Well | Lat | Long |\n|---|---|---|\n" + "".join(f"| W{number} | 1 | 2 |\n" for number in range(500))
    text = CountedText(table)
    assert len(points(text, start=text.index("| W400 "))) == 100
    assert 400 < text.looks < 420


def test_each_table_of_a_citation_has_the_names_of_its_own_first_line():
    first, second = "| Well | Lat | Long |\n| Olaf | 1 | 2 |\n", "| Long | Well | Lat |\n| 3 | Ninian | 4 |\n"
    assert points(f"{first}\n{second}") == [(1.0, 2.0, "Olaf"), (4.0, 3.0, "Ninian")]
    assert points(f"{first}name: Mill; lat: 5; lon: 6\n{second}")[1:] == [(5.0, 6.0, "Mill"), (4.0, 3.0, "Ninian")]


def test_a_line_too_long_for_a_row_is_passed_over():
    long = 8_000 * "x"
    assert points(f"name: Mill; lat: 1; lon: 2; note: {long}\nname: Barn; lat: 3; lon: 4") == [(3.0, 4.0, "Barn")]
    head, row = "| Well | Lat | Long |", "| Olaf | 3 | 4 |"
    assert points(f"{head}\n| Ninian | 1 | 2 | {long} |\n{row}") == [(3.0, 4.0, "Olaf")]
    assert points(f"{head} {long} |\n{row}") == []


def test_a_row_is_called_by_what_names_it_best():
    assert (
        read_location([("ref", "A1"), ("lat", "1"), ("lon", "2"), ("address", "3 Slip Street")]).label
        == "3 Slip Street"
    )
    assert read_location([("ref", "A1"), ("lat", "1"), ("lon", "2"), ("note", "damp")]).label == "A1"
    assert read_location([("lat", "1 N"), ("lon", "2 E")]).label == ""


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        ([("street", "Slip Street"), ("name", "Mill")], "Mill"),
        ([("street_name", "Slip Street"), ("site", "Mill")], "Mill"),
        ([("owner name", "Dora"), ("name", "Mill")], "Mill"),
        ([("properties.street", "Slip Street"), ("properties.title", "Mill")], "Mill"),
        ([("type", "Feature"), ("id", "f1")], "f1"),
        ([("note", "damp"), ("id", "17")], "17"),
        ([("street_name", "Slip Street"), ("note", "damp")], "Slip Street"),
        ([("name", ""), ("address", "3 Slip Street")], "3 Slip Street"),
    ],
)
def test_a_row_is_called_by_its_own_name_before_its_street_s_or_its_type(cells, label):
    assert read_location([*cells, ("lat", "1"), ("lon", "2")]).label == label


def test_rows_without_coordinates_are_counted():
    text = "name: Mill; lat: 1; lon: 2\nname: Barn; kind: shed\nname: Quay; lat: n/a; lon: n/a\nprose"
    assert locate(text).missing == (text.index("name: Barn"), text.index("name: Quay"))


class CountedCells(str):
    """Counts the characters that are parted into cells."""

    parted = 0

    def __getitem__(self, index):
        if isinstance(index, slice):
            CountedCells.parted += index.stop - index.start
        return super().__getitem__(index)


def test_a_hostile_citation_is_read_to_a_bound():
    text = CountedCells("\n".join(200 * ["lat: 1; lat: 2; " * 499]))
    assert len(text) > 1_590_000
    assert points(text) == []
    assert 190_000 < CountedCells.parted < 210_000
    row = "; ".join(f"lat {number}: 1" for number in range(900))
    assert points(f"{row}; lon 5: 2") == []


def test_a_cell_that_is_no_number_of_degrees_is_an_error_for_who_reads_one_row():
    with pytest.raises(CoordinateError, match="'abc' is no number of degrees"):
        read_location([("lat", "abc"), ("lon", "2")])


def test_what_is_known_of_a_texts_tables_changes_no_place_and_is_asked_first():
    rows = [f"| Site {number} | {number}.5 | {number + 1} |" for number in range(9)]
    table = "\n".join(["| name | lat | lon |", "|---|---|---|", *rows])
    text = f"{table}\n\nA line.\n| other | height |\n|---|---|\n| Site 3 | 4.5 |\n"
    starts = [place for place in range(len(text)) if not place or text[place - 1] == "\n"]
    headers: dict[int, list[str]] = {}
    for start in starts:
        assert locate_rows(text, start, start + 1, headers) == locate(text, start, start + 1)
    known = {place: ["name", "lat", "note", "lon"] for place in headers}
    place = text.index("| Site 3 | 3.5")
    assert locate_rows(text, place, place + 1, known) != locate(text, place, place + 1)
