"""README.md's generated snippet and count, as out/globex/ has them: `python -m tests.readme` writes them."""

from __future__ import annotations

import re

from tests.conftest import ROOT

README = ROOT / "README.md"


def with_snippet(text: str) -> str:
    """The page with the block of globex's first NAT gateway, and the number of its resources."""
    files = [path.read_text() for path in sorted((ROOT / "out" / "globex").glob("*.tf"))]
    resources = sum(len(re.findall(r"^resource ", file, re.MULTILINE)) for file in files)
    found = [
        re.search(r'^resource "aws_nat_gateway" "nat_a" .*?^}\n', file, re.MULTILINE | re.DOTALL) for file in files
    ]
    (snippet,) = [match[0] for match in found if match]
    text = re.sub(r"(?<=^```hcl\n).*?(?=^```$)", lambda _: snippet, text, count=1, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"gives \d+ resources in `out/globex/`", f"gives {resources} resources in `out/globex/`", text)


if __name__ == "__main__":
    README.write_text(with_snippet(README.read_text()))
