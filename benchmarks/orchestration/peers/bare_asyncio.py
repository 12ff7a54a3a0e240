"""The same calls as coroutines with nothing around them: what no framework can be below."""

import asyncio

from measuring import FAN_OUT, HANDS, WITH_JOINS, WITHOUT_JOINS, WORKERS, Model, Way, measure_and_print


async def run_worker(model: Model, part: int, *, joins: bool) -> str:
    plan = await model.answer(f"split part {part}")
    found = await asyncio.gather(*(model.answer(f"{plan}: do {part}.{n}") for n in range(HANDS)))
    return await model.answer(f"join {found}") if joins else " ".join(found)


async def run_chain(model: Model, *, joins: bool) -> str:
    plan = await model.answer("split the question")
    found = await asyncio.gather(*(run_worker(model, part, joins=joins) for part in range(WORKERS)))
    return await model.answer(f"{plan}: join {found}") if joins else " ".join(found)


async def run_fan_out(model: Model) -> list[str]:
    return await asyncio.gather(*(model.answer(f"do {n}") for n in range(FAN_OUT)))


def make_ways() -> list[Way]:
    model = Model()
    return [
        Way(
            name="bare asyncio",
            recording="",
            chains={
                WITHOUT_JOINS: lambda: run_chain(model, joins=False),
                WITH_JOINS: lambda: run_chain(model, joins=True),
            },
            fan_out=lambda: run_fan_out(model),
            count_calls=lambda: model.calls,
            set_seconds=lambda seconds: setattr(model, "seconds", seconds),
        )
    ]


if __name__ == "__main__":
    measure_and_print("", make_ways)
