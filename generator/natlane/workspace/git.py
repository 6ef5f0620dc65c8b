"""Git as a reader, run so that no setting of the repository can make it start another program.

A repository that somebody else made brings its own .git/config, whose file system monitor, hooks, filters, text
converters, pagers and remotes are programs. All of them are switched off by settings that come before it.
Source: git-config(1), git(1) "Environment Variables".
"""

from __future__ import annotations

import os
import subprocess
from typing import Final

_SETTINGS: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "core.editor": "false",
    "core.alternateRefsCommand": "",
    "credential.helper": "",
    "diff.external": "",
    "diff.ignoreSubmodules": "all",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",  # comes before any protocol.<name>.allow: nothing is fetched
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",  # a ref of refs/replace/ would show another file than the one that was committed
    "GIT_GRAFT_FILE": os.devnull,  # nor other parents than a commit has
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
_DROPPED: Final = ("GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_TRACE")


class GitError(Exception):
    """Git failed, and its own first words; `missing` where there is no git."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.message, self.missing = message, missing


def run_git(root: str, *words: str) -> bytes:
    """What git prints. Raises GitError.

    The command must not read contents of the working tree: git would run the filters of the repository's configuration.
    """
    try:
        ended = subprocess.run(  # noqa: S603 - git with fixed words, and refs behind --end-of-options
            _command(root, *words), capture_output=True, check=False, env=_environment()
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed", missing=True) from error
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise GitError(said.removeprefix("fatal: ") or f"git {words[0]} found nothing")
    return ended.stdout


def start_git(root: str, *words: str) -> subprocess.Popen[bytes]:
    """A git that is asked line by line. Raises GitError where there is none."""
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(  # noqa: S603 - git with fixed words
            _command(root, *words), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_environment()
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed", missing=True) from error


def _command(root: str, *words: str) -> tuple[str, ...]:
    return ("git", "--no-pager", "-C", root, *words)


def _environment() -> dict[str, str]:
    """The user's own, with settings that come before any of the repository's."""
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    environment |= _ENVIRONMENT | {"GIT_CONFIG_COUNT": str(len(_SETTINGS))}
    for number, (name, value) in enumerate(_SETTINGS.items()):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return environment


def index_state(root: str) -> str:
    """A sign that git's index changed: its size and time; empty where there is none. Git is not run."""
    top = os.path.realpath(root)
    while not os.path.lexists(os.path.join(top, ".git")):
        if top == os.path.dirname(top):
            return ""
        top = os.path.dirname(top)
    folder = os.path.join(top, ".git")
    if os.path.isfile(folder):  # of a working tree beside the repository's own
        with open(folder, encoding="utf-8", errors="surrogateescape") as file:
            folder = os.path.join(top, file.read(4096).removeprefix("gitdir: ").rstrip("\n"))
    try:
        status = os.stat(os.path.join(folder, "index"))
    except OSError:
        return "no index"
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
