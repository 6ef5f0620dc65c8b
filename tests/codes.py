"""Every code that the source gives to a problem or a finding, read off the syntax trees.

A function takes a code where it has a parameter of that name, a class where it has such a field; what stands in that
place in a call of it is a code. It must be a text, a name of one, a choice of these, or a code that was given before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "generator" / "natlane"
NAME = "code"
# What says what codes mean, and what has codes of another kind: of prices.
NOT_READ = ("codes.py", "catalogue.py", "problems.py")
OTHER_PARTS = ("cost",)


@dataclass
class Source:
    """One module of the package."""

    path: Path
    tree: ast.Module = field(repr=False)

    @property
    def dotted(self) -> str:
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def part(self) -> str:
        return self.path.relative_to(PACKAGE).parts[0]

    @cached_property
    def imported(self) -> dict[str, str]:
        """Each imported name, with the module that it is of."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module]
        return {each.asname or each.name: node.module or "" for node in nodes for each in node.names}

    @cached_property
    def texts(self) -> dict[str, str]:
        """Each name that stands for one text."""
        found = {}
        for node in ast.walk(self.tree):
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[target.id] = value.value
        return found

    @cached_property
    def others(self) -> set[str]:
        """Functions and methods of this module that take no code."""
        return {node.name for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)} - self.takers.keys()

    @cached_property
    def takers(self) -> dict[str, int]:
        """Functions, methods and classes of this module that take a code, with its place in a call."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef) and node.name != "__call__":
                names = [each.arg for each in node.args.args]
                if NAME in names:
                    found[node.name] = names.index(NAME) - (names[0] in ("self", "cls"))
            elif isinstance(node, ast.ClassDef):
                fields = [each.target.id for each in node.body if _is_field(each)]  # type: ignore[attr-defined]
                inits = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
                names = [each.arg for each in inits[0].args.args][1:] if inits else fields
                if NAME in names:
                    found[node.name] = names.index(NAME)
        return found


def _is_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def sources() -> dict[str, Source]:
    """Each module, by its dotted name."""
    paths = sorted(PACKAGE.rglob("*.py"))
    read = [Source(path, ast.parse(path.read_text())) for path in paths if path.name not in NOT_READ]
    return {each.dotted: each for each in read if each.part not in OTHER_PARTS}


def given(modules: dict[str, Source], name: str = "") -> tuple[dict[str, set[str]], list[str]]:
    """Each code with the modules that give it, and each place whose code cannot be read; of one module, or of all."""
    found: dict[str, set[str]] = {}
    unread = []
    for source in [modules[name]] if name else modules.values():
        where = str(source.path.relative_to(PACKAGE))
        for node in ast.walk(source.tree):
            for value in _places(node, source, modules):
                codes = _read(value, source)
                if codes is None:
                    unread.append(f"{where}: {ast.unparse(value)}")
                for code in codes or ():
                    found.setdefault(code, set()).add(where)
    return found, unread


def _places(node: ast.AST, source: Source, modules: dict[str, Source]) -> Iterator[ast.expr]:
    """What stands in the place of a code: in a call, as a default, in a loop over a table of codes."""
    if isinstance(node, ast.Call):
        named = [each.value for each in node.keywords if each.arg == NAME]
        at = _place_in(node.func, source, modules)
        yield from named if named or at is None else node.args[at : at + 1]
    elif isinstance(node, ast.FunctionDef):
        optional = node.args.args[len(node.args.args) - len(node.args.defaults) :]
        defaults = (
            *zip(optional, node.args.defaults, strict=True),
            *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
        )
        yield from (value for arg, value in defaults if arg.arg == NAME and value is not None)
    elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Tuple):
        names = [each.id if isinstance(each, ast.Name) else "" for each in node.target.elts]
        if NAME in names and isinstance(node.iter, ast.Tuple):
            yield from (row.elts[names.index(NAME)] for row in node.iter.elts if isinstance(row, ast.Tuple))


def _place_in(func: ast.expr, source: Source, modules: dict[str, Source]) -> int | None:
    """The place of the code among what a call gives by position; None where what is called takes none."""
    if isinstance(func, ast.Name):
        module = modules.get(source.imported.get(func.id, ""))
        of_package = source.imported.get(func.id) == "natlane.problems"
        known = {"Problem": 0, "file_problem": 0} if of_package else (module or source).takers
        return known.get(func.id) if func.id in source.imported or not module else None
    if not isinstance(func, ast.Attribute) or func.attr == "__init__":
        return None
    if func.attr in source.others:
        return None
    own = [each.takers[func.attr] for each in modules.values() if each.part == source.part and func.attr in each.takers]
    others = [each.takers[func.attr] for each in modules.values() if func.attr in each.takers]
    return next(iter((*own, *others)), None)  # a method: the part's own before another's


def _read(value: ast.expr, source: Source) -> tuple[str, ...] | None:
    """The codes that an expression may be; empty for one that was given before, None where it cannot be read."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return (value.value,) if value.value else ()
    if isinstance(value, ast.IfExp):
        both = [_read(each, source) for each in (value.body, value.orelse)]
        return None if None in both else tuple(code for each in both for code in each or ())
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    if name in source.texts and isinstance(value, ast.Name):
        return (source.texts[name],)
    return () if name == NAME else None
