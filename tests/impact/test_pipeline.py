"""The example pipeline keeps what it promises: who may do what, and what its scripts do with what they are given."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from natlane.impact.review import impact_of
from natlane.output.impact import as_json

from tests.conftest import ROOT
from tests.impact.expressions import filled, runs
from tests.impact.roots import renamed, two_roots
from tests.impact.test_commands import git

PIPELINE = yaml.safe_load((ROOT / ".github/workflows/partners.yml").read_text(encoding="utf-8"))
JOBS = PIPELINE["jobs"]
EVENTS = PIPELINE[True]  # `on`, as YAML 1.1 reads it
TOKEN = {"contents": "read", "id-token": "write"}
needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in JOBS.items():
        for step in job["steps"]:
            yield name, step


def step_of(job: str, word: str) -> dict[str, Any]:
    """The one step of a job in whose script, name or id a word stands."""
    (found,) = (step for step in JOBS[job]["steps"] if any(word in step.get(key, "") for key in ("run", "name", "id")))
    return dict(found)


def run(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A script as the pipeline's shell runs it; commands that lie in the folder come first."""
    assert PIPELINE["defaults"]["run"]["shell"] == "bash"
    ours = {"PATH": f"{folder}:{os.environ['PATH']}", "GITHUB_OUTPUT": str(folder / "output")}
    environment = {**ours, **PIPELINE["env"], **env}
    words = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def env_of(step: dict[str, Any], **context: Any) -> dict[str, str]:
    """The environment that GitHub gives a step."""
    return {name: filled(str(value), context) for name, value in step["env"].items()}


def stand_in(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_the_pipelines_jobs_and_what_each_may() -> None:
    assert PIPELINE["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "check": {"contents": "read"},
        "impact": {"contents": "read"},
        "comment": {"pull-requests": "write"},
        "plan": TOKEN,
        "apply": TOKEN,
        "rest": {},
    }
    assert {name: job["environment"] for name, job in JOBS.items() if "environment" in job} == {
        "plan": "plan",
        "apply": "production",
    }
    assert all(JOBS[name]["needs"] == "check" for name in ("plan", "apply"))
    assert all("timeout-minutes" in job for job in JOBS.values())
    assert {"run": 'natlane verify --root "$ROOT" --format github'} in JOBS["check"]["steps"]


def event(name: str, ref: str = "refs/heads/main", head: str = "example/partners") -> dict[str, Any]:
    """The context `github` of an event; `head` is the repository that a pull request comes from."""
    pull_request = {"number": 7, "head": {"repo": {"full_name": head}}} if name == "pull_request" else None
    of_event = {"pull_request": pull_request, "before": ""}
    return {"event_name": name, "ref": ref, "repository": "example/partners", "run_id": "1", "event": of_event}


PULL_REQUEST = event("pull_request", "refs/pull/7/merge")
FORK = event("pull_request", "refs/pull/7/merge", "stranger/partners")
ROLES = {"PLAN_ROLE": "arn:aws:iam::111111111111:role/plan", "APPLY_ROLE": "arn:aws:iam::111111111111:role/apply"}
ONE = {"partners": '[{"partner": "globex", "path": "out/globex"}]', "next": "", "moved": "[]"}
NONE = {**ONE, "partners": "[]"}
MORE = {**ONE, "next": "hooli"}


@pytest.mark.parametrize(
    ("github", "roles", "found", "running"),
    [
        (PULL_REQUEST, ROLES, ONE, {"check", "impact", "comment", "plan"}),
        (PULL_REQUEST, ROLES, NONE, {"check", "impact", "comment"}),
        (PULL_REQUEST, {}, ONE, {"check", "impact", "comment"}),
        (PULL_REQUEST, ROLES, MORE, {"check", "impact", "comment", "plan"}),
        (FORK, ROLES, ONE, {"check", "impact"}),
        (event("push"), ROLES, ONE, {"check", "apply"}),
        (event("push"), ROLES, NONE, {"check"}),
        (event("push"), ROLES, MORE, {"check", "apply", "rest"}),
        (event("push"), {}, MORE, {"check"}),
        (event("push", "refs/heads/change"), ROLES, ONE, {"check"}),
        (event("workflow_dispatch"), ROLES, ONE, {"check", "apply"}),
        (event("workflow_dispatch"), ROLES, MORE, {"check", "apply", "rest"}),
        (event("workflow_dispatch", "refs/heads/change"), ROLES, ONE, {"check"}),
    ],
)
def test_which_jobs_run(github: Any, roles: dict[str, str], found: dict[str, str], running: set[str]) -> None:
    context = {"github": github, "vars": roles, "needs": {"check": {"outputs": found}}}
    assert {name for name, job in JOBS.items() if runs(job.get("if"), context)} == running


def test_which_jobs_run_although_an_earlier_one_failed() -> None:
    """Only what tells people that it failed: the comment, and the partners that are left."""
    for github, after in ((PULL_REQUEST, {"comment"}), (event("push"), {"rest"})):
        context = {"github": github, "vars": ROLES, "needs": {"check": {"outputs": MORE}}}
        waiting = {name: job for name, job in JOBS.items() if "needs" in job}
        assert {name for name, job in waiting.items() if runs(job.get("if"), context, "failure")} == after
        assert not [name for name, job in waiting.items() if runs(job.get("if"), context, "cancelled")]


def test_what_starts_the_pipeline() -> None:
    assert sorted(EVENTS) == ["pull_request", "push", "workflow_dispatch"]  # pull_request_target has rights
    assert EVENTS["push"]["branches"] == ["main"]
    assert {name: each.get("required", False) for name, each in EVENTS["workflow_dispatch"]["inputs"].items()} == {
        "since": True,
        "from": False,
    }


def test_no_token_is_left_and_no_action_moves() -> None:
    used = [step for _, step in steps() if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]) for step in used)
    checkouts = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert len(checkouts) == 5
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_what_may_write_runs_nothing_of_the_pull_request() -> None:
    """The comment's text comes as a value, and what installs natlane holds no right but to read."""
    assert [sorted(step) for step in JOBS["comment"]["steps"]] == [["env", "name", "run"]]
    assert {name for name, step in steps() if "pip install" in step.get("run", "")} == {"check", "impact"}
    assert {name for name, step in steps() if "github.token" in str(step)} == {"comment"}


def test_no_script_is_made_of_what_others_write() -> None:
    """An expression within a script is put there as text, and a name of a branch may be a command."""
    assert [step["run"] for _, step in steps() if "${{" in step.get("run", "")] == []


def test_a_partner_is_applied_once_at_a_time() -> None:
    (apply,) = (job["concurrency"] for job in JOBS.values() if "concurrency" in job)
    assert apply["cancel-in-progress"] is False
    globex, again, hooli = (
        filled(apply["group"], {"matrix": {"partner": name}}) for name in ("globex", "globex", "hooli")
    )
    assert globex == again != hooli


def test_only_a_pull_requests_older_run_is_broken_off() -> None:
    of_all = PIPELINE["concurrency"]
    requests = [{"github": {**PULL_REQUEST, "run_id": run_id}} for run_id in ("1", "2")]
    pushes = [{"github": {**event("push"), "run_id": run_id}} for run_id in ("1", "2")]
    assert len({filled(of_all["group"], each) for each in requests}) == 1
    assert len({filled(of_all["group"], each) for each in pushes}) == 2
    assert [filled(of_all["cancel-in-progress"], each[0]) for each in (requests, pushes)] == ["true", "false"]


KEYS = json.dumps({"initech": {"tunnel1": "one", "tunnel2": "two"}})


@pytest.mark.parametrize("job", ["plan", "apply"])
@pytest.mark.parametrize(
    ("secrets", "taken"),
    [({"PRESHARED_KEYS": KEYS}, {"initech": ["one", "two"], "globex": ["", ""]}), ({}, {"initech": ["", ""]})],
    ids=["keys", "none"],
)
def test_keys_are_hidden_before_a_plan_takes_them(job: str, secrets: Any, taken: dict[str, list[str]]) -> None:
    """GitHub shows each step's environment, and hides of a secret what it was told to hide."""
    steps = JOBS[job]["steps"]
    hidden = next(at for at, step in enumerate(steps) if "::add-mask::" in step.get("run", ""))
    ((at, step),) = ((at, step) for at, step in enumerate(steps) if "TF_VAR" in str(step.get("env")))
    assert step["run"].split()[:2] == ["terraform", "plan"]
    assert at > hidden
    for partner, keys in taken.items():
        env = env_of(step, secrets=secrets, matrix={"partner": partner})
        assert env == {f"TF_VAR_tunnel{number}_preshared_key": key for number, key in enumerate(keys, 1)}


@needs_jq
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", ""),
        ("{}", ""),
        ('{"initech": {"tunnel1": "a b", "tunnel2": "$(id)"}}', "::add-mask::a b\n::add-mask::$(id)\n"),
    ],
)
def test_each_key_is_hidden(tmp_path: Path, keys: str, said: str) -> None:
    step = step_of("plan", "add-mask")
    ended = run(step["run"], tmp_path, **env_of(step, secrets={"PRESHARED_KEYS": keys} if keys else {}))
    assert (ended.returncode, ended.stdout) == (0, said)


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, list[str]]:
    """A repository of three commits, and what they are called."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for number in range(3):
        git(folder, "commit", "-q", "--allow-empty", "-m", str(number))
    git(folder, "tag", "applied", "HEAD~2")
    return folder, git(folder, "rev-list", "--reverse", "HEAD").split()


@pytest.mark.parametrize(
    ("name", "ref", "before", "since", "found"),
    [
        ("pull_request", "refs/pull/7/merge", "", "", 1),
        ("push", "refs/heads/main", "COMMIT", "", 0),
        ("workflow_dispatch", "refs/heads/main", "", "applied", 0),
        ("workflow_dispatch", "refs/heads/main", "", "COMMIT", 0),
        ("push", "refs/heads/main", "0" * 40, "", "by hand, with since"),
        ("push", "refs/heads/main", "5" * 40, "", "by hand, with since"),  # forced: it is gone
        ("workflow_dispatch", "refs/heads/main", "", "", "by hand, with since"),
        ("workflow_dispatch", "refs/heads/main", "", "--all", "by hand, with since"),
        ("workflow_dispatch", "refs/heads/main", "", "$(touch seen)", "by hand, with since"),
        ("workflow_dispatch", "refs/heads/change", "", "applied", "only main is applied"),
    ],
)
def test_the_commit_to_compare_with(
    history: tuple[Path, list[str]], name: str, ref: str, before: str, since: str, found: int | str
) -> None:
    folder, commits = history
    step = step_of("check", "The commit to compare with")
    before, since = (text.replace("COMMIT", commits[0]) for text in (before, since))
    given = env_of(step, github={"event": {"before": before}}, inputs={"since": since})
    ended = run(step["run"], folder, GITHUB_EVENT_NAME=name, GITHUB_REF=ref, **given)
    if isinstance(found, int):
        assert (ended.returncode, ended.stderr) == (0, "")
        assert (folder / "output").read_text() == f"commit={commits[found]}\n"
    else:
        assert (ended.returncode, ended.stdout.count("\n"), (folder / "output").exists()) == (1, 1, False)
        assert ended.stdout.startswith("::error::")
        assert found in ended.stdout
    assert not (folder / "seen").exists()


def outputs(folder: Path) -> dict[str, str]:
    """What a step handed on."""
    lines = iter((folder / "output").read_text().splitlines())
    found = {}
    for line in lines:
        name, multiline, end = line.partition("<<")
        if multiline:
            held = []
            while (inner := next(lines)) != end:
                held.append(f"{inner}\n")
            found[name] = "".join(held)
        else:
            found |= dict([line.split("=", 1)])
    return found


LISTED = [f"partner-{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(300)]


@needs_jq
@pytest.mark.parametrize(
    ("names", "start", "taken", "after"),
    [
        ([], "", [], ""),
        (["globex", "acme"], "", ["acme", "globex"], ""),
        (LISTED[:256], "", LISTED[:256], ""),
        (LISTED, "", LISTED[:256], LISTED[256]),
        (LISTED, LISTED[256], LISTED[256:], ""),
        (LISTED, "zzz", [], ""),
    ],
)
def test_the_matrix(tmp_path: Path, names: list[str], start: str, taken: list[str], after: str) -> None:
    """256 at most, and where more are left, with whom to go on."""
    listed = {"partners": [{"partner": name, "path": f"out/{name}"} for name in names]}
    (tmp_path / "listed").write_text(json.dumps(listed))
    moves = {"partner": "globex", "findings": [{"code": "in-place"}, {"code": "state-moves"}]}
    (tmp_path / "told").write_text(json.dumps({"partners": [moves, {"partner": "acme", "findings": []}]}))
    stand_in(tmp_path, "natlane", 'echo "$*" >> called\ncase $1 in list) cat listed ;; *) cat told ;; esac')
    step = step_of("check", "changed")
    env = env_of(step, steps={"base": {"outputs": {"commit": "abc"}}}, inputs={"from": start})
    ended = run(step["run"], tmp_path, **env)
    assert (ended.returncode, ended.stderr, bool(ended.stdout)) == (0, "", bool(after))
    found = outputs(tmp_path)
    assert json.loads(found["partners"]) == [{"partner": name, "path": f"out/{name}"} for name in taken]
    assert (found["next"], json.loads(found["moved"])) == (after, ["globex"])
    assert (tmp_path / "called").read_text().splitlines() == [
        "list --root . --changed-since abc --format json",
        "impact --root . --base abc --format json",
    ]
    handed_on = {"steps": {"base": {"outputs": {"commit": "abc"}}, "changed": {"outputs": found}}}
    assert {name: filled(text, handed_on) for name, text in JOBS["check"]["outputs"].items()} == {
        "base": "abc",
        **found,
    }


@needs_jq
@pytest.mark.parametrize("command", ["list", "impact"])
def test_no_matrix_of_what_failed(tmp_path: Path, command: str) -> None:
    stand_in(tmp_path, "natlane", f'[ "$1" = {command} ] && exit 1\necho \'{{"partners": []}}\'')
    ended = run(step_of("check", "changed")["run"], tmp_path, BASE="abc", FROM="")
    assert (ended.returncode, (tmp_path / "output").exists()) == (1, False)


def test_a_run_that_leaves_partners_is_not_green(tmp_path: Path) -> None:
    assert JOBS["rest"]["needs"] == ["check", "apply"]
    (step,) = JOBS["rest"]["steps"]
    env = env_of(step, needs={"check": {"outputs": {"base": "abc", "next": "globex"}}})
    ended = run(step["run"], tmp_path, **env)
    assert ended.returncode == 1
    assert ended.stdout == (
        "::error::globex and the partners after it were not applied: run this workflow by hand, "
        "with since: abc and from: globex\n"
    )


@needs_jq
def test_partners_whose_state_moves_are_told(tmp_path: Path) -> None:
    """The check's own words, with what the real natlane tells."""
    query = re.search(r"jq -c '([^']+state-moves[^']+)'", step_of("check", "changed")["run"])
    assert query is not None
    old, new = two_roots(tmp_path, ("globex", "hooli"), (), (*renamed("globex", "globex-trade"),))
    told = as_json(impact_of(str(new), str(old)), None)
    asked = subprocess.run(["jq", "-c", query[1]], input=told, capture_output=True, text=True, check=True)
    assert json.loads(asked.stdout) == ["globex-trade"]


@pytest.mark.parametrize("job", ["plan", "apply"])
@pytest.mark.parametrize(
    ("script", "code"),
    [("true", 1), ("echo No state file was found! >&2; exit 1", 1), ("echo aws_vpc.vpc_n", 0)],
    ids=["empty", "none", "copied"],
)
def test_plan_and_apply_wait_for_a_state_that_moves(tmp_path: Path, job: str, script: str, code: int) -> None:
    """The very same step in both: after init, and before anything is planned."""
    scripts = [step.get("run", "") for step in JOBS[job]["steps"]]
    step = step_of(job, "state list")
    assert step == step_of("apply", "state list")
    for moved, asked in (("[]", False), ('["hooli"]', False), ('["globex", "hooli"]', True)):
        context = {"needs": {"check": {"outputs": {"moved": moved}}}, "matrix": {"partner": "globex"}}
        assert runs(step["if"], context) is asked
    (planned,) = (at for at, each in enumerate(scripts) if each.startswith("terraform plan"))
    assert scripts.index("terraform init -input=false") < scripts.index(step["run"]) < planned
    stand_in(tmp_path, "terraform", script)
    ended = run(step["run"], tmp_path, **env_of(step, matrix={"partner": "globex"}))
    assert (ended.returncode, "the state of globex moves" in ended.stdout) == (code, bool(code))


@pytest.mark.parametrize("newer", ["same", "changed", "lock file", "gone"])
def test_an_apply_undoes_nothing_newer(tmp_path: Path, newer: str) -> None:
    """Before Terraform writes anything of its own there."""
    steps = JOBS["apply"]["steps"]
    names = [step.get("name") for step in steps]
    at = names.index("Main still holds what is applied")
    assert steps[at - 1]["with"] == {
        "ref": "main",
        "path": "newest",
        "sparse-checkout": "${{ matrix.path }}",
        "persist-credentials": False,
    }
    assert not any("terraform" in step.get("run", "") for step in steps[:at])
    here, there = tmp_path / "out/globex", tmp_path / "newest/out/globex"
    for folder in (here, there):
        folder.mkdir(parents=True)
        (folder / "vpn.tf").write_text("then\n")
    if newer == "changed":
        (there / "vpn.tf").write_text("now\n")
    elif newer == "lock file":
        (there / ".terraform.lock.hcl").touch()
    elif newer == "gone":
        shutil.rmtree(there)
    env = env_of(steps[at], matrix={"path": "out/globex"})
    ended = run(steps[at]["run"], here, GITHUB_WORKSPACE=str(tmp_path), **env)
    assert ended.returncode == (newer != "same")
    assert ("::error::main holds another out/globex" in ended.stdout) == (newer != "same")


LONG = "y" * 99 + "\n"
CUT = "\n**Cut here**, because GitHub takes no more: the summary of the run holds more.\n"


@pytest.mark.parametrize(
    ("told", "wrong", "comment"),
    [
        ("### natlane impact: in place\n", "a warning\n", "### natlane impact: in place\n"),
        (
            "",
            "partners/globex.yaml:3:11: nat_cidr: wrong\n",
            "### natlane impact: cannot be told\n\n````text\npartners/globex.yaml:3:11: nat_cidr: wrong\n````\n",
        ),
        (LONG * 700, "", LONG * 600 + CUT),
        ("ü" * 40_000 + "\n", "", CUT),  # bytes count: an environment's variable has a limit, too
        ("```yaml\na: b\n```\n" + LONG * 700, "", "```yaml\na: b\n```\n" + LONG * 599 + CUT),
        ("text\n```yaml\n" + LONG * 700, "", "text\n```yaml\n" + LONG * 599 + "```\n" + CUT),
        (
            "",
            "```\n`````` x\n" + LONG * 700,
            "### natlane impact: cannot be told\n\n````text\n```\n`````` x\n" + LONG * 599 + "````\n" + CUT,
        ),
        ("comment<<x\nEOF\n", "", "comment<<x\nEOF\n"),
    ],
    ids=["told", "not told", "too long", "one line", "fence closed", "fence open", "fence in a fence", "no way out"],
)
def test_what_the_change_does_is_handed_on(tmp_path: Path, told: str, wrong: str, comment: str) -> None:
    (tmp_path / "told").write_text(told)
    (tmp_path / "wrong").write_text(wrong)
    stand_in(tmp_path, "natlane", "cat told; cat wrong >&2; exit 1")
    ended = run(step_of("impact", "told")["run"], tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "shown"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert outputs(tmp_path) == {"comment": comment}
    handed_on = {"steps": {"told": {"outputs": outputs(tmp_path)}}}
    assert filled(JOBS["impact"]["outputs"]["comment"], handed_on) == comment
    assert len(comment.encode()) < 65_000
    shown = (tmp_path / "shown").read_text()
    assert shown.startswith(comment.removesuffix(CUT).removesuffix("```\n").removesuffix("`"))
    assert "Cut here" not in shown


def test_a_summary_takes_a_mebibyte(tmp_path: Path) -> None:
    (tmp_path / "told").write_text("```yaml\n" + LONG * 12_000)
    (tmp_path / "wrong").touch()
    stand_in(tmp_path, "natlane", "cat told")
    run(step_of("impact", "told")["run"], tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "shown"))
    shown = (tmp_path / "shown").read_text()
    assert shown.endswith(
        f"{LONG}```\n\n**Cut here**, because GitHub takes no more: run natlane impact yourself for the rest.\n"
    )
    assert 900_000 < len(shown) < 2**20


POST = "api --silent --method POST repos/example/partners/issues/7/comments -F body=@comment.md\n"
PATCH = "api --silent --method PATCH repos/example/partners/issues/comments/41 -F body=@comment.md\n"


@pytest.mark.parametrize(
    ("ids", "called"), [("", POST), ("41\n42\n", PATCH), ("41", PATCH)], ids=["first", "several", "again"]
)
@pytest.mark.parametrize("text", ["### $(touch seen) `touch seen` %s\n\\n", "x" * 60_100, ""])
def test_the_comment(tmp_path: Path, ids: str, called: str, text: str) -> None:
    """Written once a pull request, whatever stands in it."""
    (tmp_path / "ids").write_text(ids)
    stand_in(tmp_path, "gh", 'case " $* " in *" --paginate "*) cat ids ;; *) echo "$*" > called ;; esac')
    (step,) = JOBS["comment"]["steps"]
    env = env_of(step, github={**PULL_REQUEST, "token": "t"}, needs={"impact": {"outputs": {"comment": text}}})
    ended = run(step["run"], tmp_path, GITHUB_REPOSITORY="example/partners", **env)
    assert (ended.returncode, ended.stderr) == (0, "")
    expected = text or "### natlane impact: cannot be told, because its job failed before"
    assert (tmp_path / "comment.md").read_text() == f"<!-- natlane impact -->\n{expected}\n"
    assert (tmp_path / "called").read_text() == called
    assert not (tmp_path / "seen").exists()
