"""What whoever asks may do and see."""

from dataclasses import dataclass

from moe.server.keys.key import ADMIN, ApiKey
from moe.server.keys.sessions import BrowserSession
from moe.server.problems import ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rights of one request.

    Attributes:
        key: Whose; None where no keys are demanded, and everything may be done.
        session: By whose cookie; None for a request with the key itself.
    """

    key: ApiKey | None = None
    session: BrowserSession | None = None

    @property
    def owner(self) -> str:
        """What runs that it asks for are kept under; "" without a key."""
        return "" if self.key is None else self.key.key_id

    @property
    def name(self) -> str:
        """For the log."""
        return "" if self.key is None else self.key.name

    @property
    def sees_all(self) -> bool:
        """Whether it sees runs that are not its own."""
        return self.key is None or ADMIN in self.key.scopes

    def demand(self, scope: str) -> None:
        """Refuse what it may not.

        Raises:
            ProblemError: It lacks the scope.
        """
        if self.key is not None and scope not in self.key.scopes and ADMIN not in self.key.scopes:
            raise ProblemError(
                "scope",
                f"{self.key.title} may not do this: it lacks {scope}",
                hint="server.oidc.scopes says what groups may"
                if self.key.user
                else f"moe keys create NAME --scope {scope}",
            )
