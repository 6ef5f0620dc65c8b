"""The templates of a root, checked when they are loaded, and the rendering of a plan by them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from natlane import cache
from natlane.picture.drawing import drawing_of
from natlane.picture.svg import svg
from natlane.plan.plan import Plan
from natlane.problems import HIDING, Problem, file_problem, visible
from natlane.render.compare import KEY
from natlane.render.hcl_filter import hcl
from natlane.render.template_folders import MARK, OTHERS, SUFFIX, find_templates
from natlane.render.template_parser import MOST_BYTES, Step, TemplateError, is_sound, parse_template
from natlane.render.template_run import Filter, RunError, run_template
from natlane.workspace.module_files import belongs_to_user, is_auto_loaded, is_settings
from natlane.workspace.paths import TEMPLATES, Workspace, descriptor_path, read_bytes

PICTURE: Final = "picture.svg"
_KIND: Final = "templates"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,7}")
_OVERRIDE: Final = re.compile(r"(^|/|_)override\.(tf|tofu)(\.json)?$")
_HINT: Final = "look at generator/natlane/plan/plan.py for what a plan holds"


def markdown(value: object) -> str:
    """A value as one line of Markdown text, in which nothing of it is markup."""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(markdown, value))
    text = " ".join(visible(str(value), lines=True).split()).replace("&", "&amp;")
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", text)


FILTERS: Final[Mapping[str, Filter]] = {"hcl": hcl, "markdown": markdown}


class Templates:
    """The shipped templates, each overridden by the file of the same name below root/templates.

    `names` are those that give a file; `problems` says which cannot be read or hold what none may hold.
    `wanted` says by its name whether a template is loaded at all; `filters` are all that there are.
    """

    def __init__(
        self,
        workspace: Workspace,
        wanted: Callable[[str], bool] = lambda name: not name.startswith(OTHERS),
        filters: Mapping[str, Filter] = FILTERS,
    ) -> None:
        found = find_templates(workspace)
        self.filters = filters
        self.problems = list(found.problems)
        texts: dict[str, str] = {}
        for name in sorted(found.folders):
            if wanted(name):
                text = _read(name, f"{found.folders[name]}/{name}")
                if isinstance(text, Problem):
                    self.problems.append(text)
                else:
                    texts[name] = text
        self.trees = self._trees(texts)
        self.problems += _unsound_includes(self.trees)
        self.names = tuple(name for name in texts if "/_" not in f"/{name}")
        self.problems += filter(None, map(_misnamed, self.names))

    def _trees(self, texts: Mapping[str, str]) -> dict[str, list[Step]]:
        """The steps of each template, from natlane's cache where these very texts were parsed before."""
        key = json.dumps([cache.package_state("jinja2"), sorted(self.filters), texts])
        known = _kept(cache.get(_KIND, key), texts)
        if known is not None:
            return known
        trees, before = {}, len(self.problems)
        for name, text in texts.items():
            try:
                trees[name] = parse_template(text, self.filters)
            except TemplateError as error:
                path = f"{TEMPLATES}/{name}"
                self.problems.append(
                    Problem("template-syntax", "error", path, error.line, 1, "", error.message, error.hint)
                )
        if len(self.problems) == before:
            cache.put(_KIND, key, json.dumps(trees).encode())
        return trees

    def text(self, name: str, hint: str, **values: object) -> str | Problem:
        """What a template gives for these values; its own mistake is a problem at its line."""
        if self.problems:
            return self.problems[0]
        try:
            return run_template(name, self.trees, self.filters, values)
        except RunError as error:
            path = f"{TEMPLATES}/{error.name}"
            return Problem("template-fails", "error", path, error.line, 1, "", error.message, hint)


def render(plan: Plan, templates: Templates) -> dict[str, str] | Problem:
    """Every file of the partner's root module, its picture too; `x.tf.j2` gives `x.tf`, and an empty text no file.

    A template's own mistake (the user's, if it is overridden) is a problem at its line.
    """
    files = {}
    for name in templates.names:
        text = templates.text(name, f"while {plan.partner} was rendered; {_HINT}", plan=plan)
        if isinstance(text, Problem):
            return text
        if text.strip():
            refused = _refused(name, text)
            if refused:
                return refused
            files[name.removesuffix(SUFFIX)] = text
    if plan.active:
        # Drawn, not rendered: a template places values, and a picture is arithmetic.
        files.setdefault(PICTURE, svg(drawing_of(plan), f"{MARK} from {descriptor_path(plan.partner)}. Do not edit."))
    return files


def _read(name: str, path: str) -> str | Problem:
    try:
        raw = read_bytes(path, MOST_BYTES + 1, follow=False)
        if len(raw) > MOST_BYTES:
            return _problem("template-unreadable", name, f"is larger than {MOST_BYTES:,} bytes", "make it smaller")
        text = raw.decode()
    except (OSError, UnicodeDecodeError) as error:
        return file_problem("template-unreadable", f"{TEMPLATES}/{name}", f"cannot be read: {error}")
    hiding = HIDING.search(text)
    if hiding:
        line = text.count("\n", 0, hiding.start()) + 1
        message = f"holds U+{ord(hiding[0]):04X}: a reader would see another text than natlane does"
        return Problem("template-unreadable", "error", f"{TEMPLATES}/{name}", line, 1, "", message, "take it out")
    return text


def _kept(kept: bytes | None, texts: Mapping[str, str]) -> dict[str, list[Step]] | None:
    """Steps from the cache, if the entry is complete."""
    try:
        trees = json.loads(kept) if kept is not None else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(trees, dict) or trees.keys() != texts.keys() or not all(map(is_sound, trees.values())):
        return None
    return trees


def _unsound_includes(trees: Mapping[str, list[Step]]) -> list[Problem]:
    """A problem for each include of what is not there."""
    return [
        Problem("template-fails", "error", f"{TEMPLATES}/{name}", line, 1, "", f"there is no template {part}", "")
        for name, steps in trees.items()
        for line, part in _includes(steps)
        if part not in trees
    ]


def _includes(steps: list[Step]) -> Iterator[tuple[int, str]]:
    """Line and name of every include."""
    for step in steps:
        if isinstance(step, str):
            continue
        if step[0] == "include":
            yield step[1], step[2]
        elif step[0] in ("for", "if"):
            for body in step[3:] if step[0] == "if" else step[4:]:
                yield from _includes(body)


def _refused(name: str, text: str) -> Problem | None:
    """Why a rendered text may not become a file of out/."""
    if MARK not in text.partition("\n")[0]:
        hint = f'its first line must say "{MARK}": by that a later run knows the file as its own'
        return _problem("template-no-header", name, "has no header", hint)
    if name.endswith(".tf.j2") and KEY.search(text):
        hint = "leave it to AWS, or write `preshared_keys: variables` in the descriptor"
        return _problem("template-key", name, "writes a pre-shared key into out/", hint)
    return None


def _misnamed(name: str) -> Problem | None:
    """Why no file of out/ may have the name that a template gives it."""
    file = name.removesuffix(SUFFIX)
    if _OVERRIDE.search(file):
        hint = "change a copy of the template whose file it is meant for"
        message = "would be merged into other files by Terraform, so that nobody reads what AWS will hold"
        return _problem("template-override", name, message, hint)
    if not _NAME.fullmatch(file) or belongs_to_user(file) or is_auto_loaded(file) or is_settings(file):
        message = "gives a file whose name is Terraform's, the user's own, hidden, or too deep"
        return _problem(
            "template-name", name, message, "write a-z, 0-9, . _ - and another ending, 8 folders deep at most"
        )
    return None


def _problem(code: str, name: str, message: str, hint: str) -> Problem:
    return Problem(code, "error", f"{TEMPLATES}/{name}", 1, 1, "", message, hint)
