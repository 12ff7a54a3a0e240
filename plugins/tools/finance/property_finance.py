"""The sums that people do before they buy, let or borrow against a property."""

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from moe_core import BaseTool, ToolError, ToolResult

SQUARE_METRES_PER_SQUARE_FOOT = 0.09290304  # exact: the international foot is 0.3048 m

Money = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Price = Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Years = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
Raw = dict[str, Any]


class _Calculation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    formula: ClassVar[str] = ""

    def work_out(self) -> Raw:
        """The figures, unrounded."""
        raise NotImplementedError


class Mortgage(_Calculation):
    """Repayments of a loan.

    Annuity: payment = P * r / (1 - (1 + r) ** -n), with the principal P, the rate a period r (the nominal annual
    rate over the payments a year) and n payments; P / n without interest. Interest only: payment = P * r.
    """

    formula: ClassVar[str] = (
        "payment = P * r / (1 - (1 + r)^-n), r = annual rate / payments a year, n = years * payments a year"
    )

    calculation: Literal["mortgage"] = Field(description="Repayments, total interest and balance by year of a loan")
    principal: Price | None = Field(None, description="Amount borrowed; may be left out when price is given")
    price: Price | None = Field(None, description="Purchase price; the loan is then price less deposit")
    deposit: Money = Field(0.0, description="Own money, taken off the price")
    annual_rate_percent: Percent = Field(description="Nominal interest a year, in per cent: 4.5 for 4.5%")
    years: Years = Field(description="Term in years")
    payments_per_year: Literal[1, 2, 4, 12, 26, 52] = Field(12, description="Payments a year; 12 is monthly")
    is_interest_only: bool = Field(False, description="Pay interest only, and the whole loan at the end")
    extra_payment: Money = Field(0.0, description="Paid on top with every payment, to pay off sooner")

    @model_validator(mode="after")
    def _check(self) -> "Mortgage":
        if (self.principal is None) == (self.price is None):
            raise ValueError("give either principal, or price and deposit")
        if self.price is not None and self.deposit >= self.price:
            raise ValueError("the deposit covers the price: there is nothing to borrow")
        if self.price is None and self.deposit:
            raise ValueError("a deposit goes with a price, not with principal")
        return self

    def work_out(self) -> Raw:
        """Payment, totals, and the balance at the end of each year."""
        principal = self.principal if self.principal is not None else (self.price or 0.0) - self.deposit
        count = max(1, round(self.years * self.payments_per_year))
        rate = self.annual_rate_percent / 100 / self.payments_per_year
        payment = principal * rate if self.is_interest_only else payment_for(principal, rate, count)
        schedule = _amortise(principal, rate, payment, count, extra=self.extra_payment, group=self.payments_per_year)
        interest = sum(year["interest"] for year in schedule)
        figures: Raw = {
            "principal": principal,
            "payment": payment,
            "payments": sum(year["payments"] for year in schedule),
            "total_paid": principal + interest,
            "total_interest": interest,
            "schedule": schedule,
        }
        if self.price is not None:
            figures["loan_to_value_percent"] = principal / self.price * 100
        return figures


class Yield(_Calculation):
    """Rent over price.

    Gross yield = annual rent / price.
    Net yield = (annual rent * (1 - vacancy) - annual costs) / (price + purchase costs).
    """

    formula: ClassVar[str] = (
        "gross = annual rent / price; net = (rent * (1 - vacancy) - costs) / (price + purchase costs)"
    )

    calculation: Literal["yield"] = Field(description="Gross and net rental yield")
    price: Price = Field(description="Purchase price or value")
    monthly_rent: Money | None = Field(None, description="Rent a month; or give annual_rent")
    annual_rent: Money | None = Field(None, description="Rent a year; or give monthly_rent")
    vacancy_percent: Percent = Field(0.0, description="Share of the year without a tenant, in per cent")
    annual_costs: Money = Field(0.0, description="Running costs a year: insurance, repairs, management, ground rent")
    purchase_costs: Money = Field(0.0, description="Taxes and fees of buying, added to the price for the net yield")

    @model_validator(mode="after")
    def _check(self) -> "Yield":
        _check_rent(self.monthly_rent, self.annual_rent)
        return self

    def work_out(self) -> Raw:
        """Both yields in per cent, and what they rest on."""
        rent = _annual(self.monthly_rent, self.annual_rent)
        net_income = rent * (1 - self.vacancy_percent / 100) - self.annual_costs
        invested = self.price + self.purchase_costs
        return {
            "annual_rent": rent,
            "net_income": net_income,
            "invested": invested,
            "gross_yield_percent": rent / self.price * 100,
            "net_yield_percent": net_income / invested * 100,
        }


class CapRate(_Calculation):
    """Net operating income over value.

    NOI = (rent + other income) * (1 - vacancy) - operating costs, before any loan. Cap rate = NOI / price;
    turned round, the value at a market's cap rate = NOI / cap rate.
    """

    formula: ClassVar[str] = "NOI = (rent + other income) * (1 - vacancy) - operating costs; cap rate = NOI / price"

    calculation: Literal["cap_rate"] = Field(
        description="Net operating income, cap rate, and value at a market's cap rate"
    )
    price: Price | None = Field(None, description="Price or value, for the cap rate")
    noi: Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)] | None = Field(
        None, description="Net operating income a year, when it is known; else give rent and costs"
    )
    monthly_rent: Money | None = Field(None, description="Rent a month; or give annual_rent")
    annual_rent: Money | None = Field(None, description="Rent a year; or give monthly_rent")
    other_income: Money = Field(0.0, description="Other income a year: parking, laundry")
    vacancy_percent: Percent = Field(0.0, description="Income lost to empty months, in per cent")
    annual_costs: Money = Field(0.0, description="Operating costs a year, without interest and repayment")
    market_cap_rate_percent: Annotated[float, Field(gt=0, le=100)] | None = Field(
        None, description="Cap rate of the market, for the value it implies"
    )

    @model_validator(mode="after")
    def _check(self) -> "CapRate":
        if self.noi is None:
            _check_rent(self.monthly_rent, self.annual_rent)
        elif any((self.monthly_rent, self.annual_rent, self.other_income, self.vacancy_percent, self.annual_costs)):
            raise ValueError("give noi, or rent and costs, not both")
        if self.price is None and self.market_cap_rate_percent is None:
            raise ValueError("give price, market_cap_rate_percent, or both")
        return self

    def work_out(self) -> Raw:
        """The NOI with the rate and the value that follow from it."""
        noi = self.noi
        if noi is None:
            income = _annual(self.monthly_rent, self.annual_rent) + self.other_income
            noi = income * (1 - self.vacancy_percent / 100) - self.annual_costs
        figures: Raw = {"noi": noi}
        if self.price is not None:
            figures["cap_rate_percent"] = noi / self.price * 100
        if self.market_cap_rate_percent is not None:
            figures["implied_value"] = noi / (self.market_cap_rate_percent / 100)
        return figures


class CashFlow(_Calculation):
    """What is left after costs and the loan.

    Cash flow = NOI - debt service. DSCR = NOI / debt service. Cash-on-cash = annual cash flow / cash invested.
    Break-even occupancy = (operating costs + debt service) / gross potential income.
    """

    formula: ClassVar[str] = (
        "cash flow = NOI - debt service; DSCR = NOI / debt service; cash-on-cash = cash flow / cash invested"
    )

    calculation: Literal["cash_flow"] = Field(description="Cash flow, DSCR, cash-on-cash return, break-even occupancy")
    monthly_rent: Money | None = Field(None, description="Rent a month; or give annual_rent")
    annual_rent: Money | None = Field(None, description="Rent a year; or give monthly_rent")
    other_income: Money = Field(0.0, description="Other income a year")
    vacancy_percent: Percent = Field(0.0, description="Income lost to empty months, in per cent")
    annual_costs: Money = Field(0.0, description="Operating costs a year, without interest and repayment")
    annual_debt_service: Money | None = Field(None, description="Interest and repayment a year; or give the loan")
    loan: Money = Field(0.0, description="Amount borrowed, paid monthly over loan_years")
    annual_rate_percent: Percent = Field(0.0, description="Nominal interest of the loan a year, in per cent")
    loan_years: Years = Field(25.0, description="Term of the loan in years")
    cash_invested: Price | None = Field(None, description="Own money put in, for the cash-on-cash return")

    @model_validator(mode="after")
    def _check(self) -> "CashFlow":
        _check_rent(self.monthly_rent, self.annual_rent)
        if self.annual_debt_service is not None and self.loan:
            raise ValueError("give annual_debt_service or loan, not both")
        return self

    def work_out(self) -> Raw:
        """Income, costs, debt and the ratios between them; a ratio without meaning is null."""
        potential = _annual(self.monthly_rent, self.annual_rent) + self.other_income
        noi = potential * (1 - self.vacancy_percent / 100) - self.annual_costs
        debt = self.annual_debt_service
        if debt is None:
            count = max(1, round(self.loan_years * 12))
            debt = 12 * payment_for(self.loan, self.annual_rate_percent / 1200, count)
        flow = noi - debt
        return {
            "gross_potential_income": potential,
            "noi": noi,
            "annual_debt_service": debt,
            "annual_cash_flow": flow,
            "monthly_cash_flow": flow / 12,
            "dscr": noi / debt if debt else None,
            "cash_on_cash_percent": flow / self.cash_invested * 100 if self.cash_invested else None,
            "break_even_occupancy_percent": (self.annual_costs + debt) / potential * 100 if potential else None,
        }


class PricePerArea(_Calculation):
    """Price over floor area, in square metres and square feet (1 sq ft = 0.09290304 m2 exactly)."""

    formula: ClassVar[str] = "price / area; 1 sq ft = 0.09290304 m2"

    calculation: Literal["price_per_area"] = Field(description="Price per square metre and per square foot")
    price: Price = Field(description="Price, value, or rent")
    area: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)] = Field(description="Floor area")
    unit: Literal["m2", "sq_ft"] = Field("m2", description="Unit of the area")

    def work_out(self) -> Raw:
        """The area and the price in both units."""
        metres = self.area if self.unit == "m2" else self.area * SQUARE_METRES_PER_SQUARE_FOOT
        feet = self.area if self.unit == "sq_ft" else self.area / SQUARE_METRES_PER_SQUARE_FOOT
        return {
            "area_m2": metres,
            "area_sq_ft": feet,
            "price_per_m2": self.price / metres,
            "price_per_sq_ft": self.price / feet,
        }


class Affordability(_Calculation):
    """The largest loan and price that an income carries.

    By income: loan = income * multiple. By payment: the loan whose payment is what the share of monthly income leaves
    after other debts, P = payment * (1 - (1 + r) ** -n) / r. The smaller of the two holds.
    """

    formula: ClassVar[str] = (
        "loan = min(income * multiple, payment * (1 - (1 + r)^-n) / r), payment = income / 12 * share - other debts"
    )

    calculation: Literal["affordability"] = Field(description="Largest loan and price that an income carries")
    annual_income: Price = Field(description="Income a year, before tax")
    monthly_debts: Money = Field(0.0, description="Other debts' payments a month")
    deposit: Money = Field(0.0, description="Own money")
    annual_rate_percent: Percent = Field(description="Nominal interest a year, in per cent")
    years: Years = Field(25.0, description="Term in years")
    income_multiple: Annotated[float, Field(gt=0, le=100)] = Field(4.5, description="Times the income a lender gives")
    payment_share_percent: Annotated[float, Field(gt=0, le=100)] = Field(
        36.0, description="Share of income that all debts may take, in per cent"
    )

    def work_out(self) -> Raw:
        """Both limits, and the price they allow."""
        count = max(1, round(self.years * 12))
        rate = self.annual_rate_percent / 1200
        budget = max(0.0, self.annual_income / 12 * self.payment_share_percent / 100 - self.monthly_debts)
        by_payment = budget / payment_for(1.0, rate, count)
        by_income = self.annual_income * self.income_multiple
        loan = min(by_income, by_payment)
        price = loan + self.deposit
        return {
            "max_loan": loan,
            "max_price": price,
            "max_loan_by_income": by_income,
            "max_loan_by_payment": by_payment,
            "limited_by": "income_multiple" if by_income <= by_payment else "payment_share",
            "monthly_payment": payment_for(loan, rate, count),
            "loan_to_value_percent": loan / price * 100 if price else None,
        }


_Any = Annotated[
    Mortgage | Yield | CapRate | CashFlow | PricePerArea | Affordability, Field(discriminator="calculation")
]
_NAMES = ("mortgage", "yield", "cap_rate", "cash_flow", "price_per_area", "affordability")


class PropertyFinanceParams(RootModel[_Any]):
    """One calculation with its own parameters."""

    model_config = ConfigDict(
        frozen=True,
        # Readers that do not look into oneOf still see an object with a choice of calculations.
        json_schema_extra={
            "type": "object",
            "required": ["calculation"],
            "properties": {
                "calculation": {"type": "string", "enum": list(_NAMES), "description": "What to work out"},
            },
        },
    )


class PropertyFinance(BaseTool):
    """Work out mortgages, yields, cap rates, cash flow, price per area and affordability."""

    name = "property_finance"
    description = "Work out a mortgage, rental yield, cap rate, cash flow, price per area or affordability"
    category = "finance"
    capabilities = ("property_finance", "mortgage", "yield", "cash_flow", "valuation", "calculation")
    effects = ()

    def execute(self, wanted: PropertyFinanceParams) -> ToolResult:
        """Calculate: `result` is rounded for reading, `raw` is not."""
        calculation = wanted.root
        try:
            raw = calculation.work_out()
        except (OverflowError, ZeroDivisionError) as error:
            raise ToolError(f"{calculation.calculation}: the numbers are beyond what can be worked out") from error
        schedule = raw.pop("schedule", None)
        result: Raw = {
            "calculation": calculation.calculation,
            "formula": calculation.formula,
            "result": {key: _round(value) for key, value in raw.items()},
            "raw": raw,
        }
        figures = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in result["result"].items())
        statement = f"{calculation.calculation.replace('_', ' ').capitalize()}: {figures}."
        if schedule is not None:
            result["schedule"] = [{key: _round(value) for key, value in year.items()} for year in schedule]
        return ToolResult(data=result, statement=statement)


def payment_for(principal: float, rate: float, count: int) -> float:
    """The level payment that pays a principal off.

    Args:
        rate: A period, as a fraction; 0 spreads the principal evenly.
        count: Payments, at least 1.
    """
    # 1 - (1 + r)^-n loses all its digits for a tiny rate; expm1 and log1p keep them.
    share = -math.expm1(-count * math.log1p(rate))
    return principal * rate / share if rate > 0 and share > 0 else principal / count


def _amortise(
    principal: float, rate: float, payment: float, count: int, *, extra: float, group: int
) -> list[dict[str, Any]]:
    """Interest, repayment and balance by year; the last payment takes what is left."""
    years: list[dict[str, Any]] = []
    balance = principal
    for period in range(count):
        if period % group == 0:
            years.append(
                {"year": period // group + 1, "payments": 0, "interest": 0.0, "repaid": 0.0, "balance": balance}
            )
        interest = balance * rate
        is_last = period == count - 1
        repaid = balance if is_last else min(balance, max(0.0, payment - interest) + extra)
        balance -= repaid
        year = years[-1]
        year["payments"] += 1
        year["interest"] += interest
        year["repaid"] += repaid
        year["balance"] = balance
        if balance <= 0:
            break
    return years


def _check_rent(monthly: float | None, annual: float | None) -> None:
    if (monthly is None) == (annual is None):
        raise ValueError("give either monthly_rent or annual_rent")


def _annual(monthly: float | None, annual: float | None) -> float:
    return monthly * 12 if monthly is not None else annual or 0.0


def _round(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value
