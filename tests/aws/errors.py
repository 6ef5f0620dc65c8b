"""What AWS answers in place of a result: an error with a code, a message and an HTTP status."""

from __future__ import annotations


class AwsError(Exception):
    """A refusal, with the code that clients look at."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class Lost(Exception):  # noqa: N818 - it is no error of the fake's
    """An answer that ends half way: the connection is cut after some of it."""


def not_found(code: str, what: str, wanted: object) -> AwsError:
    """What is not there, or is another account's, which AWS does not tell apart."""
    listed = wanted if isinstance(wanted, str) else ", ".join(map(str, wanted))  # type: ignore[call-overload]
    return AwsError(code, f"The {what} ID '{listed}' does not exist")


def in_use(code: str, message: str) -> AwsError:
    """What cannot go, or be changed, while something else needs it."""
    return AwsError(code, message)
