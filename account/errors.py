"""What an AWS account can refuse: each is bad input to whoever asked, in one sentence with the permission it needs.

AccountRefusal
├── NoCredentials       nobody is signed in, or the sign-in has expired
├── PermissionMissing   the account does not allow the call: `action` names what is missing
├── Throttled           the account answered 'too many requests' until the retries were used up
└── Unreachable         no answer: wrong region, no network
"""

from __future__ import annotations

from model.problems import BadInput


class AccountRefusal(BadInput):
    """An AWS account did not answer what was asked."""


class NoCredentials(AccountRefusal):
    """Nobody is signed in, or the sign-in has expired."""


class PermissionMissing(AccountRefusal):
    """The account does not allow a call; `action` is the IAM action."""

    def __init__(self, action: str, message: str) -> None:
        self.action = action
        super().__init__(message)


class Throttled(AccountRefusal):
    """The account answered 'too many requests' until the retries were used up."""


class Unreachable(AccountRefusal):
    """No answer came."""
