"""Parser of templates: gives the few steps that one may hold, and refuses anything else at its line.

Jinja only parses. Its syntax tree becomes lists and texts, which hold no code: they can be kept as JSON, and
template_run.py walks them. A step is a text as it stands, or a list that starts with a word:

    ["value", line, ["plan", "vpc_cidr"], [["hcl", 4]]]     a name with dots, and filters with an indent or null
    ["for", line, "route", ["plan", "routes_to_nat"], [steps]]
    ["if", line, ["plan", "active"], [steps], [steps of else]]
    ["include", line, "_header.j2"]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import jinja2
    from jinja2 import nodes

Step = Any  # a text, or a list as above
MOST_BYTES: Final = 262_144  # of one template
MOST_NESTED: Final = 12
MOST_INDENT: Final = 64
_HINT: Final = "docs/changing-a-template.md lists what a template may hold"
_WORDS: Final = {
    "Assign": "set",
    "AssignBlock": "set",
    "Getitem": "an index",
    "Call": "a call",
    "CallBlock": "call",
    "Macro": "macro",
    "Block": "block",
    "Extends": "extends",
    "Import": "import",
    "FromImport": "import",
    "With": "with",
    "FilterBlock": "a filter's block",
    "CondExpr": "an if within an expression",
    "Test": "a test",
    "Compare": "a comparison",
    "Scope": "autoescape",
    "ScopedEvalContextModifier": "autoescape",
}


class TemplateError(Exception):
    """Why a text is no template, with its line."""

    def __init__(self, line: int | None, message: str, hint: str = _HINT) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line or 1, message, hint


def parse_template(text: str, filters: Collection[str]) -> list[Step]:
    """The steps of a template. Raises TemplateError."""
    import jinja2

    try:
        tree = _environment().parse(text)
        return _steps(tree.body, filters)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(error.lineno or 1, error.message or "cannot be read as Jinja") from error
    except RecursionError as error:
        raise TemplateError(1, "is nested too deeply to be read") from error
    except ValueError as error:  # a number of thousands of digits
        raise TemplateError(1, f"cannot be read as Jinja: {error}") from error


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(  # noqa: S701 - it only parses, and HTML is not what most templates give
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )


def _steps(found: Iterable[nodes.Node], filters: Collection[str], depth: int = 0, line: int = 1) -> list[Step]:
    if depth > MOST_NESTED:
        raise TemplateError(line, f"is nested more than {MOST_NESTED} levels deep")
    steps: list[Step] = []
    for node in found:
        steps += _step(node, filters, depth)
    return steps


def _step(node: Any, filters: Collection[str], depth: int) -> list[Step]:
    kind = type(node).__name__
    if kind == "Output":
        return [_output(each, filters) for each in node.nodes]
    if kind == "For":
        return _loop(node, filters, depth)
    if kind == "If":
        if node.elif_:
            raise TemplateError(node.lineno, "elif is not among what a template may hold")
        return _condition(node, filters, depth)
    if kind == "Include":
        if type(node.template).__name__ != "Const" or not isinstance(node.template.value, str):
            raise TemplateError(node.lineno, "an include names one template, in quotes")
        if node.ignore_missing or not node.with_context:
            raise TemplateError(node.lineno, "an include names a template and says no more")
        return [["include", node.lineno, node.template.value]]
    raise _refused(node)


def _condition(node: Any, filters: Collection[str], depth: int) -> list[Step]:
    """An `if` on one value. One of `not` is the same with its parts changed over."""
    yes, no = (_steps(each, filters, depth + 1, node.lineno) for each in (node.body, node.else_))
    test = node.test
    if type(test).__name__ == "Not":
        test, yes, no = test.node, no, yes
    switch = _constant(test)
    return [["if", node.lineno, _path(test), yes, no]] if switch is None else (yes if switch else no)


def _loop(node: Any, filters: Collection[str], depth: int) -> list[Step]:
    switched_on = True if node.test is None else _constant(node.test)
    if node.else_ or switched_on is None or node.recursive or type(node.target).__name__ != "Name":
        raise TemplateError(node.lineno, "a for names one thing of one list, without a test or else")
    body = _steps(node.body, filters, depth + 1, node.lineno)
    return [["for", node.lineno, _path(node.target)[0], _path(node.iter), body]] if switched_on else []


def _constant(node: Any) -> bool | None:
    """The value of a literal `true` or `false`, with which a part can be switched off; None for anything else."""
    return node.value if type(node).__name__ == "Const" and isinstance(node.value, bool) else None


def _output(node: Any, filters: Collection[str]) -> Step:
    kind = type(node).__name__
    if kind == "TemplateData":
        return str(node.data)
    if kind == "Const" and isinstance(node.value, str):
        return node.value
    applied: list[list[Any]] = []
    while type(node).__name__ == "Filter":
        if node.name not in filters:
            raise TemplateError(node.lineno, f"there is no filter {node.name}: there are {', '.join(sorted(filters))}")
        applied.insert(0, [node.name, _indent(node)])
        node = node.node
        if node is None:
            raise TemplateError(1, "a filter has nothing before it")
    return ["value", node.lineno, _path(node), applied]


def _indent(node: Any) -> int | None:
    """What is in a filter's brackets: nothing, or a number of spaces."""
    if not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs):
        return None
    value = node.args[0].value if len(node.args) == 1 and type(node.args[0]).__name__ == "Const" else None
    named = node.kwargs or node.dyn_args or node.dyn_kwargs
    if named or not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_INDENT:
        raise TemplateError(node.lineno, f"a filter takes a number of spaces, at most {MOST_INDENT}, and nothing else")
    return value


def _path(node: Any) -> list[str]:
    """A name with dots."""
    parts: list[str] = []
    line = node.lineno
    while type(node).__name__ == "Getattr":
        parts.insert(0, node.attr)
        node = node.node
    if type(node).__name__ != "Name":
        raise _refused(node)
    path = [node.name, *parts]
    for part in path:
        if part.startswith("_"):
            raise TemplateError(line, f"{part} reaches behind the plan")
    return path


def _refused(node: Any) -> TemplateError:
    kind = type(node).__name__
    line = node.lineno or next((each.lineno for each in node.iter_child_nodes() if each.lineno), 1)
    return TemplateError(line, f"{_WORDS.get(kind, kind.lower())} is not among what a template may hold")


def is_sound(steps: object, depth: int = 0) -> bool:
    """Whether what was kept as JSON has the shape of steps: a damaged entry is as good as none."""
    return isinstance(steps, list) and depth <= MOST_NESTED and all(_is_step(step, depth) for step in steps)


def _is_step(step: object, depth: int) -> bool:
    match step:
        case str():
            return True
        case ["value", int(), path, list(applied)]:
            return _is_path(path) and all(_is_filter(each) for each in applied)
        case ["for", int(), str(), path, steps]:
            return _is_path(path) and is_sound(steps, depth + 1)
        case ["if", int(), path, yes, no]:
            return _is_path(path) and is_sound(yes, depth + 1) and is_sound(no, depth + 1)
        case ["include", int(), str()]:
            return True
    return False


def _is_path(path: object) -> bool:
    return isinstance(path, list) and bool(path) and all(isinstance(part, str) and part[:1] != "_" for part in path)


def _is_filter(applied: object) -> bool:
    match applied:
        case [str(), None]:
            return True
        case [str(), int(indent)]:
            return 0 <= indent <= MOST_INDENT
    return False
