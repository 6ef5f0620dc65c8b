"""A cell holds what happens in it: no packet leaves, and nothing stays when its owner is killed."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import ROOT, TWO_DEVICES
from tests.lab import kernel, listening, machine, matrix, probes
from tests.lab.cell import Cell, open_cell
from tests.lab.fleet import Fleet

pytestmark = pytest.mark.lab

_OWNER = """
import os, sys, time
from tests.conftest import ROOT
from tests.lab import kernel, machine
from tests.lab.cell import open_cell
with open_cell(machine.wrap()[0]) as cell:
    cell(kernel.build, kernel.Layout((kernel.Space("one", ("link set lo up",)),), ()))
    print(cell.process.pid, flush=True)
    cell(kernel.run, ["sleep", "60"]) if sys.argv[1:] == ["busy"] else time.sleep(60)
"""


def test_a_cell_has_no_interface_of_the_machine(cell: Cell) -> None:
    assert [line.split(":")[1].strip() for line in cell(kernel.run, ["ip", "-o", "link"]).splitlines()] == ["lo"]


@pytest.mark.parametrize("does", ["nothing", "busy"])
def test_a_killed_owner_leaves_nothing(cell: Cell, does: str) -> None:
    """Killed between calls, and in the middle of one that would go on for a minute."""
    with subprocess.Popen([sys.executable, "-c", _OWNER, does], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        wrapper = int(owner.stdout.readline())
        wanted = 3 if does == "busy" else 2  # unshare, the cell, and what it waits for
        end = time.monotonic() + 10
        while len(left := [wrapper, *_descendants(wrapper)]) < wanted and time.monotonic() < end:
            time.sleep(0.01)
        assert len(left) == wanted
        owner.send_signal(signal.SIGKILL)
    end = time.monotonic() + 2
    while any(map(_lives, left)) and time.monotonic() < end:
        time.sleep(0.01)
    assert [pid for pid in left if _lives(pid)] == []


def _lives(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _descendants(pid: int) -> list[int]:
    """Every process that this one has started, and they in turn."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = [int(each) for each in file.read().split()]
    return [each for child in children for each in (child, *_descendants(child))]


def test_what_fails_inside_is_raised_outside_with_the_kernels_words(cell: Cell) -> None:
    broken = kernel.Layout((kernel.Space("one", ("route add 10.0.0.0/8 dev nowhere",)),), ())
    with pytest.raises(RuntimeError, match='Cannot find device "nowhere"'):
        cell(kernel.build, broken)


def test_plain_links_need_no_rights_but_a_user_namespace(golden: Fleet) -> None:
    """The very same world and matrix, by a process that is root nowhere but in its own user namespace."""
    if machine.tried(machine.WRAPS[1]):
        pytest.skip(f"no user namespace here: {machine.tried(machine.WRAPS[1])}")
    world = golden.world("umbrella")
    promises = matrix.promises(golden.partners, world)
    with open_cell(machine.WRAPS[1]) as cell:
        cell(kernel.build, world.layout)
        cell(listening.listen, matrix.ports(world))
        awaited = [index for index, promise in enumerate(promises) if promise.answered]
        outcomes = cell(probes.ask, [promise.flow for promise in promises], awaited)
    assert [outcome.answered for outcome in outcomes] == [promise.answered for promise in promises]


def test_an_engineer_looks_around_by_hand() -> None:
    """`make lab`: every namespace listed, a shell, and a way into each."""
    if machine.wrap()[0] is None:
        pytest.skip(machine.wrap()[1])
    asked = "at a.host1 bash -c 'head -1 </dev/tcp/192.168.60.10/443'\nexit\n"
    command = [sys.executable, "-m", "tests.lab", "globex", "--plain"]
    done = subprocess.run(command, cwd=ROOT, input=asked, capture_output=True, text=True, check=True, timeout=60)
    listed = done.stdout.splitlines()
    assert ["globex.site", "192.168.60.10", "the", "hosts", "of", "globex"] in [line.split() for line in listed]
    assert listed[-1] == "globex.site 10.181.0.20 192.168.60.10:443"


@pytest.mark.parametrize(
    ("partner", "wrap"),
    [("hooli", ()), ("globex", ("unshare", "--user", "--map-root-user"))],
    ids=["as one is", "in a user namespace, as an ordinary user"],
)
def test_every_command_that_the_lab_proposes_works(partner: str, wrap: tuple[str, ...]) -> None:
    """As an engineer would paste them one after the other, over real tunnels and BGP where they can be had."""
    if machine.wrap()[0] is None or machine.without_tools():
        pytest.skip(machine.wrap()[1] or f"not installed: {', '.join(machine.without_tools())}")
    if wrap and (reason := machine.tried(machine.WRAPS[1])):
        pytest.skip(f"no user namespace here: {reason}")
    command = [*wrap, sys.executable, "-m", "tests.lab", partner]
    pipes: Mapping[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as lab:
        assert lab.stdout is not None
        printed = list(itertools.takewhile(lambda line: not line.startswith("exit "), lab.stdout))
        proposed = [line.strip() for line in printed if line.startswith(("at ", "wire ", "birdc "))]
        proposed = [line.replace("ping -c 3", "ping -c 1") for line in proposed]
        packet = f"(sleep 1; {proposed[0].partition('    #')[0]}) >/dev/null & "  # for tcpdump to see, and end with
        asked = [f"{packet}{line.replace('eth0', 'eth0 -c 1 ip')}" if line[:4] == "wire" else line for line in proposed]
        told, complaints = lab.communicate("".join(f"{each}\necho said $?\n" for each in asked) + "exit\n", 60)
    speaks = partner == "hooli" and not machine.without_bgp()
    assert len(proposed) == 4 + (not machine.without_ipsec()) + speaks
    assert [line for line in told.splitlines() if line.startswith("said ")] == ["said 0"] * len(proposed), complaints
    assert "IP 10." in told  # tcpdump's
    assert "failed" not in complaints


@pytest.mark.parametrize("partner", ["oscorp", "nakatomi"])
def test_an_engineer_loses_the_first_of_two_devices(partner: str) -> None:
    """By the line that the lab prints; then the same ping goes by the second one, over real tunnels where they are."""
    if machine.wrap()[0] is None or machine.without_tools():
        pytest.skip(machine.wrap()[1] or f"not installed: {', '.join(machine.without_tools())}")
    command = [sys.executable, "-m", "tests.lab", partner, "--root", str(TWO_DEVICES)]
    pipes: Mapping[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as lab:
        assert lab.stdout is not None
        printed = list(itertools.takewhile(lambda line: not line.startswith("exit "), lab.stdout))
        (lost,) = (line.partition("    #")[0] for line in printed if "the first device is lost" in line)
        (ping,) = (line.strip().replace("-c 3", "-c 1 -W 1") for line in printed if " ping -c 3 " in line)
        carried = f"at {partner}.device2 grep tunnel1: /proc/net/dev"
        tried = f"for _ in $(seq 40); do {ping} >/dev/null && break; done; {ping} >/dev/null; echo said $?"
        asked = [f"{ping} >/dev/null; echo said $?", lost, tried, carried, f"{ping} >/dev/null", carried, "exit"]
        told, complaints = lab.communicate("".join(f"{each}\n" for each in asked), 90)
    assert [line for line in told.splitlines() if line[:4] == "said"] == ["said 0", "said 0"], complaints
    before, after = (int(line.split()[2]) for line in told.splitlines() if "tunnel1:" in line)  # packets that came in
    assert before < after


@pytest.mark.parametrize(
    ("words", "why"),
    [(["globex", "--root", "docs"], "no out/ in "), (["nobody"], "nobody: not in out/; there are acme-clearing, ")],
)
def test_a_slip_of_the_engineers_is_told(words: list[str], why: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
