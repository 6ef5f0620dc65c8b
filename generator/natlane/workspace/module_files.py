"""Files in a root module's folder: those that Terraform reads, the user's own, and unwanted ones.

Sources: Terraform's internal/configs/parser_config_dir.go and OpenTofu's of the same name; "Input Variables", "Files
loaded automatically"; "CLI Configuration"; "Test files"; "Query files".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from natlane.problems import Problem, file_problem
from natlane.workspace.git import GitError, run_git
from natlane.workspace.paths import OUT, Workspace

_CONFIGURATION: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")
_TESTS: Final = (".tftest.hcl", ".tftest.json", ".tofutest.hcl", ".tofutest.json", ".tfmock.hcl", ".tofumock.hcl")
_OTHERS: Final = (".tfquery.hcl", ".tfquery.json", ".tfcomponent.hcl", ".tfcomponent.json", ".tfdeploy.hcl")
_STACKS: Final = (".tfdeploy.json", ".tfstack.hcl", ".tfstack.json")
_COMMAND_LINE: Final = (".terraformrc", "terraform.rc", ".tofurc", "tofu.rc")
_TERRAGRUNT: Final = ("terragrunt.hcl", "terragrunt.hcl.json", "terragrunt.stack.hcl", "terragrunt.values.hcl")
_LOCK: Final = ".terraform.lock.hcl"
# Exactly what Terraform and OpenTofu leave in a folder, and variables that are named on the command line.
_USERS_FILE: Final = re.compile(
    r"\.terraform\.lock\.hcl|\.terraform\.tfstate\.lock\.info|errored\.tfstate"
    r"|terraform\.tfstate(?:\.[0-9]+)?(?:\.backup)?|crash(?:\.[0-9]+)?\.log|(?!\.)[^/]*\.tfvars(?:\.json)?"
)
_AUTO_LOADED: Final = re.compile(r"terraform\.tfvars(?:\.json)?|.*\.auto\.tfvars(?:\.json)?")
DATA: Final = ".terraform"
# All that init writes: comments, a provider, its version, its constraints, its hashes.
_LOCKED: Final = re.compile(
    r'[ \t]*(?:\#[^\r]*|provider "[a-z0-9./_-]+" \{|(?:version|constraints)[ \t]*=[ \t]*"[^"\\$%]*"'
    r'|hashes[ \t]*=[ \t]*\[|"(?:h1:[A-Za-z0-9+/]{43}=|zh:[0-9a-f]{64})",|[\]}])?[ \t]*\r?'
)
_PROVIDER_NAME: Final = re.compile(r'^[ \t]*provider "([^"]+)"', re.MULTILINE)
_REGISTRIES: Final = ("registry.terraform.io", "registry.opentofu.org")
_REQUIRED: Final = re.compile(r'^\s*source\s*=\s*"([^"]+)"', re.MULTILINE)


def terraform_reads(name: str) -> bool:
    """Whether Terraform, OpenTofu or what is often put before them takes a file as configuration, test or settings."""
    base = name.rsplit("/", 1)[-1]
    return base.endswith((*_CONFIGURATION, *_TESTS, *_OTHERS, *_STACKS)) or is_settings(base)


def is_settings(name: str) -> bool:
    """Whether a file holds settings of the command line, or of what is put before it."""
    return name.rsplit("/", 1)[-1] in (*_COMMAND_LINE, *_TERRAGRUNT)


def belongs_to_user(name: str) -> bool:
    """Whether a file or folder in out/<partner>/ is Terraform's or the user's own, never ours to touch."""
    first, base = name.partition("/")[0], name.rsplit("/", 1)[-1]
    return first == DATA or (not terraform_reads(name) and bool(_USERS_FILE.fullmatch(base)))


def is_auto_loaded(name: str) -> bool:
    """Whether Terraform takes values from a file that no command names: they come before the pipeline's own."""
    base = name.rsplit("/", 1)[-1]
    return bool(_AUTO_LOADED.fullmatch(base.lower()))


def auto_loaded(workspace: Workspace, folder: str, names: Iterable[str]) -> Iterator[Problem]:
    """Problems for what came with a commit and would decide what Terraform does, of the names in a folder of out/.

    What git does not track is the user's own on this machine. Where git cannot tell, only Terraform's own folder is.
    """
    for path in sorted(f"{folder}/{name}" for name in names if is_auto_loaded(name) or name == DATA):
        tracked = _tracked(workspace)
        if path.endswith(f"/{DATA}"):
            if tracked and path in tracked:
                message = "is tracked by git: Terraform would run the providers that it holds"
                yield file_problem("output-unasked", path, message, f"git rm -r --cached {path}")
        elif tracked is None or path in tracked:
            message = "is read by Terraform without being asked, and comes before the pipeline's own variables"
            yield file_problem("output-unasked", path, message, "delete it; a value belongs into the descriptor")


def _tracked(workspace: Workspace) -> frozenset[str] | None:
    """What git tracks of such files below out/, folders by their own path; None where git cannot tell."""
    if OUT not in workspace.known:
        listed = tracked_files(workspace, OUT)
        workspace.known[OUT] = (
            None
            if listed is None
            else frozenset(
                path.partition(f"/{DATA}/")[0] + f"/{DATA}" if f"/{DATA}/" in path else path
                for path in listed
                if f"/{DATA}/" in path or path.endswith(f"/{DATA}") or is_auto_loaded(path)
            )
        )
    return workspace.known[OUT]


_LONGEST_LOCK = 262_144  # bytes


def lock_problem(workspace: Workspace, folder: str, files: Iterable[str]) -> Problem | None:
    """Why a lock file is not one that `init` wrote for these texts: it may name only providers that they require.

    Its hashes are not judged here: Terraform compares them with the package, and the registry signs the package.
    """
    path = f"{folder}/{_LOCK}"
    try:
        content = workspace.read(path, _LONGEST_LOCK + 1)
        text = content.decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        return file_problem("output-lock", path, f"cannot be read: {error}", "run terraform init again")
    if len(content) > _LONGEST_LOCK:
        message = f"has more than {_LONGEST_LOCK:,} bytes, and terraform init writes a few thousand"
        return file_problem("output-lock", path, message, "delete it, and run terraform init")
    lines = enumerate(text.split("\n"), 1)
    line = next((number for number, each in lines if not _LOCKED.fullmatch(each)), 0)
    if line:
        message = "is not as terraform init writes a provider and its hashes"
        return Problem("output-lock", "error", path, line, 1, "", message, "delete it, and run terraform init")
    sources = set(_PROVIDER_NAME.findall(text))
    required = {source for file in files for source in _REQUIRED.findall(file)}
    known = {f"{host}/{source}" for source in required for host in _REGISTRIES} | required
    strange = sorted(sources - known)
    if strange:
        message = f"names {strange[0]}, which no file of this module requires"
        return Problem("output-lock", "error", path, 1, 1, "", message, "delete it, and run terraform init")
    return None


def tracked_files(workspace: Workspace, path: str) -> frozenset[str] | None:
    """The files at and below a path that git tracks; None where git cannot tell."""
    try:
        listed = run_git(workspace.root, "ls-files", "-z", "--", path)
    except GitError:
        return None
    return frozenset(os.fsdecode(listed).split("\0")) - {""}
