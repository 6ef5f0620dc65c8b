"""The lives that modules live in the fake: which are applied, which changes each goes through, and in which steps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from natlane.impact.review import Impact, impact_of
from natlane.impact_levels import BOTH_DOWN, RE_ENGAGE

from tests.aws.applied import Make, Stage, Took, files_of, moved
from tests.aws.replay import RECORD, calls_of, written
from tests.aws.warned import MAY, ORDER, WARNED, refused_as_warned
from tests.conftest import GOLDENS, ROOT, SOVEREIGN_CLOUD
from tests.impact.cases import Case
from tests.impact.roots import partner, two_roots
from tests.terraform.test_impact import PLANNED, commands

AT_ONCE = 4  # changes of one module beside each other: most of their time is the provider's fixed delays
EVERY = "NATLANE_EVERY_CHANGE"  # set, every case of tests/impact is applied alone, which takes half an hour
# Landing zones that AWS cannot have: another transit gateway with the tables and attachments of the former one.
IMPOSSIBLE = frozenset({"another transit gateway", "another transit gateway, with BGP"})
# Outputs that the provider's state has only after a further refresh: the ARN of keys that Secrets Manager now keeps.
LATE = {"keys by AWS": "preshared_key_arn"}
# What is applied otherwise: cases of one partner that go together, so that each kind of change is there once, and of
# those of whose order impact warns, one of each kind.
ROUNDS = (
    ("a tag", "another address of the device", "more NAT addresses", "a further VPC", "another cipher in one tunnel"),
    ("inside cidr", "flow logs off", "another table of partners"),
    ("static to bgp", "a further prefix"),
    ("decommissioned",),
    ("acceleration off",),
    ("our AS, BGP", "fewer NAT addresses", "a VPC less"),
    ("another vpc_cidr",),
    ("an endpoint less", "selectors"),
    ("an endpoint's policy", "a further service", "one target of two", "another target port"),
    ("a load balancer without a group",),
    ("renamed with inbound",),
    ("an endpoint moves", "both tunnels"),
    ("another outbound cidr",),
    ("an endpoint before another",),
    ("a transit gateway of another account accepts attachments by itself",),
    ("keys by AWS",),
    ("to the transit gateway",),
    ("fewer zones",),
    ("a zone more",),
    ("a larger natted_cidr",),
    ("a service takes the port of one that goes",),
    ("two endpoints exchange their addresses",),
    ("another label in a template",),
    ("no VPC that calls",),
    ("no VPC at all",),
    ("the first VPC that calls",),
)
# Of the root whose transit gateway is another account's and accepts attachments by itself.
SOVEREIGN = [
    Case(
        RE_ENGAGE,
        "an endpoint less, and one network for another",
        "tyrell",
        (
            partner("tyrell", "    - {service: sqs}\n", ""),
            partner("tyrell", "idle_timeout: 3600", "idle_timeout: 1800"),
            partner("tyrell", "192.168.160.0/24", "192.168.161.0/24"),
        ),
    ),
    Case(
        BOTH_DOWN,
        "no lifecycle control, and a network more",
        "wayne",
        (
            partner("wayne", "  lifecycle_control: true\n", ""),
            partner("wayne", "[192.168.170.0/24]", "[192.168.170.0/24, 192.168.171.0/24]"),
        ),
    ),
]
ELSEWHERE = "inbound:\n  endpoints: [{{service: com.amazonaws.{}.kms}}]\nvpn:"
OTHER = [
    Case(
        RE_ENGAGE,
        "an endpoint leads to another region",
        "globex",
        (partner("globex", ELSEWHERE.format("eu-central-1"), ELSEWHERE.format("eu-north-1")),),
        (partner("globex", "vpn:", ELSEWHERE.format("eu-central-1")),),
    ),
]


@dataclass(frozen=True, slots=True)
class Life:
    """One module as it is at first, and what is done to it."""

    name: str
    root: Path
    partner: str
    cases: tuple[Case, ...] = ()
    first: Case | None = None  # whose `before` makes the module, where that is not a committed one

    @property
    def id(self) -> str:
        return self.name


def codes(impact: Impact) -> set[str]:
    """The codes of all findings."""
    return {each.finding.code for verdict in impact.verdicts for each in verdict.reported}


def cases() -> list[Case]:
    """The changes of this run."""
    if os.environ.get(EVERY):
        return [case for case in PLANNED if case.name not in IMPOSSIBLE]
    named = {case.name: case for case in PLANNED}
    return [together([named[name] for name in names]) for names in ROUNDS]


def together(parts: list[Case]) -> Case:
    """Cases of one partner as one change."""
    (first, *_) = parts
    assert len({(each.partner, each.before, each.after, each.was) for each in parts}) == 1, parts
    name, edits = ", ".join(each.name for each in parts), tuple(edit for each in parts for edit in each.edits)
    return replace(first, name=name, edits=edits)


def lives() -> list[Life]:
    """Each distinct module once: the committed ones, and what cases change first."""
    found, changes = [], cases()
    for root in GOLDENS:
        of_root = {ROOT: changes, SOVEREIGN_CLOUD: SOVEREIGN}.get(root, [])
        for path in sorted((root / "out").glob("*/providers.tf")):
            whose = path.parent.name
            own = tuple(case for case in of_root if case.partner == whose and not case.before)
            name = f"sovereign {whose}" if root == SOVEREIGN_CLOUD else whose
            found.append(Life(name, root, whose, own))
    others = [*changes, *OTHER]
    return found + [Life(case.name, ROOT, case.was or case.partner, (case,), case) for case in others if case.before]


def first_root(life: Life, folder: Path) -> Path:
    """The root whose module it is at first."""
    if life.first is None:
        return life.root
    return two_roots(folder, (life.first.partner,), life.first.before, life.first.edits)[0]


def settled(stage: Stage, life: Life, root: Path) -> None:
    """Applies the module as it is at first, and plans once more."""
    stage.place(files_of(root, life.partner))
    stage.init()
    stage.apply().ok()
    stage.unchanged()


def changed(stage: Stage, case: Case, folder: Path, source: Path) -> list[Took]:
    """Applies a change as impact says, and plans again; where impact warns of the order, its warning is put to the
    test first."""
    old, new = two_roots(folder / "roots", (case.partner,), case.before, case.edits, source)
    impact = impact_of(str(new), str(old))
    warned = case.name in WARNED
    assert warned == bool(ORDER & codes(impact)), f"impact says {sorted(codes(impact))}"
    took = refused_as_warned(stage, case, new, folder / "warned") if warned else []
    if case.name in MAY:
        return took
    with moved(stage, new, case.named, folder / "module") as twin:
        # impact says how often at most
        again = 2 if "address-passes" in codes(impact) else 1 if "taken" in codes(impact) else 0
        for words in commands(impact):
            twin.applied(*words[1:], command=words[0], again=again)
        if case.name in LATE:
            late = twin.run("plan", "-detailed-exitcode").ok(2).output
            assert "without changing any real infrastructure" in late
            assert LATE[case.name] in late
            twin.applied()
        twin.unchanged()
        assert again or twin.refused() == []
    return took + twin.took


def all_changed(stage: Stage, life: Life, folder: Path) -> Iterator[tuple[str, list[Took] | str]]:
    """Each case with what it took, or with what went wrong."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [
            (case.name, pool.submit(changed, stage, case, folder / str(number), life.root))
            for number, case in enumerate(life.cases)
        ]
        for name, future in futures:
            error = future.exception()
            yield name, str(error) if error is not None else future.result()


def _calls(stage: Stage, life: Life) -> dict[str, str]:
    """Whether the provider asked what the file says that it asks; writes the file where that is wanted."""
    path, world = calls_of(life.root) / f"{life.partner}.jsonl", stage.aws.world
    asked = [line.replace(f":{world.arn_region}:", f":{world.region}:") for line in written(stage.aws.calls)]
    if os.environ.get(RECORD):
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in asked), encoding="utf-8")
    kept = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    same = sorted(kept) == sorted(asked)
    return {} if same else {"calls": f"{path.name} is not what the provider asks; {RECORD}=1 writes it anew"}


def live(make: Make, life: Life, folder: Path) -> tuple[list[Took], dict[str, str]]:
    """A whole life: what its commands took, and what went wrong, by case."""
    root = first_root(life, folder / "first")
    stage = make(folder / "module", root)
    before = stage.aws.world.snapshot()
    took: list[Took] = []
    wrong: dict[str, str] = {}
    with stage.aws:
        settled(stage, life, root)
        assert stage.refused() == []
        if life.first is None:
            wrong |= _calls(stage, life)
        for name, ended in all_changed(stage, life, folder / "changes"):
            if isinstance(ended, str):
                wrong[name] = ended
            else:
                took += ended
        stage.apply(command="destroy").ok()
    assert stage.aws.wrong == []
    assert stage.aws.left_over() == {}
    assert stage.aws.world.snapshot() == before
    return stage.took + took, wrong
