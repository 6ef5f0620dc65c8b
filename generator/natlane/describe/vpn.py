"""The model of a descriptor's `vpn`: gateways, tunnels, and every option that AWS offers."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, NamedTuple

from natlane.describe.field_types import Listing, Named, Record
from natlane.describe.lifetimes import (
    ALLOWED,
    DEFAULTS,
    MARGIN,
    PHASE1,
    PHASE2,
    beside_margin,
    beside_phase1,
    beside_phase2,
)
from natlane.describe.scalar_types import Address, Choice, Cidr, Digit, Flag, Integer, Text
from natlane.facts import aws

ANYWHERE = IPv4Network("0.0.0.0/0")
ASN = Integer(aws.ASN_RANGE[0], aws.ASN_RANGE[1] - 1)  # the last one is reserved (RFC 7300)


class Selectors(NamedTuple):
    """The traffic selectors of the tunnels."""

    ours: Annotated[IPv4Network, Cidr(), "our side"] = ANYWHERE
    theirs: Annotated[IPv4Network, Cidr(), "the partner's side"] = ANYWHERE


_ENCRYPTION = Listing(Choice(aws.ENCRYPTION, "AES256-GCM-16"), 1)
_INTEGRITY = Listing(Choice(aws.INTEGRITY, "SHA2-384"), 1)
_IKE = Listing(Choice(aws.IKE_VERSIONS, "ikev2"), 1)


class Phase1(NamedTuple):
    """IKE."""

    encryption: Annotated[tuple[str, ...], _ENCRYPTION, "encryption algorithms"] = ("AES256-GCM-16",)
    integrity: Annotated[tuple[str, ...], _INTEGRITY, "integrity algorithms"] = ("SHA2-384",)
    dh_groups: Annotated[tuple[int, ...], Listing(Choice(aws.PHASE1_DH_GROUPS, 20), 1), "Diffie-Hellman groups"] = (20,)
    lifetime: Annotated[int, Integer(*ALLOWED[PHASE1], beside_phase1), "seconds, more than phase 2"] = DEFAULTS[PHASE1]


class Phase2(NamedTuple):
    """IPsec."""

    encryption: Annotated[tuple[str, ...], _ENCRYPTION, "encryption algorithms"] = ("AES256-GCM-16",)
    integrity: Annotated[tuple[str, ...], _INTEGRITY, "integrity algorithms"] = ("SHA2-384",)
    dh_groups: Annotated[tuple[int, ...], Listing(Choice(aws.PHASE2_DH_GROUPS, 20), 1), "Diffie-Hellman groups"] = (20,)
    lifetime: Annotated[int, Integer(*ALLOWED[PHASE2], beside_phase2), "seconds, less than phase 1"] = DEFAULTS[PHASE2]


class Rekey(NamedTuple):
    """When AWS starts to rekey before a lifetime ends."""

    margin: Annotated[
        int,
        Integer(*ALLOWED[MARGIN], beside_margin),
        "seconds before the end, at most half the phase 2 lifetime",
    ] = DEFAULTS[MARGIN]
    fuzz: Annotated[int, Integer(*aws.REKEY_FUZZ), "per cent by which the margin varies"] = 100


class DeadPeerDetection(NamedTuple):
    """What AWS does when the partner's device is silent."""

    action: Annotated[str, Choice(aws.DPD_ACTIONS), "clear, none or restart"] = "restart"
    timeout: Annotated[int, Integer(aws.DPD_TIMEOUT_LEAST, 3_600), "seconds"] = 30


# What `vpn` says for all tunnels, and a tunnel for itself.
IkeVersions = Annotated[tuple[str, ...], _IKE, "IKE versions"]
IkePhase = Annotated[Phase1, Record(Phase1), "IKE"]
IpsecPhase = Annotated[Phase2, Record(Phase2), "IPsec"]
Rekeying = Annotated[Rekey, Record(Rekey), "when rekeying starts"]
ReplayWindow = Annotated[int, Integer(*aws.REPLAY_WINDOW), "packets"]
StartupAction = Annotated[str, Choice(aws.STARTUP_ACTIONS), "add: the partner's device starts; start: AWS starts"]
PeerDetection = Annotated[DeadPeerDetection, Record(DeadPeerDetection), "dead peer detection"]
LifecycleControl = Annotated[
    bool, Flag(), "whether AWS replaces a tunnel's endpoint when we say so, up to a date that it names"
]
REPLAY_WINDOW = 1_024  # packets


class TunnelOptions(NamedTuple):
    """Everything that AWS lets one tunnel have of its own."""

    inside_cidr: Annotated[
        IPv4Network,
        Cidr(),
        "the /30 inside the tunnel; absent: 169.254.44.0/30 in 1, 169.254.44.4/30 in 2; of a device with a name "
        "169.254.44.8/30 in 1, 169.254.44.12/30 in 2",
    ] = aws.INSIDE_CIDRS_DEFAULT[0]
    ike_versions: IkeVersions = ("ikev2",)
    phase1: IkePhase = Phase1()
    phase2: IpsecPhase = Phase2()
    rekey: Rekeying = Rekey()
    replay_window: ReplayWindow = REPLAY_WINDOW
    startup_action: StartupAction = "add"
    dpd: PeerDetection = DeadPeerDetection()
    lifecycle_control: LifecycleControl = False


_DEVICE_NAME = Text(
    "a device's name: lower-case letters, digits and single hyphens", r"[a-z](?!.*--)[a-z0-9-]{0,15}(?<!-)", 16, "b"
)


class CustomerGateway(NamedTuple):
    """The partner's VPN device."""

    ip: Annotated[IPv4Address, Address(), "its static public address"]
    asn: Annotated[int, ASN, "its autonomous system number, also for static routing"]
    device: Annotated[
        str | None, Text("a device", r"[\w .()/-]+", 60, "strongswan"), "what the hand-over is written for"
    ] = None
    model: Annotated[str | None, Text("a model", r"[\w .()/+-]+", 60, "ASA 5516-X"), "the device's model"] = None
    version: Annotated[
        str | None,
        Text("a version", r"[\w.()-]+", 30, "9.16"),
        "the version of the device's system: what the device can do depends on it",
    ] = None
    behind_nat: Annotated[bool, Flag(), "the device has a private address, and another one is in front of it"] = False
    name: Annotated[
        str | None,
        _DEVICE_NAME,
        "what its labels and names in AWS end in; absent: it has those of an only device",
    ] = None
    tunnels: Annotated[
        Mapping[str, TunnelOptions],
        Named(Record(TunnelOptions, partial=True), Digit(("1", "2")), 0, 2),
        "by number, 1 and 2: what is given here overrides vpn's own for this device",
    ] = {}


class Vpn(NamedTuple):
    """The VPN connections: two tunnels between AWS and each device of the partner's."""

    customer_gateway: Annotated[
        CustomerGateway | None,
        Record(CustomerGateway),
        "the partner's device; write this, or customer_gateways",
    ] = None
    customer_gateways: Annotated[
        tuple[CustomerGateway, ...],
        Listing(Record(CustomerGateway), 2, 2),
        "two devices, each with a VPN connection of its own; by BGP the first is preferred, else AWS chooses",
    ] = ()
    termination: Annotated[
        str, Choice(("virtual_private_gateway", "transit_gateway")), "where the VPN ends on our side"
    ] = "virtual_private_gateway"
    routing: Annotated[
        str, Choice(("static", "bgp")), "static routes, or BGP; packets to the partner are routed statically either way"
    ] = "static"
    amazon_side_asn: Annotated[int, ASN, "the virtual private gateway's ASN; a change replaces the gateway"] = (
        aws.AMAZON_ASN
    )
    acceleration: Annotated[bool, Flag(), "Global Accelerator in front of the tunnels; transit_gateway only"] = False
    bandwidth: Annotated[
        str, Choice(aws.BANDWIDTHS), "of each tunnel: standard 1.25 Gbps, large 5 Gbps; large on transit_gateway only"
    ] = "standard"
    ecmp: Annotated[bool, Flag(), "both tunnels carry traffic at once; transit_gateway and bgp only"] = False
    selectors: Annotated[Selectors, Record(Selectors), "traffic selectors; default 0.0.0.0/0 on both sides"] = (
        Selectors()
    )
    policy_based: Annotated[bool, Flag(), "the partner's device is policy-based: one pair of SAs only"] = False
    connected: Annotated[
        bool, Flag(), "false until the partner's device is connected: alarms of the tunnels notify nobody"
    ] = True
    ike_versions: IkeVersions = ("ikev2",)
    phase1: IkePhase = Phase1()
    phase2: IpsecPhase = Phase2()
    rekey: Rekeying = Rekey()
    replay_window: ReplayWindow = REPLAY_WINDOW
    startup_action: StartupAction = "add"
    dpd: PeerDetection = DeadPeerDetection()
    lifecycle_control: LifecycleControl = False
    tunnels: Annotated[
        Mapping[str, TunnelOptions],
        Named(Record(TunnelOptions, partial=True), Digit(("1", "2")), 0, 2),
        "by number, 1 and 2: what is given here overrides the above for that tunnel",
    ] = {}
    preshared_keys: Annotated[
        str,
        Choice(("secrets_manager", "variables")),
        "secrets_manager: AWS makes and keeps them; variables: sensitive inputs without default",
    ] = "secrets_manager"


_COMMON = tuple(name for name in TunnelOptions._fields if name != "inside_cidr")


def with_tunnels(vpn: Vpn) -> Vpn:
    """The VPN with every device in `customer_gateways`, each with both tunnels whole.

    A tunnel is what is written for it at its device, over what `vpn.tunnels` and then `vpn` say.
    """
    common = {name: getattr(vpn, name) for name in _COMMON}
    written = (vpn.customer_gateway,) if vpn.customer_gateway else vpn.customer_gateways
    devices = tuple(each._replace(tunnels=_tunnels(each, vpn.tunnels, common)) for each in written)
    return vpn._replace(customer_gateway=None, customer_gateways=devices, tunnels={})


def _tunnels(
    device: CustomerGateway, shared: Mapping[str, Any], common: Mapping[str, Any]
) -> Mapping[str, TunnelOptions]:
    insides = aws.INSIDE_CIDRS_NAMED if device.name else aws.INSIDE_CIDRS_DEFAULT
    written: Mapping[str, Any] = device.tunnels
    return {
        number: _overlaid(_overlaid(TunnelOptions(inside, **common), shared.get(number, {})), written.get(number, {}))
        for number, inside in zip("12", insides, strict=True)
    }


def _overlaid(base: Any, written: Mapping[str, Any]) -> Any:
    changes = {
        name: _overlaid(getattr(base, name), value) if isinstance(value, dict) else value
        for name, value in written.items()
    }
    return base._replace(**changes)
