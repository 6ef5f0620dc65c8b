"""What a test wants to go wrong: throttled, denied, cut, slow to settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.aws.errors import AwsError, Lost


@dataclass(slots=True)
class Fault:
    """What happens to the next calls of an operation: `times` of them, or all where it is None."""

    operation: str  # its name, or * for every one
    happens: Callable[[], Exception]
    times: int | None = None
    account: str | None = None

    def meets(self, operation: str, account: str) -> bool:
        """Whether it is for this call; counts down."""
        if self.operation not in ("*", operation) or self.account not in (None, account) or self.times == 0:
            return False
        self.times = None if self.times is None else self.times - 1
        return True


@dataclass(slots=True)
class Faults:
    """Faults in the order in which they were asked for."""

    asked: list[Fault] = field(default_factory=list)
    slow: dict[str, float] = field(default_factory=dict)

    def delay(self, pattern: str, seconds: float) -> None:
        """Operations of a pattern take effect, and are answered, only after some seconds."""
        self.slow[pattern] = seconds

    def seconds(self, operation: str) -> float:
        """How long this call is to wait."""
        return max((each for pattern, each in self.slow.items() if fnmatchcase(operation, pattern)), default=0.0)

    def throttle(self, operation: str = "*", times: int | None = 1, account: str | None = None) -> None:
        """EC2 API reference, "Request throttling": RequestLimitExceeded, which clients retry."""
        self.fail(operation, "RequestLimitExceeded", "Request limit exceeded.", 503, times, account)

    def deny(self, operation: str = "*", times: int | None = None, account: str | None = None) -> None:
        """A policy that does not allow the action: UnauthorizedOperation, 403."""
        text = f"You are not authorized to perform this operation. User is not authorized to perform: ec2:{operation}"
        self.fail(operation, "UnauthorizedOperation", text, 403, times, account)

    def expire(self, operation: str = "*", times: int | None = None, account: str | None = None) -> None:
        """Credentials that have run out: ExpiredToken, 403."""
        self.fail(
            operation, "ExpiredToken", "The security token included in the request is expired", 403, times, account
        )

    def cut(self, operation: str = "*", times: int | None = 1, account: str | None = None) -> None:
        """Half an answer, then a closed connection."""
        self.asked.append(Fault(operation, Lost, times, account))

    def fail(
        self,
        operation: str,
        code: str,
        message: str,
        status: int = 400,
        times: int | None = None,
        account: str | None = None,
    ) -> None:
        """Any refusal."""
        self.asked.append(Fault(operation, lambda: AwsError(code, message, status), times, account))

    def check(self, operation: str, account: str) -> None:
        """Raises what is to happen to this call."""
        for fault in self.asked:
            if fault.meets(operation, account):
                raise fault.happens()

    def clear(self) -> None:
        """No more of them."""
        self.asked.clear()
        self.slow.clear()
