"""Misspelt attributes of tools."""

from moe_core import BaseTool
from moe_core.contracts.plugin import Kind, PluginSource
from moe_core.loading.plugins.intake import Intake
from moe_core.loading.plugins.near_attributes import find_near_attributes


class Base(BaseTool):
    """Shared by tools."""

    repeat = "safe"

    def execute(self, text: str) -> str:
        return text


class Pay(Base):
    """Pay somebody."""

    ask_first = True


class Fine(BaseTool):
    """Declares all rightly, and has things of its own."""

    effects = ()
    effect = "none"
    names = ("a", "b")
    NAME = "x"

    def repeat(self) -> None:
        """Do it again."""

    def execute(self, text: str) -> str:
        return text


def test_an_attribute_that_is_nearly_a_declared_one_is_found_also_of_a_base():
    assert dict(find_near_attributes(Pay)) == {"ask_first": "asks_first", "repeat": "repeats"}
    assert list(find_near_attributes(Fine)) == []


def test_a_tool_with_one_is_brought_and_told():
    intake = Intake(PluginSource(plugin="pay", origin="project", location="pay.py"))
    intake.accept(Kind.TOOL, Pay)
    info = intake.finish().info
    assert (info.state, info.brings["tool"]) == ("active", ("pay",))
    assert {(one.message, one.hint) for one in info.problems} == {
        ("Pay sets ask_first, which tools do not declare: it does nothing", "did you mean asks_first?"),
        ("Pay sets repeat, which tools do not declare: it does nothing", "did you mean repeats?"),
    }
