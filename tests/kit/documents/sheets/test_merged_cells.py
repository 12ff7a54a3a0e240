from moe_kit.documents.sheets.merged_cells import fill_merged


def test_a_cell_that_spans_rows_stands_in_each_and_one_that_spans_columns_once() -> None:
    rows = [["Head", "", ""], ["a", "1", ""], ["", "2", ""], ["b", "3", ""], ["", "4", "x"]]
    merges = [(0, 0, 0, 2), (1, 0, 2, 0), (3, 0, 3, 0), (1, 900_000, 4, 900_000)]
    assert list(fill_merged(rows, merges)) == [
        ["Head", "", ""],
        ["a", "1", ""],
        ["a", "2", ""],
        ["b", "3", ""],
        ["", "4", "x"],
    ]


def test_what_is_known_only_with_its_row_counts_too() -> None:
    merges: list[tuple[int, int, int, int]] = []

    def read():
        merges.append((0, 0, 1, 0))
        yield ["a", "1"]
        yield ["", "2"]

    assert list(fill_merged(read(), merges)) == [["a", "1"], ["a", "2"]]
