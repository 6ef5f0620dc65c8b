"""A Plan becomes {file name: text} through the Jinja templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final
from unicodedata import combining

import jinja2
import jinja2.nodes
from jinja2.bccache import Bucket

from natlane import cache
from natlane.plan.model import Plan, Reference
from natlane.problems import Problem, file_problem
from natlane.render.compare import KEY
from natlane.render.template_folders import MARK, OTHERS, SUFFIX, TEMPLATES, template_folders

_IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_OVERRIDE = re.compile(r"(^|/|_)override\.tf\.j2$")
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029]|\$\{|%\{')


class Templates:
    """The shipped templates, each overridden by the file of the same name below root/templates."""

    def __init__(self, root: str) -> None:
        self.jinja = _Environment(
            loader=jinja2.FileSystemLoader(template_folders(root)),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            bytecode_cache=_Compiled(),
        )
        self.jinja.filters["hcl"] = hcl
        self.jinja.filters["markdown"] = markdown
        self.names = tuple(
            name
            for name in sorted(self.jinja.list_templates())
            if name.endswith(SUFFIX) and "/_" not in f"/{name}" and not name.startswith(OTHERS)
        )


class _Environment(jinja2.Environment):
    """Templates reach for what a plan holds, and not into Python behind it: they come with pull requests."""

    def _generate(self, source: Any, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        for node in source.find_all((jinja2.nodes.Getattr, jinja2.nodes.Getitem, jinja2.nodes.Filter)):
            said = _reached(node)
            if said.startswith("_") or said in _REACHING:
                raise jinja2.TemplateSyntaxError(f"{said} reaches behind the plan", node.lineno, name, filename)
        return super()._generate(source, name, filename, defer_init)


_REACHING: Final = ("|attr", "|map")


def _reached(node: jinja2.nodes.Node) -> str:
    """The attribute, item or filter that a node names; an item that is computed could be any."""
    if isinstance(node, jinja2.nodes.Getattr):
        return node.attr
    if isinstance(node, jinja2.nodes.Getitem):
        return str(node.arg.value) if isinstance(node.arg, jinja2.nodes.Const) else "_computed"
    return f"|{node.name}" if isinstance(node, jinja2.nodes.Filter) else ""


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates, kept in natlane's cache: compiling them costs more than rendering one partner."""

    def load_bytecode(self, bucket: Bucket) -> None:
        known = cache.get("template", f"{bucket.key} {bucket.checksum}")
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        cache.put("template", f"{bucket.key} {bucket.checksum}", bucket.bytecode_to_string())


def render(plan: Plan, templates: Templates) -> dict[str, str] | Problem:
    """Every file of the partner's root module; `x.tf.j2` gives `x.tf`, and an empty text no file.

    A template's own mistake (the user's, if it is overridden) is a problem at its line.
    """
    files = {}
    name = ""
    try:
        for name in templates.names:
            text = templates.jinja.get_template(name).render(plan=plan)
            if not text.strip():
                continue
            refused = _refused(name, text)
            if refused:
                return refused
            files[name.removesuffix(SUFFIX)] = text
    except (jinja2.TemplateError, TypeError) as error:
        hint = f"while {plan.partner} was rendered; look at generator/natlane/plan/model.py for what a plan holds"
        return template_problem(name, error, hint)
    except (OSError, UnicodeDecodeError) as error:
        return file_problem("template-unreadable", _template_path(name), f"cannot be read: {error}")
    return files


def template_problem(name: str, error: BaseException, hint: str) -> Problem:
    """A template's own mistake at its line; `hint` is for one that can be read and fails."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        message = error.message or "cannot be read as Jinja"
        return Problem("template-syntax", "error", _template_path(error.name or name), error.lineno, 1, "", message)
    line = _template_line(error)
    return Problem("template-fails", "error", _template_path(name), line, 1, "", str(error), hint)


def _refused(name: str, text: str) -> Problem | None:
    """Why a rendered text may not become a file of out/."""
    if MARK not in text.partition("\n")[0]:
        hint = f'its first line must say "{MARK}": by that a later run knows the file as its own'
        return Problem("template-no-header", "error", _template_path(name), 1, 1, "", "has no header", hint)
    if name.endswith(".tf.j2") and KEY.search(text):
        hint = "leave it to AWS, or write `preshared_keys: variables` in the descriptor"
        message = "writes a pre-shared key into out/"
        return Problem("template-key", "error", _template_path(name), 1, 1, "", message, hint)
    if _OVERRIDE.search(name):
        hint = "change a copy of the template whose file it is meant for"
        message = "would be merged into other files by Terraform, so that nobody reads what AWS will hold"
        return Problem("template-override", "error", _template_path(name), 1, 1, "", message, hint)
    return None


def _template_path(name: str) -> str:
    return f"{TEMPLATES}/{name}"


def _template_line(error: BaseException) -> int:
    """The innermost line of a template in a traceback, as Jinja maps it."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(SUFFIX):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def hcl(value: object, indent: int = 0) -> str:
    """A value as an HCL expression, so that no text of a descriptor can become Terraform code.

    A mapping becomes a multi-line object whose lines start after `indent` spaces, aligned as
    `terraform fmt` aligns them.
    """
    form = _FORMS.get(type(value))
    if form is not None:
        return form(value)
    if isinstance(value, Mapping):
        return _object(value, indent)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(hcl, value))}]"
    raise TypeError(f"{type(value).__name__} has no HCL form: {value!r}")


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _address(value: object) -> str:
    return f'"{value}"'


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 2:
        return found[0] + found
    return _ESCAPES.get(found) or f"\\u{ord(found):04x}"


# By type: a partner has some hundred values, and a chain of isinstance costs a tenth of its rendering.
_FORMS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _quoted,
    Reference: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    IPv4Address: _address,
    IPv4Network: _address,
}


def _object(entries: Mapping[str, object], indent: int) -> str:
    if not entries:
        return "{}"
    keys = {key: key if _IDENTIFIER.fullmatch(key) else _quoted(key) for key in entries}
    width = max(map(_columns, keys.values()))
    lines = [
        f"{' ' * indent}{keys[key]}{' ' * (width - _columns(keys[key]))} = {hcl(value)}\n"
        for key, value in entries.items()
    ]
    return "{\n" + "".join(lines) + " " * (indent - 2) + "}"


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(not combining(char) for char in text)


def markdown(value: object) -> str:
    """A value as one line of Markdown text, in which nothing of it is markup."""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(markdown, value))
    text = " ".join(str(value).split())
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", text)
