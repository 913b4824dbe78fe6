"""Who acts: a person, the organisation that she acts for at the moment, and her roles there. Pure."""

from dataclasses import dataclass

from lotproof.kernel.errors import ForbiddenError, RefusedError
from lotproof.people.permissions import Permission, may_do
from lotproof.people.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the holder of a key.

    account: her account's id, None for a program.  party: URI of the organisation that she acts for, None for a
    consumer.  roles: those in that organisation only.  belongs_to: every organisation that she is a member of.
    language, zone: what she set for herself.  granted: of a program, exactly what its key allows; it has no roles.
    """

    account: int | None
    party: str | None
    roles: frozenset[Role]
    name: str = ""
    belongs_to: frozenset[str] = frozenset()
    language: str = "zh_Hans"
    zone: str = "Asia/Shanghai"
    granted: frozenset[Permission] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether she is allowed it in the organisation that she acts for."""
        return permission in self.granted or may_do(self.roles, permission)

    def require(self, permission: Permission) -> None:
        """Raises: ForbiddenError `not_allowed`."""
        if not self.may(permission):
            raise ForbiddenError(
                "not_allowed",
                "your roles in the organisation that you act for do not include this",
                "ask an owner of your organisation, or act for another one of yours",
            )

    @property
    def acting_for(self) -> str:
        """The organisation. Raises: RefusedError `no_organisation`."""
        if self.party is None:
            raise RefusedError(
                "no_organisation",
                "you act for no organisation",
                "register yours, or ask its owner for an invitation",
            )
        return self.party
