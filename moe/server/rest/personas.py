"""The experts: how each did, and changes of who they are and where they stand."""

from asyncio import to_thread
from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.persona_report import PersonaBoard, PersonaEdit, PersonaReport, PersonaTerritory
from moe.server.body import CheckedRoute
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.state import Chief, Reader, ServerState, State
from moe_core.contracts.persona import Tier
from moe_core.contracts.persona_payloads import PersonaChanged

router = APIRouter(route_class=CheckedRoute, tags=["personas"])

T = TypeVar("T")

PersonaName = Annotated[str, Path(min_length=1, max_length=200, description="A persona's name")]
Since = Annotated[float, Query(ge=0, lt=1e11, description="Runs from then on, Unix time")]
Word = Annotated[str, Field(min_length=1, max_length=100)]
_CHANGING = ("name_unknown", "name_taken", "request", "persona", "invalid_json", "invalid_request", "media_type")


class PersonaWish(BaseModel):
    """What is to be otherwise about a persona; what is left out stays."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"traits": {"depth": 8}}})

    description: str | None = Field(None, max_length=1000, description="Who it is, in one line")
    traits: dict[Word, int] = Field({}, max_length=100, description="How it works, each from 1 to 9")
    expertise: list[Word] | None = Field(None, max_length=100, description="What it knows about, in place of before")
    traversal: str | None = Field(None, max_length=200, description="The strategy that it walks with")
    activation_cost: float | None = Field(None, description="What waking it costs, from 0")

    def read(self) -> PersonaEdit:
        """The same as the application takes it."""
        return PersonaEdit(
            description=self.description,
            traits=self.traits,
            expertise=None if self.expertise is None else tuple(self.expertise),
            traversal=self.traversal,
            activation_cost=self.activation_cost,
        )


class NewPersona(PersonaWish):
    """A persona that is to be made."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "lawyer", "like": "auditor"}})

    name: str = Field(min_length=1, max_length=200, description="Its own")
    like: str | None = Field(None, max_length=200, description="A persona to begin from")


class PersonaMove(BaseModel):
    """Where a persona is to stand."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"to": "active"}})

    to: Tier = Field(description="The tier; pruned is where one that is retired rests, to be restored")
    reason: str = Field("by hand", max_length=1000, description="Why, for the history")


@router.get("/experts", responses=describe_answers(PersonaBoard, "invalid_request"))
async def look_over(state: State, _: Reader, since: Since = 0.0) -> Response:
    """Tell how all experts did: tier and why, feedback, share of searches, JSON validity, each with its interval."""
    return answer_json(await to_thread(state.app.persona_reports.look_over, since=since))


@router.get("/personas/{name}", responses=describe_answers(PersonaReport, "name_unknown", "invalid_request"))
async def get_persona(state: State, access: Reader, name: PersonaName, since: Since = 0.0) -> Response:
    """Show all that is known of a persona; the runs that it did best and worst in, for admin only."""
    describe = partial(state.app.persona_reports.describe, name, since=since, sees_runs=access.sees_all)
    return answer_json(await to_thread(describe))


@router.get("/personas/{name}/territory", responses=describe_answers(PersonaTerritory, "name_unknown"))
async def find_territory(state: State, _: Chief, name: PersonaName) -> Response:
    """Tell where an expert walked lately: her paths over passages, in runs that explain themselves."""
    return answer_json(await to_thread(state.app.persona_reports.find_territory, name))


@router.post("/personas", status_code=201, responses=describe_answers(PersonaReport, *_CHANGING, status=201))
async def create_persona(state: State, _: Chief, wish: NewPersona) -> Response:
    """Make a persona, as experimental: like another one, or of its own."""
    make = partial(state.app.personas.make, wish.name, like=wish.like, edit=wish.read())
    return await _change(state, wish.name, make, status=201)


@router.post("/personas/{name}/edit", responses=describe_answers(PersonaReport, *_CHANGING))
async def edit_persona(state: State, _: Chief, name: PersonaName, wish: PersonaWish) -> Response:
    """Change a persona; what a plugin brings stays, and the workspace's counts in its place."""
    return await _change(state, name, partial(state.app.personas.change, name, wish.read()))


@router.post("/personas/{name}/move", responses=describe_answers(PersonaChanged, *_CHANGING))
async def move_persona(state: State, _: Chief, name: PersonaName, wish: PersonaMove) -> Response:
    """Promote, demote, retire or restore a persona; `before` in the answer is where it goes back to."""
    move = partial(state.app.personas.move, name, wish.to, reason=wish.reason)
    return answer_json(await to_thread(_renew, state, move))


async def _change(state: ServerState, name: str, change: Callable[[], object], *, status: int = 200) -> Response:
    await to_thread(_renew, state, change)
    return answer_json(await to_thread(state.app.persona_reports.describe, name), status=status)


def _renew(state: ServerState, change: Callable[[], T]) -> T:
    """Make a change, and have runs from now on see it."""
    made = change()
    state.app.renew_personas()
    return made
