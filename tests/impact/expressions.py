"""Evaluation of the expressions of GitHub workflows, as far as the example pipeline uses the language.

Source: GitHub, "Evaluate expressions in workflows and actions": literals, operators and functions; `==` ignores case,
a name that does not exist is null, and null is written as nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][\w-]*|==|!=|&&|\|\||[!(),.\[\]]|\S")
_OF_STATUS: Final = re.compile(r"\b(?:success|failure|cancelled|always)\(")
Context = Mapping[str, Any]


def runs(condition: str | None, context: Context, status: str = "success") -> bool:
    """Whether a job or step with this `if` runs, after needed jobs of this status: success, failure or cancelled.

    A condition that asks for no status also asks for success.
    """
    asked = condition or "success()"
    asked = asked if _OF_STATUS.search(asked) else f"success() && ({asked})"
    return bool(_Expression(asked, context, status).whole())


def filled(text: str, context: Context) -> str:
    """A text of a workflow with every `${{ ... }}` evaluated."""

    def value_of(match: re.Match[str]) -> str:
        value = _Expression(match[1], context).whole()
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return re.sub(r"\$\{\{(.*?)\}\}", value_of, text)


class _Expression:
    """A recursive descent over the tokens of one expression."""

    def __init__(self, text: str, context: Context, status: str = "success") -> None:
        self.tokens = _TOKEN.findall(text)
        self.context = context
        self.functions: dict[str, Callable[..., Any]] = {
            "success": lambda: status == "success",
            "failure": lambda: status == "failure",
            "cancelled": lambda: status == "cancelled",
            "always": lambda: True,
            "contains": lambda held, item: item in held,
            "fromJSON": json.loads,
        }

    def whole(self) -> Any:
        value = self._or()
        assert self.tokens == [], f"cannot be read from here on: {self.tokens}"
        return value

    def _take(self, token: str) -> bool:
        """Whether this is the next token, which is then taken."""
        found = self.tokens[:1] == [token]
        del self.tokens[:found]
        return found

    def _or(self) -> Any:
        value = self._and()
        while self._take("||"):
            other = self._and()
            value = value or other
        return value

    def _and(self) -> Any:
        value = self._compared()
        while self._take("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        if self._take("=="):
            return _folded(value) == _folded(self._single())
        if self._take("!="):
            return _folded(value) != _folded(self._single())
        return value

    def _single(self) -> Any:
        if self._take("!"):
            return not self._single()
        if self._take("("):
            value = self._or()
            assert self._take(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        value = self.functions[token](*self._arguments()) if self._take("(") else self.context.get(token)
        return self._member(value)

    def _member(self, value: Any) -> Any:
        """What `.name` and `[expression]` behind a value lead to."""
        while self.tokens[:1] in (["."], ["["]):
            name = self.tokens.pop(0) == "." and self.tokens.pop(0)
            if not name:
                name = self._or()
                assert self._take("]")
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def _arguments(self) -> list[Any]:
        found: list[Any] = []
        while not self._take(")"):
            found.append(self._or())
            self._take(",")
        return found


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else "" if value is None else value
