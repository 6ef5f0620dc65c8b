"""The codes of what `natlane impact` finds, each with a sentence and an example of a change that causes it."""

from __future__ import annotations

from typing import Final, NamedTuple

from natlane.problems import Code, codes_about


class FindingCode(NamedTuple):
    """One code: what it means, and what somebody changed."""

    code: str
    sentence: str
    example: str


FINDING_CODES: Final = tuple(
    FindingCode(*each)
    for each in (
        ("active-again", "A decommissioned partner is made again.", "status: decommissioned is removed"),
        ("address-kept", "AWS does not change an address in place.", "an endpoint before another, with services"),
        ("address-passes", "An address goes from one resource to another in one apply.", "two endpoints swap offsets"),
        ("another-account", "Resources are looked for in an account where they are not.", "an account's id changes"),
        ("attachment-not-yet-known", "A VPN comes to a transit gateway.", "vpn.termination: transit_gateway"),
        ("base-unreadable", "A file of the base cannot be read as HCL.", "a template that wrote no HCL is mended"),
        ("bgp-device", "We expect another AS of the partner's device.", "vpn.customer_gateway.asn, with BGP"),
        ("bgp-neighbour", "The partner's BGP neighbour is another one.", "vpn.amazon_side_asn, with BGP"),
        ("both-tunnels", "Options of both tunnels change.", "vpn.dpd.timeout"),
        ("called-address-gone", "An address that is called goes.", "an endpoint's offset changes"),
        ("called-port-gone", "A port that is called goes.", "a service is removed"),
        ("called-port-other", "Another service answers on a port.", "two services swap ports"),
        ("closes", "Connections can no longer be opened.", "a VPC is removed from reach"),
        ("customer-gateway-address", "The partner's device moves.", "vpn.customer_gateway.ip"),
        ("decommissioned", "A partner's resources are destroyed.", "status: decommissioned"),
        ("descriptor-gone", "A descriptor was deleted before its decommission.", "partners/acme.yaml is deleted"),
        ("device-gone", "One of two devices of the partner goes.", "vpn.customer_gateways from 2 to 1"),
        ("device-order", "The other device is the preferred one.", "vpn.customer_gateways in another order"),
        ("endpoint-policy", "Calls of an endpoint are judged by another policy.", "inbound.endpoints[0].policy"),
        ("files-only", "Files differ, and nothing in AWS does.", "an account that no VPC of the partner's is in"),
        ("in-place", "Nothing that is live is interrupted.", "the topic of alarms"),
        ("in-use", "Something would be deleted while it is used.", "natted_cidr, with the attachment in it"),
        ("keys", "The tunnels' keys are kept elsewhere.", "vpn.preshared_keys: variables"),
        ("logs", "A log group goes with its events.", "logs: {flow_logs: false}"),
        ("nat-address-gone", "A NAT address that the partner sees goes.", "nat.addresses_per_gateway from 2 to 1"),
        ("nat-address-kept", "A NAT address that the module no longer has stays in AWS.", "nat is removed"),
        ("nat-address-new", "A NAT address comes.", "nat.addresses_per_gateway from 1 to 2"),
        ("network-added", "A device must learn of a network more.", "partner_cidrs, with BGP or policy_based"),
        ("new", "A partner is made.", "a new descriptor"),
        ("one-tunnel", "Options of one tunnel change.", "vpn.tunnels.1.startup_action"),
        ("opens", "Connections can be opened that could not be before.", "a further service"),
        ("opens-by-hand", "out/ was edited by hand and opens more.", "a security group rule written in out/"),
        ("opens-unknown", "What opens is not known.", "a template with a module block"),
        ("path", "What packets cross is replaced or removed.", "a template gives a route table another label"),
        ("policy-kept", "An endpoint's policy that goes stays in AWS.", "inbound.endpoints[0].policy is removed"),
        ("provider-gone", "A provider goes that made what goes.", "an account is removed with its resources"),
        ("pruned", "A descriptor is gone after its decommission.", "partners/acme.yaml is deleted afterwards"),
        ("relabelled", "Resources only get other labels.", "a template without a moved block"),
        ("renamed-from-other", "renamed_from is not the name that AWS's names hold.", "a second rename"),
        ("renamed-from-unknown", "renamed_from is nobody in the base.", "a slip in renamed_from"),
        ("replaced", "Something beside the path of packets is replaced.", "a flow log's destination"),
        ("replaced-perhaps", "A type that natlane does not know may be replaced.", "a resource of your own"),
        ("route-anew", "A route is replaced.", "a partner CIDR becomes wider"),
        ("route-gone", "A route goes.", "a partner CIDR is removed"),
        ("rule-covered", "Other rules let through what a changed one did.", "a template with a wider rule"),
        ("service-renamed", "A service has another name.", "inbound.services[0].name"),
        ("state-moves", "Terraform's state lies elsewhere.", "state.bucket"),
        ("tags", "Tags change in place.", "tags"),
        ("taken", "Something is made while AWS still holds what it has once.", "two listeners swap ports"),
        ("target-uncalled", "A load balancer may no longer call a target.", "a template without egress rules"),
        ("targets-gone", "A service loses all of its targets.", "a single target is exchanged"),
        ("told-otherwise", "A block besides resources changes.", "a data source in a template"),
        ("touched", "What packets cross changes in place.", "a load balancer without a security group"),
        ("unprotected", "prevent_destroy is taken away.", "a template without the guard"),
        ("unused-gone", "What goes is what no route led to.", "an inbound-only partner of an earlier natlane"),
        ("vpn-modified", "AWS replaces both tunnel endpoints.", "vpn.selectors"),
        ("vpn-replaced", "The VPN connection is replaced.", "vpn.routing: bgp"),
    )
)

_AGREED: Final = "accepted_impact, where it is meant and --fail-on stops it"
CODES: Final = (
    *codes_about(
        "HCL of a comparison",
        "docs/impact.md",
        (
            (
                "hcl-locals",
                "Locals stand for a text of bounded length, and not for themselves.",
                "a = local.b, and b = local.a",
                "write less",
            ),
            ("hcl-moved", "A moved block has from and to.", "moved { from = aws_vpc.a }", "to = aws_vpc.b beside it"),
            (
                "hcl-too-deep",
                "A module is nested no more deeply than natlane follows.",
                "a thousand lists in one another",
                "write it flatter",
            ),
        ),
    ),
    *(
        Code(each.code, "finding", "What a change does", each.sentence, "docs/impact.md", each.example, "", _AGREED)
        for each in FINDING_CODES
    ),
)
