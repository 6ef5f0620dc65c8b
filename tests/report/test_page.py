"""`natlane report`: one file, the same each time, in which no text of a partner is markup or script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from natlane.report.page import in_script

from tests.conftest import ROOT, Natlane

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>&lt;b&gt; <!-- ]]> {{ 7*7 }}"


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def made(natlane: Natlane, root: Path, *words: str) -> str:
    done = natlane("report", *words, cwd=root)
    assert done.returncode == 0, done.stderr
    return (root / "site" / "index.html").read_text()


def test_the_page_is_the_same_each_time(root: Path, natlane: Natlane) -> None:
    assert made(natlane, root) == made(natlane, root)
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", re.sub(r'id="data">.*?</script>', "", made(natlane, root)))


def test_it_holds_every_partner_with_its_proven_flows(root: Path, natlane: Natlane) -> None:
    data = data_of(made(natlane, root))
    assert [each["name"] for each in data["partners"]] == sorted(
        path.stem for path in (ROOT / "partners").glob("*.yaml")
    )
    umbrella = next(each for each in data["partners"] if each["name"] == "umbrella")
    assert [row[1:] for row in umbrella["flows"]] == [
        ["our VPC m (10.100.0.0/16)", "192.168.80.0/24", "TCP, UDP and ICMP, any port", ""],
        ["the partner (192.168.80.0/24)", "AWS service execute-api", "tcp port 443", "10.183.0.14, 10.183.0.30"],
        [
            "the partner (192.168.80.0/24)",
            "our VPC a (10.150.10.20 and 10.150.11.20)",
            "tcp port 8443",
            "10.183.0.13:443, 10.183.0.29:443",
        ],
        [
            "the partner (192.168.80.0/24)",
            "our VPC b (10.160.4.7)",
            "tcp port 9000",
            "10.183.0.13:9000, 10.183.0.29:9000",
        ],
    ]


def test_the_flows_are_out_s_own_not_the_descriptors(root: Path, natlane: Natlane) -> None:
    """An edit by hand in out/ shows; a module that cannot be read is said to be unknown."""
    file = root / "out" / "umbrella" / "inbound.tf"
    text = file.read_text()
    assert text.count('"10.160.4.7') == 2  # the target, and the rule that lets the load balancer reach it
    file.write_text(text.replace('"10.160.4.7', '"10.160.4.8'))
    (root / "out" / "globex" / "vpc.tf").write_text("resource {")
    partners = {each["name"]: each for each in data_of(made(natlane, root))["partners"]}
    assert [row[2] for row in partners["umbrella"]["flows"] if "VPC b" in row[2]] == ["our VPC b (10.160.4.8)"]
    assert partners["globex"]["flows"] == []
    assert partners["globex"]["unknown_flows"].startswith("out/globex/vpc.tf: ")


def test_hostile_text_stays_text(root: Path, natlane: Natlane) -> None:
    file = root / "partners" / "globex.yaml"
    file.write_text(file.read_text() + f"description: {json.dumps(HOSTILE)}\ncontacts: [{json.dumps(HOSTILE)}]\n")
    page = made(natlane, root)
    globex = next(each for each in data_of(page)["partners"] if each["name"] == "globex")
    assert globex["description"] == HOSTILE
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "onerror" not in page.replace("img src=x onerror", "")
    assert "<img" not in page


@pytest.mark.parametrize("text", [HOSTILE, "<!--", "]]>", "&amp;", "\u2028\u2029", "a\\b\"c'"])
def test_what_stands_in_the_script_is_json_and_no_markup(text: str) -> None:
    written = in_script({"a": [text]})
    assert json.loads(written) == {"a": [text]}
    assert not set(written) & set("<>&\u2028\u2029")


def test_only_its_own_style_and_script_may_run(root: Path, natlane: Natlane) -> None:
    page = made(natlane, root)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        text = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(text) == 1
        digest = base64.b64encode(hashlib.sha256(text[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    outside = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(
        r'\b(src|srcset|action|data|style)\s*=|href="(?!#)|\bon[a-z]+\s*=|<(link|iframe|object|embed|base)\b', outside
    )
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|fetch\(|XMLHttp|import\(", script
    )


def test_it_overwrites_only_its_own(root: Path, natlane: Natlane) -> None:
    mine = root / "mine.html"
    mine.write_text("<p>mine</p>\n")
    for target in ("mine.html", "out/globex/index.html"):
        done = natlane("report", "--html", target, cwd=root)
        assert done.returncode == 1
        assert "report-unwritable" in done.stderr
        assert "Traceback" not in done.stderr
    assert mine.read_text() == "<p>mine</p>\n"
    assert not (root / "out" / "globex" / "index.html").exists()
    assert natlane("report", "--html", "pages/fleet.html", cwd=root).stdout == "pages/fleet.html\n"
    assert natlane("report", "--html", "pages/fleet.html", cwd=root).returncode == 0


def test_a_wrong_descriptor_is_told_and_nothing_is_written(root: Path, natlane: Natlane) -> None:
    file = root / "partners" / "globex.yaml"
    file.write_text(file.read_text().replace("10.181.0.0/27", "10.181.0.5/27"))
    done = natlane("report", cwd=root)
    assert done.returncode == 1
    assert "partners/globex.yaml:" in done.stderr
    assert not (root / "site").exists()
