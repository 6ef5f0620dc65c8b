"""The rules about the VPN as a whole: customer gateway, ASNs, routing, selectors, keys."""

from __future__ import annotations

from ipaddress import IPv4Network

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import Subject
from natlane.facts import aws
from natlane.prefixes import covering

rule = rules_about("VPN")
CUSTOMER_GATEWAY = "S2S, Customer gateway options"


@rule("customer-gateway-private", "error", CUSTOMER_GATEWAY)
def customer_gateway_private(subject: Subject) -> Findings:
    """The customer gateway's address is public."""
    for field, gateway in subject.devices:
        for block, name in aws.NOT_PUBLIC:
            if gateway.ip in block:
                message = f"{gateway.ip} is not public: it lies in {block} ({name})"
                yield (
                    (*field, "ip"),
                    message,
                    "write the static public address that the partner's device is seen from",
                )


@rule("asn-reserved", "error", CUSTOMER_GATEWAY)
def asn_reserved(subject: Subject) -> Findings:
    """The customer gateway's ASN is none that IANA or AWS keeps for itself."""
    for field, gateway in subject.devices:
        if gateway.asn in aws.ASNS_RESERVED:
            hint = "ask the partner for its ASN; without one write a private ASN, such as 65000"
            yield (*field, "asn"), f"{gateway.asn} is reserved ({aws.ASNS_RESERVED[gateway.asn]})", hint


@rule("asn-equal", "error", CUSTOMER_GATEWAY)
def asn_equal(subject: Subject) -> Findings:
    """The customer gateway's ASN differs from the Amazon side's: the virtual private gateway's, 64512 by default."""
    for field, gateway in () if _on_transit_gateway(subject) else subject.devices:
        asn = gateway.asn
        if asn == subject.partner.vpn.amazon_side_asn:
            other = asn + 1 if asn + 1 <= aws.AMAZON_ASNS[0][1] else aws.AMAZON_ASN
            hint = f"write another ASN of the partner, or `amazon_side_asn: {other}`, which replaces a live gateway"
            yield (*field, "asn"), f"{asn} is the Amazon side's ASN too", hint


@rule("amazon-asn-public", "error", "S2S, Virtual private gateway")
def amazon_asn_public(subject: Subject) -> Findings:
    """The Amazon side's ASN is a private one: 64512 to 65534 or 4200000000 to 4294967294."""
    asn = subject.partner.vpn.amazon_side_asn
    if not _on_transit_gateway(subject) and not any(least <= asn <= most for least, most in aws.AMAZON_ASNS):
        ranges = " or ".join(f"{least} to {most}" for least, most in aws.AMAZON_ASNS)
        yield ("vpn", "amazon_side_asn"), f"{asn} is not a private ASN", f"write {ranges}"


@rule("acceleration-termination", "error", "S2S, Accelerated connections")
def acceleration_termination(subject: Subject) -> Findings:
    """Acceleration needs a VPN on the transit gateway."""
    if subject.partner.vpn.acceleration and not _on_transit_gateway(subject):
        hint = "leave acceleration out, or write `termination: transit_gateway`"
        yield ("vpn", "acceleration"), "a virtual private gateway has no acceleration", hint


@rule("bandwidth-termination", "error", "S2S, Tunnel bandwidth options; hashicorp/aws, tunnel_bandwidth")
def bandwidth_termination(subject: Subject) -> Findings:
    """Large tunnels need a VPN on the transit gateway."""
    if subject.partner.vpn.bandwidth == "large" and not _on_transit_gateway(subject):
        hint = "write `termination: transit_gateway`, or leave bandwidth out"
        yield ("vpn", "bandwidth"), "a virtual private gateway has tunnels of 1.25 Gbps only", hint


@rule("bandwidth-acceleration", "error", "hashicorp/aws, aws_vpn_connection, tunnel_bandwidth")
def bandwidth_acceleration(subject: Subject) -> Findings:
    """Large tunnels are not accelerated."""
    if subject.partner.vpn.bandwidth == "large" and subject.partner.vpn.acceleration:
        hint = "leave acceleration out, or write `bandwidth: standard`"
        yield ("vpn", "acceleration"), "AWS accelerates no tunnels of 5 Gbps", hint


@rule("ecmp-termination", "error", "TGW, Equal-cost multipath")
def ecmp_termination(subject: Subject) -> Findings:
    """ECMP needs a VPN on the transit gateway, and BGP."""
    vpn = subject.partner.vpn
    if vpn.ecmp and not _on_transit_gateway(subject):
        hint = "leave ecmp out, or write `termination: transit_gateway` and `routing: bgp`"
        yield ("vpn", "ecmp"), "a virtual private gateway uses one tunnel at a time", hint
    elif vpn.ecmp and vpn.routing != "bgp":
        yield ("vpn", "ecmp"), "static routes use one tunnel at a time", "write `routing: bgp`, or leave ecmp out"


@rule("bgp-announces-more", "warning", "S2S, Routing options")
def bgp_announces_more(subject: Subject) -> Findings:
    """With BGP a virtual private gateway announces every CIDR of VPC N, so that the partner must filter what
    is not nat_cidr.
    """
    partner, addresses = subject.partner, subject.addresses
    if partner.vpn.routing != "bgp" or _on_transit_gateway(subject) or addresses is None:
        return
    announced = (addresses.primary, *(block for _, block in addresses.secondary))
    if announced != (partner.nat_cidr,):
        message = f"BGP announces {', '.join(map(str, announced))}, the partner accepts {partner.nat_cidr}"
        hint = f"have the partner filter on {partner.nat_cidr}; `termination: transit_gateway` would announce it only"
        yield ("vpn", "routing"), message, hint


@rule("policy-based-bgp", "error", "S2S, Static and dynamic routing")
def policy_based_bgp(subject: Subject) -> Findings:
    """A policy-based device speaks no BGP over the tunnel: its routing is static."""
    vpn = subject.partner.vpn
    if vpn.policy_based and vpn.routing == "bgp":
        yield (
            ("vpn", "policy_based"),
            "a policy-based VPN carries no BGP",
            "write `routing: static`, or leave policy_based out",
        )


@rule("policy-based-selectors", "error", "S2S, Rules for a customer gateway device; Tunnel options")
def policy_based_selectors(subject: Subject) -> Findings:
    """A policy-based device with several networks needs selectors around them: it asks for a pair of SAs for each
    network of its access list, and AWS keeps one.
    """
    partner, written = subject.partner, subject.document.holds(("vpn", "selectors", "theirs"))
    networks = len(partner.partner_cidrs)
    if partner.vpn.policy_based and networks > 1 and not written and partner.vpn.routing == "static":
        theirs = _supernet(partner.partner_cidrs)
        message = f"the device would ask for {networks} pairs of SAs, one for each of partner_cidrs, and AWS keeps one"
        hint = f"write `selectors: {{ours: {partner.nat_cidr}, theirs: {theirs}}}` in vpn, and agree on exactly that"
        yield ("vpn", "policy_based"), message, hint


@rule("policy-based-idle", "warning", "S2S, Tunnel initiation options; Rules for a customer gateway device")
def policy_based_idle(subject: Subject) -> Findings:
    """Somebody raises an idle tunnel of a policy-based device: it starts one only for packets of its own side, and with
    `startup_action: add` AWS starts none.
    """
    partner = subject.partner
    called = partner.inbound.endpoints or partner.inbound.services
    waiting = dict.fromkeys(at.number for at, each in subject.tunnels if each.startup_action == "add")
    if partner.vpn.policy_based and waiting and not called:
        tunnels = "both tunnels" if len(waiting) > 1 else f"tunnel {next(iter(waiting))}"
        message = f"the partner calls nothing of ours, so nobody raises {tunnels} once idle: our packets cannot"
        hint = "write `startup_action: start` (with IKEv2), or have the partner send regularly and accept this"
        yield ("vpn", "policy_based"), message, hint


@rule("selector-ours", "error", "S2S, Tunnel options, Remote IPv4 network CIDR")
def selector_ours(subject: Subject) -> Findings:
    """selectors.ours contains nat_cidr: packets outside it do not enter the tunnel."""
    partner = subject.partner
    ours = partner.vpn.selectors.ours
    if not partner.nat_cidr.subnet_of(ours):
        hint = f"write `ours: {partner.nat_cidr}` or wider"
        yield ("vpn", "selectors", "ours"), f"{ours} does not contain nat_cidr {partner.nat_cidr}", hint


@rule("selector-theirs", "error", "S2S, Tunnel options, Local IPv4 network CIDR")
def selector_theirs(subject: Subject) -> Findings:
    """selectors.theirs contains every partner CIDR: AWS keeps one pair of SAs a tunnel, so several CIDRs need
    a supernet or 0.0.0.0/0.
    """
    partner = subject.partner
    theirs = partner.vpn.selectors.theirs
    outside = [cidr for cidr in partner.partner_cidrs if not cidr.subnet_of(theirs)]
    if outside:
        message = f"{theirs} does not contain {', '.join(map(str, outside))}; a tunnel has one pair of SAs only"
        yield ("vpn", "selectors", "theirs"), message, f"write `theirs: {_supernet(partner.partner_cidrs)}`"


def _supernet(cidrs: tuple[IPv4Network, ...]) -> IPv4Network:
    """The smallest block that contains all, or 0.0.0.0/0 where it would be wider than a /8."""
    wide = covering(cidrs)
    return wide if wide.prefixlen >= 8 else IPv4Network("0.0.0.0/0")


@rule("selectors-bgp", "error", "S2S, Tunnel options; RFC 4301, selectors")
def selectors_bgp(subject: Subject) -> Findings:
    """With BGP the selectors let the tunnel's inside addresses through, or no session comes up."""
    vpn = subject.partner.vpn
    if vpn.routing == "bgp":
        for side, selector in (("ours", vpn.selectors.ours), ("theirs", vpn.selectors.theirs)):
            if not aws.LINK_LOCAL.subnet_of(selector):
                message = f"{selector} keeps BGP's own packets ({aws.LINK_LOCAL}) out of the tunnel"
                yield ("vpn", "selectors", side), message, f"leave `{side}` out: it is 0.0.0.0/0 then"


@rule("preshared-keys-in-state", "warning", "hashicorp/aws, aws_vpn_connection, preshared_key_storage")
def preshared_keys_in_state(subject: Subject) -> Findings:
    """Pre-shared keys given as variables reach Terraform's state; those that AWS makes and keeps do not."""
    if subject.partner.vpn.preshared_keys == "variables":
        where = "the state in S3" if subject.landing_zone.state else "a local state file"
        hint = "guard the state like the keys, or write `preshared_keys: secrets_manager`"
        yield ("vpn", "preshared_keys"), f"the keys will stand in {where}", hint


def _on_transit_gateway(subject: Subject) -> bool:
    return subject.partner.vpn.termination == "transit_gateway"
