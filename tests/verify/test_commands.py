"""`verify` and `trace` as they are called: what is printed, and the exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from natlane.cli import main
from natlane.commands.verify import _progress
from natlane.workspace.paths import JOURNAL, STAGING

from tests.conftest import ROOT, TRANSIT_ACCOUNT
from tests.verify.edited import Edit, apply, without

Capture = pytest.CaptureFixture[str]


def called(capsys: Capture, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a call."""
    code = main(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_verify_says_what_was_proven(capsys: Capture) -> None:
    code, out, err = called(capsys, "--root", str(TRANSIT_ACCOUNT), "verify")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "cyberdyne  nothing to prove: the module holds no network"
    assert lines[1].startswith("soylent    13 proofs over ")
    assert lines[-1].startswith("3 partners, 26 proofs, ")
    assert lines[-1].endswith(" packets walked: all proven, none reaches another")


def test_verify_points_at_what_is_wrong(root: Path, capsys: Capture) -> None:
    apply(root, "globex", [Edit("nat.tf", '"10.181.0.20"', '"10.181.0.21"')])
    code, out, _ = called(capsys, "--root", str(root), "verify", "globex")
    assert code == 1
    assert out.splitlines()[0] == (
        "out/globex/outputs.tf:22:1: output.nat_addresses: nat_addresses and the resources differ in 10.181.0.20,"
        " 10.181.0.21; partners rely on these: they must not move; generate it again [error: proof-stated]"
    )
    assert out.splitlines()[-2:] == [
        "globex  not proven: 1 problem",
        f"1 partner, 13 proofs, {out.splitlines()[-1].split(', ')[2].split(' ')[0]} packets walked: 1 error",
    ]


def test_verify_as_json_and_for_github(root: Path, capsys: Capture) -> None:
    apply(root, "globex", [Edit("nat.tf", '"10.181.0.20"', '"10.181.0.21"')])
    code, out, _ = called(capsys, "--root", str(root), "verify", "globex", "acme-clearing", "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert [(each["code"], each["path"], each["line"]) for each in found["problems"]] == [
        ("proof-stated", "out/globex/outputs.tf", 22)
    ]
    assert [(each["partner"], each["proofs"], each["problems"]) for each in found["partners"]] == [
        ("globex", 13, 1),
        ("acme-clearing", 13, 0),
    ]
    code, out, _ = called(capsys, "--root", str(root), "verify", "globex", "--format", "github")
    assert (code, out.partition("::")[2].partition("::")[0]) == (
        1,
        "error file=out/globex/outputs.tf,line=22,col=1,title=proof-stated",
    )


def test_verify_says_each_proof_in_a_sentence(capsys: Capture) -> None:
    found = json.loads(called(capsys, "--root", str(ROOT), "verify", "globex", "--format", "json")[1])
    assert len(found["proven"]) == found["partners"][0]["proofs"] == 13
    assert "Each zone of VPC N has its own NAT gateway and its own attachment subnet, one of each." in found["proven"]


def test_progress_of_a_large_fleet_where_nobody_watches(capsys: Capture) -> None:
    for done in range(1, 501):
        _progress(done, 500)
    said = capsys.readouterr().err.splitlines()
    assert said == [f"natlane: {n} of 500 modules proven" for n in range(50, 501, 50)]
    _progress(1, 1)
    assert capsys.readouterr().err == ""


def test_two_modules_in_one_state(root: Path, capsys: Capture) -> None:
    apply(root, "globex", [Edit("versions.tf", "partners/globex/", "partners/hooli/")])
    for _ in range(2):  # proven, then remembered
        code, out, _ = called(capsys, "--root", str(root), "verify")
        assert code == 1
        assert (
            "out/hooli/versions.tf:13:1: backend: s3://example-terraform-state/partners/hooli/terraform.tfstate is the"
            " state of out/globex/versions.tf too, and an apply of one would destroy the other; write the key that"
            " natlane generates [error: proof-state-shared]" in out
        )


def test_a_descriptor_without_a_module(root: Path, capsys: Capture) -> None:
    shutil.rmtree(root / "out" / "globex")
    code, out, _ = called(capsys, "--root", str(root), "verify")
    assert (code, out.splitlines()[0]) == (
        1,
        "out/globex: no such folder; write it by `natlane generate globex` [error: module-missing]",
    )


def test_an_unreadable_landing_zone(root: Path, capsys: Capture) -> None:
    (root / "landing-zone.yaml").write_text("region: [\n")
    code, out, _ = called(capsys, "--root", str(root), "verify")
    assert code == 1
    assert out.startswith("landing-zone.yaml:")


USAGE = {
    "unknown partner": (
        ("verify", "acme"),
        "natlane: no partner acme; there are: acme-clearing, globex, hooli, initech, stark, tyrell, umbrella, wayne,"
        " wonka\n",
    ),
    "unknown partner of trace": (
        ("trace", "acme", "--from", "a", "--to", "192.168.50.10"),
        "natlane: no partner acme; there are: acme-clearing, globex, hooli, initech, stark, tyrell, umbrella, wayne,"
        " wonka\n",
    ),
    "unknown VPC": (
        ("trace", "globex", "--from", "z", "--to", "192.168.60.10"),
        "natlane: --from z: no VPC of that name in landing-zone.yaml; there are m, a, b, partner\n",
    ),
    "malformed sender": (
        ("trace", "globex", "--from", "10.150.0", "--to", "192.168.60.10"),
        "natlane: --from 10.150.0: not an IPv4 address\n",
    ),
    "malformed destination": (
        ("trace", "globex", "--from", "a", "--to", "192.168.60.300"),
        "natlane: --to 192.168.60.300: not an IPv4 address\n",
    ),
    "no port": (
        ("trace", "globex", "--from", "a", "--to", "192.168.60.3:"),
        "natlane: --to 192.168.60.3:: nothing is not a port from 1 to 65535\n",
    ),
    "IPv6": (
        ("trace", "globex", "--from", "a", "--to", "2001:db8::1"),
        "natlane: --to 2001:db8::1: not an IPv4 address\n",
    ),
    "port too large": (
        ("trace", "globex", "--from", "a", "--to", "192.168.60.3:65536"),
        "natlane: --to 192.168.60.3:65536: 65536 is not a port from 1 to 65535\n",
    ),
    "unknown protocol": (
        ("trace", "globex", "--from", "a", "--to", "192.168.60.3", "--protocol", "sctp"),
        "natlane: --protocol sctp: write one of tcp, udp, icmp\n",
    ),
}


@pytest.mark.parametrize("name", USAGE)
def test_a_wrong_call_is_one_sentence(name: str, capsys: Capture) -> None:
    words, expected = USAGE[name]
    assert called(capsys, "--root", str(ROOT), *words) == (2, "", expected)


def test_trace_prints_columns(capsys: Capture) -> None:
    code, out, err = called(
        capsys, "--root", str(ROOT), "trace", "acme-clearing", "--from", "a", "--to", "192.168.50.10"
    )
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == (
        "10.150.0.10 > 192.168.50.10 tcp port 443: delivered, and the reply comes back; the partner sees 10.179.0.4"
        " (2 of 2 ways through route tables, zones and targets arrive; shown: eu-west-1a)"
    )
    assert [line.split("  ")[0].strip() or line.strip()[0] for line in lines[2:]] == [
        *("forward", "1", "2", "3", "4", "5", "6", "7"),
        *("reply", "1", "2", "3", "4", "5"),
    ]
    assert lines[3].split() == [
        *("1", "VPC", "a", "rtb-0cccccccccccccccc:", "192.168.50.0/24", "to", "the", "transit", "gateway"),
        *("10.150.0.10", ">", "192.168.50.10", "out/acme-clearing/transit_gateway.tf:42"),
    ]
    assert len({line.index(" > ", line.rindex("  ", 0, line.rindex(" > "))) for line in lines[3:6]}) == 1


def test_trace_shows_the_hop_that_fails(root: Path, capsys: Capture) -> None:
    without(root, "acme-clearing", "nat.tf", "aws_route.natted_b_to_192_168_50_0_24")
    code, out, _ = called(
        capsys, "--root", str(root), "trace", "acme-clearing", "--from", "10.150.1.5", "--to", "192.168.50.10:22"
    )
    assert code == 1
    assert out.splitlines()[0] == (
        "10.150.1.5 > 192.168.50.10 tcp port 22: dropped"
        " (1 of 2 ways through route tables, zones and targets arrive; shown: eu-west-1b)"
    )
    assert out.splitlines()[-2:] == [
        "dropped at subnet natted_b: route table natted_b has no route to 192.168.50.10"
        " (aws_route_table.natted_b, out/acme-clearing/vpc.tf:78)",
        "add an aws_route for it in nat.tf; it is generated, so change partners/acme-clearing.yaml or a template",
    ]


def test_trace_sees_who_else_takes_the_packet(root: Path, capsys: Capture) -> None:
    words = ("--root", str(root), "trace", "acme-clearing", "--from", "a", "--to", "192.168.60.10")
    code, out, err = called(capsys, *words)
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == (
        "10.150.0.10 > 192.168.60.10 tcp port 443: delivered to globex, not to acme-clearing; the partner sees"
        " 10.181.0.4 (0 of 2 ways through route tables, zones and targets arrive; shown: eu-west-1a)"
    )
    assert out.splitlines()[-1].endswith("landing-zone.yaml:20")
    (root / "out" / "globex" / "more.tf").write_text("not HCL {")
    code, out, err = called(capsys, *words)
    assert (code, err) == (
        1,
        "natlane: out/globex is not understood, so its routes are not seen; natlane verify globex says why\n",
    )
    assert "rtb-0cccccccccccccccc of VPC a has no route to 192.168.60.10 (vpcs.a, landing-zone.yaml:20)" in out


def test_trace_as_json_says_why_there_is_nothing(root: Path, capsys: Capture) -> None:
    (root / "out" / "globex" / "nat.tf").write_text("not HCL {")
    words = ("trace", "globex", "--from", "a", "--to", "192.168.60.10", "--format", "json")
    code, out, err = called(capsys, "--root", str(root), *words)
    found = json.loads(out)
    assert (code, err, found["delivered"]) == (1, "", False)
    assert {each["path"] for each in found["problems"]} == {"out/globex/nat.tf"}


def test_trace_from_the_partner(capsys: Capture) -> None:
    words = ("trace", "umbrella", "--from", "partner", "--to", "10.183.0.13:443", "--format", "json")
    code, out, _ = called(capsys, "--root", str(ROOT), *words)
    found = json.loads(out)
    assert (code, found["delivered"], found["source"], found["dropped"]) == (0, True, "192.168.80.10", None)
    assert [hop["place"] for hop in found["forward"]] == [
        "VPN tunnel",
        "virtual private gateway",
        "load balancer services",
        "subnet public_a",
        "transit gateway",
    ]
    assert found["forward"][2] == {
        "place": "load balancer services",
        "action": "port 443: 192.168.80.10 > 10.183.0.13 becomes 10.183.0.13 > 10.150.10.20 port 8443",
        "resource": "aws_lb_listener.services_orders",
        "path": "out/umbrella/inbound.tf",
        "line": 161,
        "source": "10.183.0.13",
        "destination": "10.150.10.20",
    }


def test_trace_through_a_broken_module(root: Path, capsys: Capture) -> None:
    apply(root, "globex", [Edit("nat.tf", 'private_ip        = "10.181.0.20"', "private_ip        = ")])
    code, out, err = called(capsys, "--root", str(root), "trace", "globex", "--from", "a", "--to", "192.168.60.3")
    assert (code, out) == (1, "")
    assert err.startswith("out/globex/nat.tf:18:23: is not HCL")


def test_trace_where_there_is_nothing(capsys: Capture) -> None:
    words = ("trace", "cyberdyne", "--from", "apps", "--to", "192.168.60.3")
    assert called(capsys, "--root", str(TRANSIT_ACCOUNT), *words) == (
        1,
        "",
        "out/cyberdyne: holds no network: nothing to walk through [error: module-empty]\n",
    )


def test_trace_does_without_a_tunnel(capsys: Capture) -> None:
    words = ("--root", str(ROOT), "trace", "acme-clearing", "--from", "a", "--to", "192.168.50.10")
    code, out, _ = called(capsys, *words, "--tunnel-down", "1")
    assert code == 0
    assert "tunnel 2" in out
    assert "tunnel 1" not in out
    code, out, _ = called(capsys, *words, "--tunnel-down", "1", "--tunnel-down", "2")
    assert code == 1
    assert (
        "dropped at VPN tunnel: both tunnels are down (aws_vpn_connection.partner, out/acme-clearing/vpn.tf:36)" in out
    )


def test_trace_does_not_walk_through_half_of_a_change(root: Path, capsys: Capture) -> None:
    (root / STAGING).mkdir()
    (root / STAGING / JOURNAL).write_text("")
    code, _, err = called(capsys, "--root", str(root), "trace", "globex", "--from", "m", "--to", "192.168.60.9")
    assert code == 1
    assert "output-interrupted" in err
