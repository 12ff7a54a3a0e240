"""Work out an arithmetic expression exactly where that is possible, and never run code."""

import math
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, ToolError, ToolResult

# Exact below, a float where the result is irrational.
Number = Fraction | float

_MAX_BITS = 13_000  # about 3,900 digits, below Python's own limit for printing an integer
_MAX_DEPTH = 60
_MAX_EXPONENT = 1_000
_MAX_FACTORIAL = 1_000
_SIGNIFICANT_DIGITS = 15  # all that a float holds for certain
_MAX_EXACT_PLACES = 30

_NUMBER = r"(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+)(?:[eE][+-]?\d+)?"
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<name>[^\W\d]\w*)|(?P<operator>\*\*|//|[-+*/%^()!,×÷−·])", re.UNICODE)
_SPELLINGS = {"^": "**", "×": "*", "·": "*", "÷": "/", "−": "-"}
_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "tau": math.tau}


class CalculatorParams(BaseModel):
    """What to work out."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    expression: str = Field(
        min_length=1,
        max_length=2000,
        description="Arithmetic with + - * / // % ** ( ) and functions such as sqrt, log, sin, min, max, sum, mean, "
        "median, round, factorial, comb; '15% of 80' and '1,234.5' are understood; angles are in radians",
    )


class Calculator(BaseTool):
    """Work out an arithmetic expression."""

    name = "calculator"
    description = "Work out an arithmetic expression, exactly where possible; percentages and functions included"
    category = "math"
    capabilities = ("calculation", "arithmetic", "math", "analysis")
    effects = ()

    def execute(self, wanted: CalculatorParams) -> ToolResult:
        """Calculate; `text` is the full result, `value` the nearest number JSON readers can hold."""
        expression = wanted.expression
        tokens = _split_tokens(expression)
        result = _ExpressionParser(expression, tokens).run()
        read_as, described = _render_tokens(tokens), _describe(result)
        return ToolResult(
            data={"expression": expression, "read_as": read_as, **described},
            statement=f"{read_as} = {described['text']}",
        )


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class _Operand:
    """A value, and whether it is a bare percentage: "80 + 15%" adds 15 per cent of 80."""

    value: Number
    is_percent: bool = False


def _fail(expression: str, place: int, message: str, hint: str | None = None) -> NoReturn:
    seen = expression[place : place + 12].split("\n", maxsplit=1)[0]
    near = f" (near {seen!r})" if seen else ""
    raise ToolError(f"column {place + 1}: {message}{near}", tool="calculator", hint=hint)


def _split_tokens(expression: str) -> list[_Token]:
    """Cut into tokens. Within a function's brackets a comma parts arguments, elsewhere it groups thousands."""
    tokens: list[_Token] = []
    calls: list[bool] = []
    place = 0
    while place < len(expression):
        if expression[place].isspace():
            place += 1
            continue
        grouped = None if calls and calls[-1] else _GROUPED.match(expression, place)
        match = grouped or _TOKEN.match(expression, place)
        if match is None:
            _fail(expression, place, f"{expression[place]!r} is not understood")
        kind = "number" if grouped else str(match.lastgroup)
        text = match.group().replace(",", "").replace("_", "") if kind == "number" else match.group()
        text = _SPELLINGS.get(text, text)
        if text == "(":
            calls.append(bool(tokens) and tokens[-1].kind == "name" and tokens[-1].text.lower() not in ("of", "mod"))
        elif text == ")" and calls:
            calls.pop()
        tokens.append(_Token(kind, text, place))
        place = match.end()
    return [*_mark_percents(tokens), _Token("end", "", len(expression))]


def _mark_percents(tokens: Sequence[_Token]) -> list[_Token]:
    """Before a number, a name or a bracket % is the remainder, everywhere else per cent."""
    marked = list(tokens)
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        is_operand = after is not None and (after.kind in ("number", "name") or after.text == "(")
        if token.text == "%" and not (is_operand and after and after.text.lower() not in ("of", "mod")):
            marked[index] = _Token("percent", "%", token.place)
    return marked


def _render_tokens(tokens: Sequence[_Token]) -> str:
    """The expression as it was understood, evenly spaced."""
    text = ""
    before = None
    for token in tokens[:-1]:
        is_call = token.text == "(" and before is not None and before.kind == "name"
        is_call = is_call and before is not None and before.text.lower() not in ("of", "mod")
        is_tight = token.kind == "percent" or token.text in ("!", ")", ",") or is_call
        text += token.text if not text or is_tight or (before and before.text == "(") else f" {token.text}"
        before = token
    return text


class _ExpressionParser:
    """Precedence climbing; one method a level, loosest first."""

    def __init__(self, expression: str, tokens: Sequence[_Token]) -> None:
        self._expression = expression
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    def run(self) -> Number:
        value = self._sum().value
        token = self._peek()
        if token.kind != "end":
            message = "this bracket closes nothing" if token.text == ")" else "an operator is missing before this"
            hint = "a comma groups thousands or parts a function's arguments" if token.text == "," else None
            self._fail(token, message, hint)
        return value

    def _sum(self) -> _Operand:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._fail(self._peek(), f"brackets are nested more than {_MAX_DEPTH} deep")
        left = self._product()
        while self._peek().text in ("+", "-"):
            token = self._take()
            right = self._product()
            amount = (
                self._apply(token, "*", left.value, right.value)
                if right.is_percent and not left.is_percent
                else right.value
            )
            is_percent = left.is_percent and right.is_percent
            left = _Operand(self._apply(token, token.text, left.value, amount), is_percent)
        self._depth -= 1
        return left

    def _product(self) -> _Operand:
        left = self._unary()
        while True:
            token = self._peek()
            operator = {"of": "*", "mod": "%"}.get(token.text.lower(), token.text)
            if operator not in ("*", "/", "//", "%") or token.kind == "percent":
                return left
            self._take()
            left = _Operand(self._apply(token, operator, left.value, self._unary().value))

    def _unary(self) -> _Operand:
        signs = 0
        is_negative = False
        while self._peek().text in ("+", "-") and self._peek().kind == "operator":
            is_negative ^= self._take().text == "-"
            signs += 1
        operand = self._power()
        if not signs:
            return operand
        return _Operand(-operand.value if is_negative else operand.value, operand.is_percent)

    def _power(self) -> _Operand:
        base = self._postfix()
        token = self._peek()
        if token.text != "**":
            return base
        self._take()
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._fail(token, f"powers are nested more than {_MAX_DEPTH} deep")
        exponent = self._unary()  # binds to the right: 2 ** 3 ** 2 is 2 ** 9
        self._depth -= 1
        return _Operand(self._apply(token, "**", base.value, exponent.value))

    def _postfix(self) -> _Operand:
        operand = _Operand(self._atom())
        while True:
            token = self._peek()
            if token.text == "!":
                self._take()
                operand = _Operand(self._call(token, "factorial", [operand.value]))
            elif token.kind == "percent":
                self._take()
                operand = _Operand(self._apply(token, "/", operand.value, Fraction(100)), is_percent=True)
            else:
                return operand

    def _atom(self) -> Number:
        token = self._take()
        if token.kind == "number":
            return self._number(token)
        if token.text == "(":
            value = self._sum().value
            self._close(token)
            return value
        if token.kind == "name":
            return self._name(token)
        if token.kind == "end":
            self._fail(token, "the expression ends where a number should stand")
        return self._fail(token, f"a number should stand here, not {token.text!r}")

    def _name(self, token: _Token) -> Number:
        name = token.text.lower()
        if self._peek().text == "(":
            opening = self._take()
            return self._call(token, name, self._arguments(opening))
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in _FUNCTIONS:
            self._fail(token, f"{name} needs brackets, as in {name}(2)")
        known = ", ".join(sorted(_FUNCTIONS))
        return self._fail(token, f"{token.text!r} is not known", f"there are {known} and pi, e, tau")

    def _arguments(self, opening: _Token) -> list[Number]:
        if self._peek().text == ")":
            self._take()
            return []
        values = [self._sum().value]
        while self._peek().text == ",":
            self._take()
            values.append(self._sum().value)
        self._close(opening)
        return values

    def _call(self, token: _Token, name: str, values: list[Number]) -> Number:
        if name not in _FUNCTIONS:
            self._fail(token, f"there is no function {token.text!r}", f"there are {', '.join(sorted(_FUNCTIONS))}")
        function, least, most = _FUNCTIONS[name]
        if not least <= len(values) <= most:
            wanted = str(least) if least == most else f"{least} or more" if most > 9 else f"{least} to {most}"
            self._fail(token, f"{name} takes {wanted} number{'' if wanted == '1' else 's'}, not {len(values)}")
        return self._guard(token, lambda: function(*values))

    def _number(self, token: _Token) -> Fraction:
        mantissa, _, exponent = token.text.lower().partition("e")
        if exponent and (len(exponent) > 6 or abs(int(exponent)) > _MAX_EXPONENT):
            self._fail(token, f"the exponent is beyond {_MAX_EXPONENT}")
        return Fraction(mantissa) * Fraction(10) ** int(exponent or 0)

    def _apply(self, token: _Token, operator: str, left: Number, right: Number) -> Number:
        return self._guard(token, lambda: _OPERATORS[operator](left, right))

    def _guard(self, token: _Token, work: Callable[[], Number]) -> Number:
        """Turn every failure of arithmetic into one line with its place."""
        try:
            value = work()
        except ZeroDivisionError:
            self._fail(token, "division by zero")
        except OverflowError:
            self._fail(token, "the result is too large")
        except (ValueError, statistics.StatisticsError) as error:
            self._fail(token, str(error) or "not defined here")
        if isinstance(value, float) and not math.isfinite(value):
            self._fail(token, "the result is too large or not defined")
        if isinstance(value, Fraction) and _bits(value) > _MAX_BITS:
            self._fail(token, "the result is too large")
        return value

    def _close(self, opening: _Token) -> None:
        if self._peek().text != ")":
            if self._peek().kind == "end":
                self._fail(opening, "this bracket is never closed")
            self._fail(self._peek(), "an operator or a closing bracket is missing before this")
        self._take()

    def _peek(self) -> _Token:
        return self._tokens[self._index]

    def _take(self) -> _Token:
        token = self._tokens[self._index]
        if token.kind != "end":
            self._index += 1
        return token

    def _fail(self, token: _Token, message: str, hint: str | None = None) -> NoReturn:
        _fail(self._expression, token.place, message, hint)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _whole(value: Number, what: str) -> int:
    if value != int(value):
        raise ValueError(f"{what} needs a whole number")
    return int(value)


def _power(base: Number, exponent: Number) -> Number:
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        if base not in (0, 1, -1) and abs(exponent) * (_bits(base) - 1) > _MAX_BITS:
            raise OverflowError
        if base in (1, -1):  # any exponent is cheap, however long
            return base if exponent.numerator % 2 else Fraction(1)
        return Fraction(base ** int(exponent))
    if exponent == Fraction(1, 2):
        return _sqrt(base)
    if base < 0 and exponent != int(exponent):
        raise ValueError("a negative number has no real power with a fractional exponent")
    return math.pow(base, exponent)


def _sqrt(value: Number) -> Number:
    if value < 0:
        raise ValueError("a negative number has no real square root")
    if isinstance(value, Fraction):
        top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator:
            return Fraction(top, bottom)
    return math.sqrt(value)


def _round(value: Number, digits: Number = Fraction(0)) -> Number:
    """Round half away from zero, as is usual for money, not half to even."""
    places = _whole(digits, "round")
    if abs(places) > _MAX_EXPONENT:
        raise ValueError(f"round goes up to {_MAX_EXPONENT} places")
    scale = Fraction(10) ** places
    # A float means the decimal it prints as: 2.675 and not 2.67499999…
    exact = value if isinstance(value, Fraction) else Fraction(repr(value))
    scaled = abs(exact) * scale + Fraction(1, 2)
    return Fraction(math.floor(scaled) if exact >= 0 else -math.floor(scaled)) / scale


def _factorial(value: Number) -> Number:
    n = _whole(value, "factorial")
    if n < 0:
        raise ValueError("factorial needs a number of at least 0")
    if n > _MAX_FACTORIAL:
        raise ValueError(f"factorial goes up to {_MAX_FACTORIAL}")
    return Fraction(math.factorial(n))


def _choose(function: Callable[[int, int], int], name: str) -> Callable[[Number, Number], Number]:
    def choose(n: Number, k: Number) -> Number:
        size, taken = _whole(n, name), _whole(k, name)
        if size < 0 or taken < 0:
            raise ValueError(f"{name} needs numbers of at least 0")
        if min(taken, size - taken if name == "comb" else taken) > 2_000 or size.bit_length() > 200:
            raise OverflowError
        return Fraction(function(size, taken))

    return choose


def _whole_function(function: Callable[..., int], name: str) -> Callable[..., Number]:
    return lambda *values: Fraction(function(*(_whole(value, name) for value in values)))


def _real(function: Callable[..., float], domain: str) -> Callable[..., Number]:
    """A function over floats, with its own words for a number outside its domain."""

    def call(*values: Number) -> Number:
        try:
            return function(*(float(value) for value in values))
        except ValueError:
            raise ValueError(domain) from None

    return call


def _log(value: Number, base: Number | None = None) -> Number:
    if value <= 0 or (base is not None and (base <= 0 or base == 1)):
        raise ValueError("a logarithm needs a number above 0, and a base above 0 other than 1")
    # The parts of a fraction may each be beyond a float's range.
    top = math.log(value.numerator) - math.log(value.denominator) if isinstance(value, Fraction) else math.log(value)
    if base is None:
        return top
    for known, function in ((10, math.log10), (2, math.log2)):
        if base == known and math.isfinite(approximate := _to_float(value)) and approximate > 0:
            return function(approximate)
    return top / math.log(base)


def _median(*values: Number) -> Number:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _mean(*values: Number) -> Number:
    return _sum(*values) / len(values)


def _sum(*values: Number) -> Number:
    if all(isinstance(value, Fraction) for value in values):
        return sum(values, Fraction(0))
    return math.fsum(float(value) for value in values)


def _deviation(*values: Number) -> Number:
    middle = _mean(*values)
    return _sqrt(_sum(*((value - middle) ** 2 for value in values)) / (len(values) - 1))


_OPERATORS: dict[str, Callable[[Any, Any], Number]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: Fraction(left // right) if isinstance(left // right, int) else left // right,
    "%": lambda left, right: left % right,
    "**": _power,
}
_ANY = 1_000
_FUNCTIONS: dict[str, tuple[Callable[..., Number], int, int]] = {
    "abs": (abs, 1, 1),
    "acos": (_real(math.acos, "acos needs a number from -1 to 1"), 1, 1),
    "asin": (_real(math.asin, "asin needs a number from -1 to 1"), 1, 1),
    "atan": (_real(math.atan, "atan is not defined here"), 1, 1),
    "cbrt": (_real(math.cbrt, "cbrt is not defined here"), 1, 1),
    "ceil": (lambda value: Fraction(math.ceil(value)), 1, 1),
    "comb": (_choose(math.comb, "comb"), 2, 2),
    "cos": (_real(math.cos, "cos is not defined here"), 1, 1),
    "degrees": (_real(math.degrees, "degrees is not defined here"), 1, 1),
    "exp": (_real(math.exp, "exp is not defined here"), 1, 1),
    "factorial": (_factorial, 1, 1),
    "floor": (lambda value: Fraction(math.floor(value)), 1, 1),
    "gcd": (_whole_function(math.gcd, "gcd"), 2, _ANY),
    "hypot": (_real(math.hypot, "hypot is not defined here"), 2, _ANY),
    "lcm": (_whole_function(math.lcm, "lcm"), 2, 20),
    "ln": (_log, 1, 1),
    "log": (_log, 1, 2),
    "log10": (lambda value: _log(value, Fraction(10)), 1, 1),
    "log2": (lambda value: _log(value, Fraction(2)), 1, 1),
    "max": (lambda *values: max(values), 1, _ANY),
    "mean": (_mean, 1, _ANY),
    "median": (_median, 1, _ANY),
    "min": (lambda *values: min(values), 1, _ANY),
    "perm": (_choose(math.perm, "perm"), 2, 2),
    "radians": (_real(math.radians, "radians is not defined here"), 1, 1),
    "round": (_round, 1, 2),
    "sin": (_real(math.sin, "sin is not defined here"), 1, 1),
    "sqrt": (_sqrt, 1, 1),
    "stdev": (_deviation, 2, _ANY),
    "sum": (_sum, 1, _ANY),
    "tan": (_real(math.tan, "tan is not defined here"), 1, 1),
}


def _describe(result: Number) -> dict[str, Any]:
    """The result as a number for programs and as text for people."""
    approximate = _to_float(result)
    is_finite = math.isfinite(approximate)
    if isinstance(result, float):
        return {"value": result, "text": f"{result:.{_SIGNIFICANT_DIGITS}g}", "is_exact": False}
    if result.denominator == 1:
        number = result.numerator
        value = number if abs(number) < 1 << 53 else approximate if is_finite else None
        return {"value": value, "text": str(number), "is_exact": True}
    decimal = _terminating(result)
    described = {"value": approximate if is_finite else None, "is_exact": True}
    if decimal is not None:
        return {**described, "text": decimal}
    return {
        **described,
        "text": f"{approximate:.{_SIGNIFICANT_DIGITS}g}" if is_finite else str(result),
        "is_exact": False,
        "fraction": str(result),
    }


def _terminating(value: Fraction) -> str | None:
    """The decimal that the fraction equals, or None when it goes on for ever or for too long."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1 or places > _MAX_EXACT_PLACES:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _to_float(value: Number) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
