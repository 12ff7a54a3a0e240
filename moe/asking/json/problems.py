"""What can be wrong with a model's reply."""

from moe.contracts.models import OutputProblem


class ReplyError(ValueError):
    """A reply cannot be used; the message is for the model that wrote it.

    Attributes:
        problem: Of which kind it is.
    """

    def __init__(self, problem: OutputProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem
