"""The parts of one VPN that somebody made in AWS: its VPC, gateway, connection, device and attachment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from natlane.live import calls
from natlane.live.calls import Answers, Call, Item
from natlane.live.snapshot import Snapshot
from natlane.network.our_network import OurNetwork
from natlane.problems import Problem, file_problem


@dataclass(frozen=True, slots=True)
class Held:
    """A VPC and the one VPN connection on its virtual private gateway, with what belongs to them."""

    snapshot: Snapshot
    ours: OurNetwork
    vpc: Item
    gateway: Item
    connection: Item
    device: Item
    attachment: Item

    @property
    def own(self) -> Answers:
        """The answers of the account in which the VPC is."""
        return self.snapshot.answers[self.ours.network_account]

    @property
    def transit(self) -> Answers:
        """The answers of the account that owns the transit gateway."""
        return self.snapshot.answers[self.ours.transit_account]

    def in_vpc(self, call: Call) -> list[Item]:
        """Everything of one kind in the VPC."""
        return [each for each in self.own[call.name] if each.get("VpcId") == self.vpc["VpcId"]]

    @property
    def association(self) -> str:
        """The transit gateway's table for what the attachment sends; empty where there is none."""
        told: Item = next(
            (
                each.get("Association", {})
                for each in self.transit[calls.TRANSIT_ATTACHMENTS.name]
                if each["TransitGatewayAttachmentId"] == self.attachment["TransitGatewayAttachmentId"]
            ),
            {},
        )
        return str(told.get("TransitGatewayRouteTableId", "")) if told.get("State") == "associated" else ""


def find_held(snapshot: Snapshot, ours: OurNetwork, wanted: str) -> Held | list[Problem]:
    """The VPN that an id of a VPC or of a VPN connection means; else why it is none that can be adopted."""
    own = snapshot.answers[ours.network_account]
    if wanted.startswith("vpn-"):
        connection = _one(own, calls.VPN_CONNECTIONS, "VpnConnectionId", wanted)
        if connection is None:
            return [_missing(wanted, "VPN connection", ours)]
        if "VpnGatewayId" not in connection:
            return [_elsewhere(wanted)]
        gateway = _one(own, calls.VPN_GATEWAYS, "VpnGatewayId", connection["VpnGatewayId"])
        vpc_id = next(_attached(gateway), "") if gateway else ""
        if gateway is None or not vpc_id:
            message = f"its virtual private gateway {connection['VpnGatewayId']} is attached to no VPC"
            return [file_problem("adopt-gateway", wanted, message, "attach it, or delete the connection")]
    else:
        vpc_id = wanted
        gateway = next((each for each in own[calls.VPN_GATEWAYS.name] if vpc_id in _attached(each)), None)
    vpc = _one(own, calls.VPCS, "VpcId", vpc_id)
    if vpc is None:
        return [_missing(vpc_id, "VPC", ours)]
    if gateway is None:
        message = "has no virtual private gateway; a VPN that ends on the transit gateway is not adopted"
        return [file_problem("adopt-gateway", vpc_id, message, "write its descriptor by hand, with natlane new")]
    return _whole(snapshot, ours, vpc, gateway)


def _whole(snapshot: Snapshot, ours: OurNetwork, vpc: Item, gateway: Item) -> Held | list[Problem]:
    own = snapshot.answers[ours.network_account]
    number = gateway["VpnGatewayId"]
    problems = []
    found = [each for each in own[calls.VPN_CONNECTIONS.name] if each.get("VpnGatewayId") == number]
    if len(found) != 1:
        listed = ", ".join(each["VpnConnectionId"] for each in found) or "none"
        message = f"has {len(found)} VPN connections, and a partner has one: {listed}"
        problems.append(file_problem("adopt-connections", number, message, "give each partner a VPC of its own"))
    attachments = [
        each
        for each in own[calls.TRANSIT_VPC_ATTACHMENTS.name]
        if each["VpcId"] == vpc["VpcId"] and each["TransitGatewayId"] == ours.transit_gateway
    ]
    if len(attachments) != 1 or attachments[0]["State"] != "available":
        message = f"is not attached to {ours.transit_gateway}, so none of our VPCs reaches the partner by it"
        problems.append(file_problem("adopt-attachment", vpc["VpcId"], message, "attach it by its natted subnets"))
    if problems:
        return problems
    device = _one(own, calls.CUSTOMER_GATEWAYS, "CustomerGatewayId", found[0]["CustomerGatewayId"])
    if device is None:
        return [_missing(found[0]["CustomerGatewayId"], "customer gateway", ours)]
    return Held(snapshot, ours, vpc, gateway, found[0], device, attachments[0])


def _attached(gateway: Item) -> Iterator[str]:
    for each in gateway.get("VpcAttachments", ()):
        if each.get("State") == "attached":
            yield each["VpcId"]


def _one(answers: Answers, call: Call, name: str, wanted: str) -> Item | None:
    return next((each for each in answers[call.name] if each.get(name) == wanted), None)


def _missing(number: str, what: str, ours: OurNetwork) -> Problem:
    message = f"account {ours.network_account} has no such {what} in {ours.region}"
    return file_problem(
        "adopt-missing", number, message, "name the id of a VPC or VPN connection of the network account"
    )


def _elsewhere(number: str) -> Problem:
    message = "ends on the transit gateway; only a VPN on a virtual private gateway is adopted"
    return file_problem("adopt-gateway", number, message, "write its descriptor by hand, with natlane new")
