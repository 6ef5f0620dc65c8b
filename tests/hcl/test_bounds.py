"""What a hostile file costs: the peak of memory and the time of a process that reads one of each kind of token."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from natlane.hcl.blocks import MOST_IN_BLOCK, MOST_VALUES, read_file

from tests.bounded import within
from tests.conftest import ROOT

# Of so many characters, a text that holds little else than one kind of token.
KINDS: dict[str, Callable[[int], str]] = {
    "escapes": lambda size: 'a {\n  b = "' + "\\n" * (size // 2) + '"\n}\n',
    "signs": lambda size: 'a {\n  b = "' + "$" * size + '"\n}\n',
    "a string": lambda size: 'a {\n  b = "' + "x" * size + '"\n}\n',
    "strings": lambda size: "a {\n  b = [" + '"x",' * (size // 4) + "]\n}\n",
    "numbers": lambda size: "a {\n  b = [" + "1," * (size // 2) + "]\n}\n",
    "fractions": lambda size: "a {\n  b = [" + "1.5," * (size // 4) + "]\n}\n",
    "digits": lambda size: "a {\n  b = " + "1" * size + "\n}\n",
    "a heredoc": lambda size: "a {\n  b = <<E\n" + "x\n" * (size // 2) + "E\n}\n",
    "interpolations": lambda size: 'a {\n  b = "' + "${f(1)}" * (size // 7) + '"\n}\n',
    "comments": lambda size: "#\n" * (size // 2),
    "comments within lines": lambda size: "/**/" * (size // 4) + "\n",
    "lists": lambda size: "a {\n  b = [" + "[]," * (size // 3) + "]\n}\n",
    "nested lists": lambda size: "a {\n  b = " + "[" * (size // 2) + "]" * (size // 2) + "\n}\n",
    "objects": lambda size: "a {\n  b = [" + "{}," * (size // 3) + "]\n}\n",
    "an object": lambda size: "a {\n  b = {" + "".join(f"k{n}=1," for n in range(size // 10)) + "}\n}\n",
    "attributes": lambda size: "a {\n" + "".join(f"b{n}=1\n" for n in range(size // 10)) + "}\n",
    "attributes outside of blocks": lambda size: "".join(f"b{n}=1\n" for n in range(size // 10)),
    "blocks": lambda size: "a {\n}\n" * (size // 6),
    "blocks on lines": lambda size: "a {}\n" * (size // 5),
    "blocks in blocks": lambda size: ("a {\n" + " b {}\n" * 1_000 + "}\n") * (size // 6_006),
    "blocks that differ": lambda size: "".join(f"a{n} {{\n}}\n" for n in range(size // 11)),
    "blocks of numbers": lambda size: ("a {\n  b = [" + "1," * 60_000 + "]\n}\n") * (size // 120_014),
    "blocks of attributes": lambda size: (
        ("a {\n" + "".join(f"b{n}=1\n" for n in range(10_000)) + "}\n") * (size // 80_000)
    ),
    "blocks of references": lambda size: ("a {\n  b = [" + "c.d," * 30_000 + "]\n}\n") * (size // 120_014),
    "labels": lambda size: "a " + '"x" ' * (size // 4) + "{\n}\n",
    "an identifier": lambda size: "a {\n  b = " + "x" * size + "\n}\n",
    "identifiers": lambda size: "a {\n  b = [" + "x," * (size // 2) + "]\n}\n",
    "references": lambda size: "a {\n  b = [" + "c.d," * (size // 4) + "]\n}\n",
    "dots": lambda size: "a {\n  b = c" + ".d" * (size // 2) + "\n}\n",
    "operators": lambda size: "a {\n  b = 1" + "+1" * (size // 2) + "\n}\n",
    "negations": lambda size: "a {\n  b = " + "!" * size + "true\n}\n",
    "conditions": lambda size: "a {\n  b = " + "c?1:" * (size // 4) + "1\n}\n",
    "calls": lambda size: "a {\n  b = " + "f(" * (size // 3) + ")" * (size // 3) + "\n}\n",
    "lines": lambda size: "\n" * size,
    "blanks": lambda size: " " * size + "\n",
    "quotes": lambda size: '"' * size + "\n",
    "letters that HCL knows not": lambda size: "\u00e9" * size + "\n",
}
SIZES = (120_000, 1_040_000, 16_000_000)  # below the bounds of one parse, of one block and of one file
MOST_MEGABYTES = 400  # docs/security.md says so
READ = """
import re, sys
from pathlib import Path
from natlane.hcl.blocks import read_blocks
found, problems = read_blocks("t.tf", Path(sys.argv[1]).read_text())
print(int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""  # not ru_maxrss, in which a process keeps the memory of the one that started it


def megabytes(path: Path) -> int:
    """The peak of memory of a process that reads a file."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "NATLANE_CACHE_DIR": os.devnull}
    words = (sys.executable, "-c", READ, str(path))
    ended = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    return int(ended.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_hostile_file_costs(kind: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """A file that is within a bound costs no more than the bound is there for, and one above it next to nothing."""
    peaks = []
    for size in SIZES:
        path = tmp_path / "t.tf"
        path.write_text(KINDS[kind](size), encoding="utf-8")
        peaks.append(megabytes(path))
    assert max(peaks) < MOST_MEGABYTES, peaks
    record_property("counted", f"{kind}: {', '.join(f'{each} MB' for each in peaks)}")


@pytest.mark.slow
def test_natlanes_own_largest_block_is_read() -> None:
    """The targets of 50 services, 500 each, with the longest addresses and ports."""
    targets = ", ".join(f'"255.255.255.{n % 156 + 100}:65535"' for n in range(500))
    rows = "".join(f'    "{65_000 + n}" = [{targets}]\n' for n in range(50))
    text = f'output "service_targets" {{\n  description = "Where."\n  value = {{\n{rows}  }}\n}}\n'
    assert len(text) < MOST_IN_BLOCK
    with within(120):
        blocks, problems = read_file("t.tf", text)
    assert (problems, len(blocks)) == ((), 1)


def test_blocks_as_dense_as_natlanes_own_fill_a_file_within_the_bounds() -> None:
    """The densest that it writes is a security group's rule: 16 MiB of them are read."""
    rule = next(
        f"{block}\n}}\n"
        for block in (ROOT / "out/stark/inbound.tf").read_text().split("\n}\n")
        if "aws_vpc_security_group_ingress_rule" in block
    )
    blocks, problems = read_file("t.tf", rule * 100)
    assert problems == ()
    values = sum(1 + 2 * len(block.attributes) for block in blocks) / 100
    assert values * 16_777_216 / len(rule) < MOST_VALUES
