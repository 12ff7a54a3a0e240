import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import ToolError

pytestmark = pytest.mark.anyio
TOOL = "math/calculator"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1.1 * 1.1", "1.21"),
        ("1/8", "0.125"),
        ("10 - 0.01", "9.99"),
        ("15% of 80", "12"),
        ("80 * 15%", "12"),
        ("80 + 15%", "92"),
        ("80 - 15%", "68"),
        ("10% + 5%", "0.15"),
        ("15% of 80 + 10", "22"),
        ("10 % 3", "1"),
        ("10 mod 3", "1"),
        ("7 % (2+1)", "1"),
        ("50%", "0.5"),
        ("1,234,567.89 * 2", "2469135.78"),
        ("1_000 + 1", "1001"),
        ("max(1,234)", "234"),
        ("max((1,234), 5)", "1234"),
        ("-2 ** 2", "-4"),
        ("2 ** 3 ** 2", "512"),
        ("2 ^ -1", "0.5"),
        ("2 × 3 ÷ 4 − 1", "0.5"),
        ("-7 // 2", "-4"),
        ("-7 % 2", "1"),
        ("--3", "3"),
        ("5!", "120"),
        ("3!!", "720"),
        ("sqrt(9/4)", "1.5"),
        ("16 ** 0.5", "4"),
        ("sqrt(2) ** 2", "2"),
        ("abs(-3.5)", "3.5"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.675, 2)", "2.68"),
        ("round(1234, -2)", "1200"),
        ("floor(-1.5) + ceil(-1.5)", "-3"),
        ("sum(0.1, 0.2, 0.3)", "0.6"),
        ("mean(1, 2, 3, 4)", "2.5"),
        ("median(3, 1, 2, 10)", "2.5"),
        ("min(3, 1/2, 2)", "0.5"),
        ("comb(49, 6)", "13983816"),
        ("perm(5, 2)", "20"),
        ("gcd(12, 18) + lcm(4, 6)", "18"),
        ("log(100, 10) + log2(8) + ln(e) + log10(1000)", "9"),
        ("cos(0) + exp(0) + atan(0)", "2"),
        ("degrees(pi)", "180"),
        ("stdev(2, 4, 6)", "2"),
        ("1.5e3", "1500"),
        (".5 + 5.", "5.5"),
        ("0 ** 0", "1"),
        ("10**-400 * 10**400", "1"),
        ("2 ** 200", str(2**200)),
        ("(-1) ** 10000000000000000000001", "-1"),
    ],
)
async def test_an_expression_gives_this_text(run_tool, expression: str, text: str) -> None:
    assert (await run_tool(TOOL, {"expression": expression}))["text"] == text


@pytest.mark.parametrize(
    ("expression", "column", "message"),
    [
        ("1 / 0", 3, "division by zero"),
        ("5 % (1-1)", 3, "division by zero"),
        ("0 ** -1", 3, "division by zero"),
        ("(1 + 2", 1, "never closed"),
        ("1 + 2)", 6, "closes nothing"),
        ("1 2", 3, "operator is missing"),
        ("1,23", 2, "operator is missing"),
        ("3 +", 4, "ends where a number"),
        ("* 3", 1, "a number should stand here"),
        ("2 + £5", 5, "not understood"),
        ("__import__('os')", 12, "not understood"),
        ("exit()", 1, "no function"),
        ("a.b", 2, "not understood"),
        ("os", 1, "not known"),
        ("sqrt 2", 1, "needs brackets"),
        ("sqrt()", 1, "takes 1 number"),
        ("comb(1)", 1, "takes 2 numbers"),
        ("sqrt(-1)", 1, "no real square root"),
        ("(-8) ** (1/3)", 6, "no real power"),
        ("log(0)", 1, "above 0"),
        ("asin(2)", 1, "from -1 to 1"),
        ("factorial(0.5)", 1, "whole number"),
        ("factorial(-1)", 1, "at least 0"),
        ("factorial(1001)", 1, "up to 1000"),
        ("9 ** 9 ** 9", 3, "too large"),
        ("10 ** 5000", 4, "too large"),
        ("exp(1000)", 1, "too large"),
        ("1e9999", 1, "exponent is beyond"),
        ("comb(10**50, 10**40)", 1, "too large"),
        ("(" * 200 + "1" + ")" * 200, 61, "nested more than"),
        ("2" + "**2" * 200, 179, "nested more than"),
    ],
)
async def test_what_cannot_be_worked_out_is_one_line_with_its_place(run_tool, expression, column, message) -> None:
    with pytest.raises(ToolError, match=message) as caught:
        await run_tool(TOOL, {"expression": expression})
    assert str(caught.value).startswith(f"column {column}: ")
    assert "\n" not in str(caught.value)


async def test_a_result_that_is_not_exact_says_so_and_gives_its_fraction(run_tool) -> None:
    third = await run_tool(TOOL, {"expression": "1/3"})
    assert (third["is_exact"], third["fraction"], third["text"]) == (False, "1/3", "0.333333333333333")
    root = await run_tool(TOOL, {"expression": "sqrt(2)"})
    assert (root["is_exact"], root["value"]) == (False, math.sqrt(2))


async def test_a_number_beyond_a_float_is_still_told_in_full(run_tool) -> None:
    result = await run_tool(TOOL, {"expression": "10 ** 400"})
    assert (result["value"], result["text"]) == (None, "1" + "0" * 400)


async def test_what_was_understood_is_told(run_tool) -> None:
    assert (await run_tool(TOOL, {"expression": "max( 1,234)+10%3"}))["read_as"] == "max(1, 234) + 10 % 3"
    assert (await run_tool(TOOL, {"expression": "1,234*5 %"}))["read_as"] == "1234 * 5%"


decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=3).map(
    lambda d: f"{d:f}"
)
leaves = decimals.map(lambda text: (text, Fraction(text)))


def combine(children):
    def join(pair):
        (left, a), operator, (right, b) = pair
        if operator in ("/", "//") and b == 0:
            operator = "+"
        work = {"+": a + b, "-": a - b, "*": a * b}
        value = work[operator] if operator in work else a / b if operator == "/" else Fraction(a // b)
        return f"({left} {operator} {right})", value

    return st.tuples(children, st.sampled_from(["+", "-", "*", "/", "//"]), children).map(join)


@pytest.fixture(scope="session")
def calculate(run_tool):
    """The exact result of an expression."""

    async def calculate(expression: str) -> Fraction:
        result = await run_tool(TOOL, {"expression": expression})
        return Fraction(result.get("fraction") or result["text"])

    return calculate


@given(pair=st.recursive(leaves, combine, max_leaves=8))
async def test_arithmetic_agrees_with_fractions_exactly(calculate, pair) -> None:
    expression, wanted = pair
    assert await calculate(expression) == wanted


@given(a=decimals, b=decimals, c=decimals)
async def test_without_brackets_products_go_before_sums_and_both_to_the_left(calculate, a: str, b: str, c: str) -> None:
    assert await calculate(f"{a} - {b} * {c} - {a}") == -Fraction(b) * Fraction(c)


@given(share=decimals, whole=decimals)
async def test_a_percentage_of_a_number_is_its_hundredth_share(calculate, share: str, whole: str) -> None:
    wanted = Fraction(share) * Fraction(whole) / 100
    assert await calculate(f"{share}% of {whole}") == await calculate(f"{whole} * {share}%") == wanted


@given(number=st.integers(0, 10**15))
async def test_grouping_thousands_changes_nothing(calculate, number: int) -> None:
    assert await calculate(f"{number:,}") == number


@given(text=st.text(alphabet="0123456789.,+-*/%^()! eEpiofmdsqrtaxn", max_size=30))
async def test_any_text_ends_in_a_result_or_one_line_with_its_place(run_tool, text: str) -> None:
    try:
        told = (await run_tool(TOOL, {"expression": text.strip() or "0"}))["text"]
    except ToolError as error:
        told = str(error).removeprefix("column ")
    assert re.match(r"-?[0-9]", told), told
