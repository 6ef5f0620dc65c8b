"""What a change opens and closes, however it is written: in a descriptor, in a template, by hand in out/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from natlane.impact import flow_walks
from natlane.impact.review import impact_of
from natlane.impact_levels import CLOSES, IN_PLACE, LEVELS, ONE_DOWN, OPENS

from tests.conftest import Natlane
from tests.impact.roots import Edit, landing_zone, partner, two_roots
from tests.impact.test_commands import edit, git

SSH = "inbound:\n  services:\n    - {name: shell, port: 22, vpc: b, targets: [10.160.4.7]}\nvpn:"
HEADER = '{% include "_header.j2" %}\n\n'
LET_IN = (
    HEADER
    + """resource "aws_vpc_security_group_ingress_rule" "more" {
  security_group_id = aws_security_group.endpoints.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
"""
)


def said(old: Path, new: Path) -> list[tuple[str, str]]:
    """Level and sentence of everything that opens or closes."""
    impact = impact_of(str(new), str(old))
    assert impact.problems == ()
    found = [each.finding for verdict in impact.verdicts for each in verdict.reported]
    return [(each.level, each.sentence) for each in found if each.level in (OPENS, CLOSES)]


def test_a_service_on_the_port_of_ssh_in_another_vpc(tmp_path: Path) -> None:
    old, new = two_roots(tmp_path, ("globex",), (), (partner("globex", "vpn:", SSH),))
    assert said(old, new) == [
        (
            OPENS,
            "the partner (192.168.60.0/24) may now reach 10.160.4.7 in our VPC b, tcp port 22, "
            "by calling 10.181.0.14:22 and 10.181.0.30:22",
        )
    ]


def test_a_template_that_lets_everybody_in(tmp_path: Path) -> None:
    more = Edit("templates/more.tf.j2", None, "{% if plan.endpoints %}\n" + LET_IN + "{% endif %}\n")
    old, new = two_roots(tmp_path, ("acme-clearing",), (), (more,))
    found = said(old, new)
    assert [level for level, _ in found] == []  # the traffic selector keeps everybody else out of the tunnel
    wide = partner("acme-clearing", "theirs: 192.168.50.0/24", "theirs: 0.0.0.0/0")
    old, new = two_roots(tmp_path / "wide", ("acme-clearing",), (wide,), (more,))
    [(level, sentence)] = said(old, new)
    assert level == OPENS
    assert sentence.startswith("the partner (0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/9, 192.128.0.0/11")
    assert "may now reach the AWS service execute-api, tcp port 443" in sentence


def test_an_edit_by_hand_is_seen(root: Path, natlane: Natlane) -> None:
    """Nothing in the descriptors says it, and `generate --check` refuses it: who reads the review sees it all the
    same."""
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All")
    assert natlane("generate").returncode == 0
    path = root / "out/umbrella/inbound.tf"
    text = path.read_text()
    start = text.index('resource "aws_vpc_security_group_ingress_rule" "services_prices_from')
    rule = text[start : text.index("\n}\n", start) + 3]
    path.write_text(text + "\n" + rule.replace("services_prices_from", "services_hidden_from").replace("9000", "22"))
    listener = path.read_text()
    at = listener.index('resource "aws_lb_listener" "services_prices"')
    end = listener.index("\n}\n", at)
    path.write_text(listener[:at] + listener[at:end].replace("9000", "22") + listener[end:])
    ran = natlane("impact", "--format", "json", "--fail-on", "opens")
    assert ran.returncode == 1
    [verdict] = json.loads(ran.stdout)["partners"]
    assert (verdict["partner"], verdict["level"]) == ("umbrella", OPENS)
    [finding] = [each for each in verdict["findings"] if each["level"] == OPENS]
    assert finding["code"] == "opens-by-hand"
    assert "umbrella was edited by hand" in finding["message"]
    assert "10.160.4.7 in our VPC b" in finding["message"]


@pytest.mark.parametrize(
    ("edits", "levels"),
    [
        ((partner("globex", "[192.168.60.0/24]", "[192.168.60.0/24, 192.168.61.0/24]"),), [OPENS]),
        ((partner("globex", "reach: [a]", "reach: [a, b]"),), [OPENS]),
        ((partner("globex", "reach: [a]", "reach: [b]"),), [OPENS, CLOSES]),
        ((partner("globex", "10.181.0.0/27", "10.191.0.0/27"),), []),  # the same hosts, under other addresses
        ((partner("globex", "vpn:", "vpn:\n  dpd: {timeout: 60}"),), []),
        ((landing_zone("[10.150.0.0/16]", "[10.150.0.0/16, 172.29.0.0/16]"),), [OPENS]),
        ((landing_zone("reserved_cidrs:\n", "reserved_cidrs:\n  - {cidr: 172.30.0.0/16, owner: lab}\n"),), []),
    ],
    ids=["a prefix", "a VPC", "another VPC", "other addresses", "an option", "a CIDR of ours", "a reserved block"],
)
def test_what_opens_and_closes(tmp_path: Path, edits: tuple[Edit, ...], levels: list[str]) -> None:
    old, new = two_roots(tmp_path, ("globex",), (), edits)
    assert [level for level, _ in said(old, new)] == levels


def test_what_is_not_understood_is_never_said_to_open_nothing(tmp_path: Path) -> None:
    module = Edit("templates/more.tf.j2", None, HEADER + 'module "more" {\n  source = "./more"\n}\n')
    old, new = two_roots(tmp_path, ("globex",), (), (module,))
    [(level, sentence)] = said(old, new)
    assert level == OPENS
    assert "is not known" in sentence
    assert "the proof cannot see through `module`" in sentence


def test_a_module_of_too_many_flows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_walks, "MOST_WALKS", 50)
    old, new = two_roots(tmp_path, ("globex",), (), (partner("globex", "reach: [a]", "reach: [a, b]"),))
    [(level, sentence)] = said(old, new)
    assert (level, "too many addresses" in sentence) == (OPENS, True)


def test_nothing_is_walked_where_no_packet_may_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walked(*_: object) -> None:
        raise AssertionError("a packet was walked")

    monkeypatch.setattr("natlane.impact.flow_walks.walk", walked)
    for number, change in enumerate((("network-oncall", "network-duty"), ("tags: {", "tags: {stage: live, "))):
        old, new = two_roots(tmp_path / str(number), ("globex", "umbrella"), (), (landing_zone(*change),))
        assert impact_of(str(new), str(old)).verdicts


def test_the_order_of_levels() -> None:
    """Above what stops no traffic, so that --fail-on opens asks nothing of who restarts one tunnel."""
    assert LEVELS.index(OPENS) < LEVELS.index(ONE_DOWN) < LEVELS.index(CLOSES) < LEVELS.index(IN_PLACE)


def test_it_is_accepted_as_any_change_and_shown_as_a_table(root: Path, natlane: Natlane) -> None:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All")
    edit(root / "partners/globex.yaml", ("reach: [a]", "reach: [a, b]"))
    assert natlane("impact", "--fail-on", "both").returncode == 0
    refused = natlane("impact", "--fail-on", "opens", "--format", "markdown")
    assert refused.returncode == 1
    assert "| partner | before | after |\n|---|---|---|\n| globex | - | our VPC b" in refused.stdout
    change = json.loads(natlane("impact", "--format", "json").stdout)["partners"][0]["change"]
    with (root / "partners/globex.yaml").open("a") as file:
        file.write(f'accepted_impact: {{level: opens, change: "{change}", reason: agreed}}\n')
    assert natlane("impact", "--fail-on", "opens").returncode == 0
    edit(root / "partners/globex.yaml", ("reach: [a, b]", "reach: [a, m]"))
    assert natlane("impact", "--fail-on", "opens").returncode == 1
