"""The commands that the documentation and the example pipeline show are commands that natlane has."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from generator.cli import parser_for
from generator.review.impact import impact_of
from generator.review.report import as_json
from tests.review.roots import renamed, two_roots

ROOT = Path(__file__).parents[2]
PIPELINE = ROOT / ".github/workflows/partners.yml"
PAGES = (ROOT / "docs/operations.md", ROOT / "docs/impact.md", PIPELINE)
COMMAND = re.compile(r"(?:^|[(`&|]|run: |\s{4})\s*natlane ([^\n`#;|&>)]+)", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_understood(page: Path) -> None:
    commands = [shlex.split(found) for found in COMMAND.findall(page.read_text(encoding="utf-8"))]
    whole = [words for words in commands if words != ["prune"]]  # which a sentence may name alone
    assert len(whole) > 3
    for words in whole:
        assert parser_for(words).parse_args(words).command in words


JOBS = yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))["jobs"]


def test_the_pipelines_jobs_and_what_each_may() -> None:
    assert {name: job.get("permissions") for name, job in JOBS.items()} == {
        "check": None,  # the workflow's: it reads
        "impact": None,
        "comment": {"pull-requests": "write"},
        "plan": {"contents": "read", "id-token": "write"},
        "apply": {"contents": "read", "id-token": "write"},
    }
    assert {name: job.get("environment") for name, job in JOBS.items()} == {
        "check": None,
        "impact": None,
        "comment": None,
        "plan": "plan",
        "apply": "production",
    }
    assert all(job["needs"] == "check" for name, job in JOBS.items() if name in ("plan", "apply"))
    assert "github.event.pull_request.head.repo.full_name == github.repository" in JOBS["plan"]["if"]
    assert {"run": "natlane verify --format github"} in JOBS["check"]["steps"]
    # What may write a comment runs no code of the pull request, and nobody leaves the token in the checkout.
    assert [step.get("uses") for step in JOBS["comment"]["steps"]] == ["actions/download-artifact@v4", None]
    checkouts = [step["with"] for job in JOBS.values() for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert [each["persist-credentials"] for each in checkouts] == [False] * 4


@pytest.mark.parametrize(
    ("base", "event", "partners", "code", "said", "output"),
    [
        ("HEAD", "push", 3, 0, "", 3),
        ("0" * 40, "push", 3, 1, "run this by hand", None),
        ("nowhere", "workflow_dispatch", 3, 1, "run this by hand", None),
        ("HEAD", "push", 257, 1, "more than 256", None),
        ("HEAD", "pull_request", 257, 0, "none is planned here", 0),
    ],
)
def test_which_partners_the_jobs_are_for(
    tmp_path: Path, base: str, event: str, partners: int, code: int, said: str, output: int | None
) -> None:
    """The check's own words, on a repository of one commit, with what natlane and jq print."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    run = next(step["run"] for step in JOBS["check"]["steps"] if step.get("id") == "changed")
    words = ("-c", "user.name=noc", "-c", "user.email=noc@acme.example", "commit", "-q", "--allow-empty", "-m", "x")
    subprocess.run(("git", "init", "-q", "-b", "main", str(tmp_path)), check=True)
    subprocess.run(("git", *words), cwd=tmp_path, check=True)
    listed = json.dumps({"partners": [{"partner": f"p{n}", "path": f"out/p{n}"} for n in range(partners)]})
    (tmp_path / "bin").mkdir()
    natlane = tmp_path / "bin" / "natlane"
    natlane.write_text(f"#!/bin/sh\ncase $1 in list) echo '{listed}' ;; *) echo '{{\"partners\": []}}' ;; esac\n")
    natlane.chmod(0o755)
    env = {
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
        "BASE": base,
        "GITHUB_EVENT_NAME": event,
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    ended = subprocess.run(
        ("bash", "-e", "-o", "pipefail", "-c", run), cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, said in ended.stdout) == (code, True)
    if output is not None:
        matrix = (tmp_path / "output").read_text().splitlines()[0].removeprefix("partners=")
        assert len(json.loads(matrix)) == output


def test_a_plan_is_not_made_before_a_moved_state_was_copied(tmp_path: Path) -> None:
    steps = JOBS["plan"]["steps"]
    at = next(place for place, step in enumerate(steps) if step.get("id") == "copied")
    assert steps[at]["if"] == "contains(fromJSON(needs.check.outputs.moved), matrix.partner)"
    assert steps[at + 1]["if"] == "steps.copied.outputs.missing != 'true'"
    assert steps[at + 1]["run"].startswith("terraform plan")
    terraform = tmp_path / "terraform"
    terraform.write_text("#!/bin/sh\n", encoding="utf-8")
    terraform.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_OUTPUT": str(tmp_path / "output")}
    script = steps[at]["run"].replace("${{ matrix.partner }}", "globex")
    subprocess.run(("/bin/bash", "-e", "-c", script), cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "output").read_text() == "missing=true\n"


@pytest.mark.parametrize("job", ["plan", "apply"])
def test_keys_are_hidden_before_a_plan_takes_them(job: str) -> None:
    """GitHub shows each step's environment, and hides of a secret what it was told to hide."""
    steps = JOBS[job]["steps"]
    hidden = next(at for at, step in enumerate(steps) if "::add-mask::" in step.get("run", ""))
    taking = {at: step["env"] for at, step in enumerate(steps) if "TF_VAR" in str(step.get("env"))}
    assert [steps[at]["run"].split()[:2] for at in taking] == [["terraform", "plan"]]
    assert all(at > hidden for at in taking)
    assert list(taking.values()) == [
        {
            f"TF_VAR_tunnel{tunnel}_preshared_key": (
                f"${{{{ fromJSON(secrets.PRESHARED_KEYS || '{{}}')[matrix.partner].tunnel{tunnel} }}}}"
            )
            for tunnel in (1, 2)
        }
    ]


@pytest.mark.parametrize(("state", "code"), [("", 1), ("aws_vpc.vpc_n\n", 0)], ids=["empty", "copied"])
def test_an_apply_waits_for_a_state_that_moves(tmp_path: Path, state: str, code: int) -> None:
    steps = JOBS["apply"]["steps"]
    runs = [step.get("run", "") for step in steps]
    at = next(place for place, run in enumerate(runs) if "state list" in run)
    assert runs.index("terraform init -input=false") < at < runs.index("terraform plan -input=false -out=plan")
    assert steps[at]["if"] == "contains(fromJSON(needs.check.outputs.moved), matrix.partner)"
    (tmp_path / "state").write_text(state, encoding="utf-8")
    terraform = tmp_path / "terraform"
    terraform.write_text("#!/bin/sh\ncat state\n", encoding="utf-8")
    terraform.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    script = runs[at].replace("${{ matrix.partner }}", "globex")
    ended = subprocess.run(
        ["/bin/bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, "copy it first" in ended.stdout) == (code, bool(code))


def test_partners_whose_state_moves_are_told_to_the_apply(tmp_path: Path) -> None:
    """The check's own words, with the real natlane and jq where it is."""
    run = next(step["run"] for step in JOBS["check"]["steps"] if step.get("id") == "changed")
    query = re.search(r"jq -c '([^']+state-moves[^']+)'", run)
    assert query is not None
    assert JOBS["check"]["outputs"]["moved"] == "${{ steps.changed.outputs.moved }}"
    jq = shutil.which("jq")
    if jq is None:
        pytest.skip("jq is not installed")
    old, new = two_roots(tmp_path, ("globex", "hooli"), (), (*renamed("globex", "globex-trade"),))
    told = as_json(impact_of(str(new), str(old)), None)
    asked = subprocess.run([jq, "-c", query[1]], input=told, capture_output=True, text=True, check=True)
    assert json.loads(asked.stdout) == ["globex-trade"]


# Stand in for the commands of the job: what they print is in files, what they are called with is noted.
NATLANE = "#!/bin/sh\ncat told; cat wrong >&2; exit 1\n"
GH = '#!/bin/sh\ncase " $* " in *" --paginate "*) cat ids ;; *) echo "$*" > called ;; esac\n'
MARKER = "<!-- natlane impact -->\n"


@pytest.mark.parametrize(
    ("told", "wrong", "ids", "comment", "called"),
    [
        (
            "### natlane impact: in place\n",
            "a warning\n",
            "",
            f"{MARKER}### natlane impact: in place\n",
            "api --silent --method POST repos/example/partners/issues/7/comments -F body=@comment.md\n",
        ),
        (
            "",
            "partners/globex.yaml:3:11: nat_cidr: wrong\n",
            "41\n42\n",
            f"{MARKER}### natlane impact: cannot be told\n\n"
            "````text\npartners/globex.yaml:3:11: nat_cidr: wrong\n````\n",
            "api --silent --method PATCH repos/example/partners/issues/comments/41 -F body=@comment.md\n",
        ),
        (
            "x" * 99 + "\n" + ("y" * 99 + "\n") * 700,
            "",
            "41",
            f"{MARKER}{'x' * 99}\n" + ("y" * 99 + "\n") * 598 + "\n... and more, in the summary of the run\n",
            "api --silent --method PATCH repos/example/partners/issues/comments/41 -F body=@comment.md\n",
        ),
        (
            "```text\n" + ("y" * 99 + "\n") * 700 + "```\n",
            "",
            "41",
            f"{MARKER}```text\n" + ("y" * 99 + "\n") * 599 + "```\n\n... and more, in the summary of the run\n",
            "api --silent --method PATCH repos/example/partners/issues/comments/41 -F body=@comment.md\n",
        ),
    ],
    ids=["told", "not told", "too long", "too long, in a fence"],
)
def test_the_comment(tmp_path: Path, told: str, wrong: str, ids: str, comment: str, called: str) -> None:
    for name, content in (("told", told), ("wrong", wrong), ("ids", ids), ("natlane", NATLANE), ("gh", GH)):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o755)
    env = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": "shown",
        "GITHUB_REPOSITORY": "example/partners",
        "PULL_REQUEST": "7",
    }
    steps = [*JOBS["impact"]["steps"], *JOBS["comment"]["steps"]]
    scripts = [step["run"] for step in steps if "comment.md" in step.get("run", "")]
    assert len(scripts) == 2
    for script in scripts:
        subprocess.run(("bash", "-e", "-c", script), cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "comment.md").read_text() == comment
    assert (tmp_path / "called").read_text() == called
