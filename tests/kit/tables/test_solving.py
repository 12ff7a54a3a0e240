"""Questions answered by computing over the rows of a table."""

import pytest

from moe_core.contracts.evidence import Document, Section
from moe_kit.tables.operation import find_operation
from moe_kit.tables.question import read_question
from moe_kit.tables.reading import find_tables
from moe_kit.tables.solving import NotComputableError, solve
from moe_kit.tables.wording import write_statement, write_value

SALES = """columns: order, date, client, total, state
order: 71; date: 2023-05-02; client: Ash Bros; total: 100.00; state: shipped
order: 72; date: 2023-06-11; client: Beck plc; total: 250.50; state: waiting
order: 73; date: 2024-01-09; client: Ash Bros; total: 40.00; state: shipped
order: 74; date: 2024-02-20; client: Cole KG; total: n/a; state: shipped"""
ROUTES = """# Ferries

| Route | Boats | Length (km) |
|---|---:|---:|
| North | 3 | 12.5 |
| South | 5 | 8 |
| Total | 8 | 20.5 |
"""


def make_table(text: str, name: str = "orders.csv", media_type: str = "text/csv"):
    [table] = find_tables(Document(document_id=name, title="", text=text, source=name, media_type=media_type))
    return table


def compute(question: str, text: str = SALES, **kinds: str):
    asked = find_operation(question)
    assert asked is not None
    return solve(read_question(question, make_table(text, **kinds), asked))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many orders are shipped?", "3"),
        ("What is the average total of the shipped orders?", "70"),
        ("What is the sum of all totals?", "390.5"),
        ("How many orders are not shipped?", "1"),
        ("Which client has the highest total?", "Beck plc"),
        ("How many different clients are there?", "3"),
        ("What is the total of the orders in 2023?", "350.5"),
        ("How many orders are above 90?", "2"),
        ("What is the difference in total between Ash Bros and Beck plc?", "110.5"),
        ("What is the state of order 72?", "waiting"),
        ("What percentage of the orders are waiting?", "25 %"),
        ("How many orders are shiped?", "3"),
    ],
)
def test_a_question_over_rows_is_computed(question, value):
    assert write_value(compute(question)) == value


BOATS = """boat: Tern; berth: 4; hire_fee: 60
boat: Kite; berth: 9; hire_fee: 85
boat: Rook; berth: 2; hire_fee: 40
"""


@pytest.mark.parametrize(
    ("question", "value"), [("What is the dearest boat?", "Kite"), ("Which is the cheapest boat?", "Rook")]
)
def test_what_comes_first_is_named_by_its_column(question, value):
    assert write_value(compute(question, BOATS)) == value


def test_a_noun_before_the_figure_names_no_answer():
    assert write_value(compute("What is the smallest boat hire fee?", BOATS)) == "40"


MEMBERS = """name: Ann Wells; dues: 40; renewed: yes
name: Bo Hart; dues: 60; renewed: no
name: Cy Moss; dues: 50; renewed: yes
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Who has not renewed?", "Bo Hart"),
        ("Who has renewed?", "Ann Wells, Cy Moss"),
        ("What is the average of the dues of those who renewed?", "45"),
        ("How many have not renewed yet?", "1"),
        ("What are the total dues of those not yet renewed?", "60"),
    ],
)
def test_a_column_of_yes_and_no_is_a_condition_when_it_is_named(question, value):
    assert write_value(compute(question, MEMBERS, name="members.csv")) == value


GIFTS = """# Closing statement

The appeal for the mill began on 1 May and ended on 31 August; in sixteen months 1,126 people gave what was asked.

From: Residents; Givers: 704; Amount: £29,885
From: Bucket; Givers: not counted; Amount: £4,235
From: **Total**; Givers: **1,126**; Amount: **£34,120**
"""


def test_the_paragraph_above_a_table_says_nothing_about_its_rows():
    with pytest.raises(NotComputableError, match="people"):
        compute("How many people gave to the appeal for the mill?", GIFTS, name="appeal.md", media_type="text/markdown")


def test_marks_of_markdown_are_no_part_of_a_cell():
    table = make_table(GIFTS, name="appeal.md", media_type="text/markdown")
    assert [list(column.cells) for column in table.columns] == [
        ["Residents", "Bucket"],
        ["704", "not counted"],
        ["£29,885", "£4,235"],
    ]


def test_rows_of_totals_are_no_rows():
    solved = compute("How many boats are there in total?", ROUTES, name="ferries.md", media_type="text/markdown")
    assert write_value(solved) == "8"
    assert len(solved.rows) == 2


def test_groups_are_listed_with_their_figures():
    assert write_value(compute("What is the total by client?")).startswith("Ash Bros: 140; Beck plc: 250.5")


def test_the_statement_names_file_rows_condition_and_what_was_left_out():
    statement = write_statement(compute("What is the average total of the shipped orders?"))
    assert "2 of 4 rows of orders.csv" in statement
    assert 'state is "shipped"' in statement
    assert "1 of them without a number" in statement


@pytest.mark.parametrize(
    "question", ["What is the average discount of the shipped orders?", "How many painted orders are there?"]
)
def test_a_word_that_no_column_or_cell_has_is_not_passed_over(question):
    with pytest.raises(NotComputableError, match="is named"):
        compute(question)


def test_two_columns_that_could_be_meant_are_named():
    with pytest.raises(NotComputableError, match="Boats, Length"):
        compute("What is the average?", ROUTES, name="ferries.md", media_type="text/markdown")


def test_decimals_after_a_comma_are_read_and_written_so():
    text = "Artikel: Bank; Preis: 1.240,50\nArtikel: Tisch; Preis: 99,50"
    assert write_value(compute("Wie hoch ist die Summe der Preise?", text, name="lager.csv")) == "1.340"


def test_two_words_for_different_columns_are_not_taken_for_the_first():
    text = "Artikel: Bank; Bestand: 4; Preis: 240\nArtikel: Tisch; Bestand: 3; Preis: 99"
    with pytest.raises(NotComputableError, match="Bestand, Preis"):
        compute("What is the total stock value?", text, name="lager.csv")


def test_a_verb_names_no_column_of_entry_numbers():
    with pytest.raises(NotComputableError):
        compute("What did Beck plc order?")


@pytest.mark.parametrize(
    "question", ["Why was the order of Ash Bros late?", "How do I ship an order?", "Warum ist sie offen?"]
)
def test_no_cell_is_a_reason_or_tells_how(question: str) -> None:
    assert find_operation(question) is None


SITES = """street: Main Road; name: North Light; height: 42
street: Quay Lane; name: Basin; height: 3
street: Back Lane; name: Basin; height: 7"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which site has the highest height?", "North Light"),
        ("Which has the lowest height?", "Basin"),
        ("Which street has the lowest height?", "Quay Lane"),
        ("How many sites are there?", "3"),
        ("How many different names are there?", "2"),
    ],
)
def test_rows_are_named_by_their_name_not_by_their_first_text(question, value):
    assert write_value(compute(question, SITES, name="sites.csv")) == value


def test_records_are_called_as_the_section_that_they_stand_in():
    document = Document(
        document_id="shop.json", title="", text=SITES, source="shop.json", media_type="application/json",
        sections=(Section(title="lights", level=1, start=0, end=len(SITES)),),
    )  # fmt: skip
    [table] = find_tables(document)
    question = "Which light has the highest height?"
    asked = find_operation(question)
    assert asked is not None
    assert write_value(solve(read_question(question, table, asked))) == "North Light"


TAKINGS = """columns: month, product, revenue, price
month: May; product: Bun; revenue: 100; price: 9
month: June; product: Bun; revenue: 120; price: 1
month: June; product: Cake; revenue: 150; price: 4"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which product had the highest revenue?", "Bun"),
        ("Which product had the lowest revenue?", "Cake"),
        ("Which product had the highest revenue at once?", "Cake"),
        ("Which product had the highest revenue in a single month?", "Cake"),
        ("Which product has the highest price?", "Bun"),
        ("Which product has the lowest price?", "Bun"),
    ],
)
def test_what_comes_in_row_by_row_is_added_before_it_is_compared(question, value):
    assert write_value(compute(question, text=TAKINGS)) == value


@pytest.mark.parametrize("cells", [("2025-01", "2025-02"), ("01/2025", "02/2025"), ("Jan 2025", "Februar 2025")])
@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the total revenue in February 2025?", "140"),
        ("What is the total revenue in February?", "140"),
        ("What is the total revenue since February 2025?", "140"),
        ("What is the total revenue in 2025?", "240"),
        ("What was the revenue of Rye in February 2025?", "30"),
    ],
)
def test_a_month_is_found_in_a_column_of_months(question, value, cells):
    first, second = cells
    rows = f"month: {first}; product: Bun; revenue: 100\nmonth: {second}; product: Bun; revenue: 110"
    text = f"columns: month, product, revenue\n{rows}\nmonth: {second}; product: Rye; revenue: 30"
    assert write_value(compute(question, text=text)) == value


def test_a_cell_of_a_month_is_meant_as_it_stands():
    text = "columns: month, product, revenue\nmonth: 2025-01; product: Bun; revenue: 7\n"
    text += "month: 2025-02; product: Bun; revenue: 9"
    assert write_value(compute("What is the total revenue in 2025-02?", text=text)) == "9"


@pytest.mark.parametrize(("first", "second", "value"), [("1850.5", "1920.1", "1,920.1"), ("1.1850", "1.2010", "1.2")])
def test_amounts_with_a_point_are_no_months(first, second, value):
    text = f"columns: amount, shop, year\namount: {first}; shop: Ash; year: 2024\n"
    text += f"amount: {second}; shop: Beck; year: 2025"
    assert write_value(compute("What is the total amount in 2025?", text=text)) == value
