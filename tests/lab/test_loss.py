"""A NAT gateway or a tunnel is lost: who suffers, who does not, and that what comes back is used again."""

from __future__ import annotations

import pytest

from tests.lab import kernel, listening, matrix, probes, streams
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.probes import Flow
from tests.lab.world import World

pytestmark = pytest.mark.lab

ACME_HOST = "192.168.50.10"


@pytest.fixture
def acme(golden: Fleet, cell: Cell) -> World:
    """One partner of two zones, in a cell of the test's own."""
    built = golden.world("acme-clearing")
    cell(kernel.build, built.layout)
    cell(listening.listen, matrix.ports(built))
    return built


def test_a_lost_nat_gateway_costs_its_zone_alone(acme: World, cell: Cell) -> None:
    hosts = [host for host in acme.hosts if host.vpc in ("m", "a") and host.zone in ("eu-west-1a", "eu-west-1b")]
    flows = [Flow(host.space, host.address, ACME_HOST, 443) for host in hosts]
    whole = [True for _ in hosts]
    left = [host.zone != "eu-west-1a" for host in hosts]
    assert [outcome.answered for outcome in cell(probes.ask, flows, range(len(flows)))] == whole
    cell(kernel.ip, "acme-clearing.nat_a-10.179.0.4", "link set eth0 down")
    outcomes = cell(probes.ask, flows, [index for index, stays in enumerate(left) if stays])
    assert [outcome.answered for outcome in outcomes] == left
    assert {outcome.seen for outcome in outcomes if outcome.answered} == {"10.179.0.20"}


def test_a_connection_survives_the_loss_of_tunnel_1_and_returns_to_it(acme: World, cell: Cell) -> None:
    space = "acme-clearing.device"
    flow = Flow("m.host0", "10.100.0.10", ACME_HOST, 443)
    assert cell(streams.open_stream, "long", flow) == "10.179.0.4"
    assert cell(streams.used, space, "long") == (True, False)
    cell(kernel.ip, space, "link set tunnel1 down")
    assert cell(streams.used, space, "long") == (False, True)
    device = next(each for each in acme.layout.spaces if each.name == space)
    again = [line for line in device.lines if line.startswith("route") and "dev tunnel1" in line]
    cell(kernel.ip, space, "link set tunnel1 up", *again)
    assert cell(streams.used, space, "long") == (True, False)
