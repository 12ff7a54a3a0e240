import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

pytestmark = pytest.mark.anyio
TOOL = "finance/property_finance"

amounts = st.floats(1_000, 10_000_000)
rates = st.one_of(st.just(0.0), st.floats(1e-9, 25.0))
terms = st.integers(1, 40)


async def test_a_mortgage_agrees_with_a_published_table(run_tool) -> None:
    # 100,000 at 6% over 30 years is 599.55 a month in every textbook.
    params = {"calculation": "mortgage", "principal": 100_000, "annual_rate_percent": 6, "years": 30}
    result = await run_tool(TOOL, params)
    assert result["result"]["payment"] == 599.55
    assert result["result"]["total_interest"] == 115838.19
    assert len(result["schedule"]) == 30
    assert result["schedule"][-1]["balance"] == 0


async def test_a_mortgage_without_interest_is_spread_evenly(run_tool) -> None:
    params = {"calculation": "mortgage", "principal": 120_000, "annual_rate_percent": 0, "years": 10}
    raw = (await run_tool(TOOL, params))["raw"]
    assert (raw["payment"], raw["total_interest"], raw["payments"]) == (1000.0, 0.0, 120)


@given(principal=amounts, rate=rates, years=terms)
async def test_the_present_value_of_all_payments_is_the_principal(run_tool, principal, rate, years) -> None:
    params = {"calculation": "mortgage", "principal": principal, "annual_rate_percent": rate, "years": years}
    payment = (await run_tool(TOOL, params))["raw"]["payment"]
    monthly = rate / 1200
    assert sum(payment / (1 + monthly) ** n for n in range(1, years * 12 + 1)) == pytest.approx(principal, rel=1e-9)


@given(principal=amounts, rate=rates, years=terms, extra=st.floats(0, 5_000))
async def test_what_is_repaid_adds_up_to_the_principal(run_tool, principal, rate, years, extra) -> None:
    params = {"calculation": "mortgage", "principal": principal, "annual_rate_percent": rate, "years": years}
    result = await run_tool(TOOL, {**params, "extra_payment": extra})
    schedule, raw = result["schedule"], result["raw"]
    assert sum(year["repaid"] for year in schedule) == pytest.approx(principal, abs=0.01 * len(schedule))
    assert raw["total_paid"] == pytest.approx(principal + raw["total_interest"])
    assert schedule[-1]["balance"] == 0
    assert raw["payments"] <= years * 12
    balances = [year["balance"] for year in schedule]
    assert balances == sorted(balances, reverse=True)


async def test_paying_extra_saves_interest_and_time(run_tool) -> None:
    params = {"calculation": "mortgage", "principal": 200_000, "annual_rate_percent": 5, "years": 25}
    plain = (await run_tool(TOOL, params))["raw"]
    faster = (await run_tool(TOOL, {**params, "extra_payment": 200}))["raw"]
    assert faster["total_interest"] < plain["total_interest"]
    assert faster["payments"] < plain["payments"] == 300


async def test_interest_only_leaves_the_principal_to_the_end(run_tool) -> None:
    params = {"calculation": "mortgage", "price": 120_000, "deposit": 20_000, "annual_rate_percent": 6, "years": 2}
    result = await run_tool(TOOL, {**params, "is_interest_only": True})
    assert result["result"]["payment"] == 500.0
    assert result["result"]["total_interest"] == 12_000.0
    assert result["result"]["loan_to_value_percent"] == 83.33
    assert [year["balance"] for year in result["schedule"]] == [100_000.0, 0.0]


async def test_yields(run_tool) -> None:
    params = {"calculation": "yield", "price": 200_000, "monthly_rent": 1_000}
    assert (await run_tool(TOOL, params))["result"]["gross_yield_percent"] == 6.0
    costs = {"vacancy_percent": 5, "annual_costs": 1_400, "purchase_costs": 10_000}
    result = (await run_tool(TOOL, {**params, **costs}))["result"]
    assert (result["net_income"], result["net_yield_percent"]) == (10_000.0, 4.76)


@given(price=amounts, rent=st.floats(0, 1e6))
async def test_without_costs_gross_and_net_yield_are_one(run_tool, price, rent) -> None:
    raw = (await run_tool(TOOL, {"calculation": "yield", "price": price, "annual_rent": rent}))["raw"]
    assert raw["gross_yield_percent"] == pytest.approx(raw["net_yield_percent"])


async def test_cap_rate_and_the_value_it_implies(run_tool) -> None:
    params = {"calculation": "cap_rate", "annual_rent": 100_000, "other_income": 20_000, "vacancy_percent": 10}
    result = (await run_tool(TOOL, {**params, "annual_costs": 48_000, "price": 1_000_000}))["result"]
    assert (result["noi"], result["cap_rate_percent"]) == (60_000.0, 6.0)
    implied = await run_tool(TOOL, {"calculation": "cap_rate", "noi": 60_000, "market_cap_rate_percent": 5})
    assert implied["result"] == {"noi": 60_000.0, "implied_value": 1_200_000.0}


@given(noi=st.floats(1, 1e6), price=amounts)
async def test_the_value_at_its_own_cap_rate_is_the_price(run_tool, noi, price) -> None:
    rate = (await run_tool(TOOL, {"calculation": "cap_rate", "noi": noi, "price": price}))["raw"]["cap_rate_percent"]
    if 0 < rate <= 100:
        params = {"calculation": "cap_rate", "noi": noi, "market_cap_rate_percent": rate}
        assert (await run_tool(TOOL, params))["raw"]["implied_value"] == pytest.approx(price)


async def test_cash_flow_and_its_ratios(run_tool) -> None:
    params = {"calculation": "cash_flow", "monthly_rent": 2_000, "annual_costs": 4_000, "cash_invested": 50_000}
    result = (await run_tool(TOOL, {**params, "annual_debt_service": 16_000}))["result"]
    assert result["annual_cash_flow"] == 4_000.0
    assert result["dscr"] == 1.25
    assert result["cash_on_cash_percent"] == 8.0
    assert result["break_even_occupancy_percent"] == 83.33


async def test_the_debt_service_of_a_loan_is_twelve_of_its_payments(run_tool) -> None:
    loan = {"calculation": "mortgage", "principal": 100_000, "annual_rate_percent": 4, "years": 20}
    payment = (await run_tool(TOOL, loan))["raw"]["payment"]
    params = {
        "calculation": "cash_flow",
        "monthly_rent": 900,
        "loan": 100_000,
        "annual_rate_percent": 4,
        "loan_years": 20,
    }
    assert (await run_tool(TOOL, params))["raw"]["annual_debt_service"] == pytest.approx(12 * payment)


async def test_ratios_without_a_meaning_are_null(run_tool) -> None:
    result = (await run_tool(TOOL, {"calculation": "cash_flow", "monthly_rent": 0}))["result"]
    assert (result["dscr"], result["cash_on_cash_percent"], result["break_even_occupancy_percent"]) == (
        None,
        None,
        None,
    )


async def test_price_per_area_in_both_units(run_tool) -> None:
    result = (await run_tool(TOOL, {"calculation": "price_per_area", "price": 300_000, "area": 100}))["result"]
    assert (result["price_per_m2"], result["area_sq_ft"], result["price_per_sq_ft"]) == (3000.0, 1076.39, 278.71)


@given(price=amounts, area=st.floats(1, 1e6))
async def test_both_units_describe_the_same_area(run_tool, price, area) -> None:
    metric = (await run_tool(TOOL, {"calculation": "price_per_area", "price": price, "area": area}))["raw"]
    feet = {"calculation": "price_per_area", "price": price, "area": metric["area_sq_ft"], "unit": "sq_ft"}
    assert (await run_tool(TOOL, feet))["raw"] == pytest.approx(metric)


async def test_the_tighter_limit_decides_what_is_affordable(run_tool) -> None:
    params = {"calculation": "affordability", "annual_income": 40_000, "annual_rate_percent": 5, "deposit": 20_000}
    result = (await run_tool(TOOL, params))["result"]
    assert (result["max_loan"], result["max_price"], result["limited_by"]) == (180_000.0, 200_000.0, "income_multiple")
    tight = (await run_tool(TOOL, {**params, "monthly_debts": 1_000}))["result"]
    assert tight["limited_by"] == "payment_share"
    assert tight["monthly_payment"] == 200.0
    none = (await run_tool(TOOL, {**params, "monthly_debts": 5_000, "deposit": 0}))["result"]
    assert (none["max_loan"], none["loan_to_value_percent"]) == (0.0, None)


@pytest.mark.parametrize(
    "params",
    [
        {"calculation": "rent_or_buy"},
        {},
        {"calculation": "mortgage", "annual_rate_percent": 5, "years": 5},
        {"calculation": "mortgage", "principal": 1, "price": 2, "annual_rate_percent": 5, "years": 5},
        {"calculation": "mortgage", "price": 100, "deposit": 100, "annual_rate_percent": 5, "years": 5},
        {"calculation": "mortgage", "principal": -1, "annual_rate_percent": 5, "years": 5},
        {"calculation": "mortgage", "principal": float("nan"), "annual_rate_percent": 5, "years": 5},
        {"calculation": "mortgage", "principal": 1, "annual_rate_percent": 5, "years": 0},
        {"calculation": "mortgage", "principal": 1, "annual_rate_percent": 5, "years": 5, "extra": 1},
        {"calculation": "yield", "price": 0, "monthly_rent": 1},
        {"calculation": "yield", "price": 1},
        {"calculation": "yield", "price": 1, "monthly_rent": 1, "annual_rent": 12},
        {"calculation": "cap_rate", "noi": 1},
        {"calculation": "cap_rate", "noi": 1, "annual_rent": 1, "price": 1},
        {"calculation": "cash_flow", "monthly_rent": 1, "annual_debt_service": 1, "loan": 1},
        {"calculation": "price_per_area", "price": 1, "area": 0},
    ],
)
async def test_parameters_that_make_no_sense_are_refused(run_tool, params) -> None:
    with pytest.raises(ValidationError):
        await run_tool(TOOL, params)


async def test_the_schema_offers_the_calculations_at_the_top(load_tool_module) -> None:
    schema = load_tool_module(TOOL).PropertyFinanceParams.model_json_schema()
    variants = {name.rpartition("/")[2] for name in schema["discriminator"]["mapping"].values()}
    assert set(schema["properties"]["calculation"]["enum"]) == set(schema["discriminator"]["mapping"])
    assert variants == set(schema["$defs"])
