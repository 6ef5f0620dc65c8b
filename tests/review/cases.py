"""Kinds of change, each with the whole expected verdict: the table that both test suites go through."""

from __future__ import annotations

from dataclasses import dataclass

from tests.review.roots import Edit, landing_zone, partner


@dataclass(frozen=True, slots=True)
class Case:
    """One change of one partner: `told` is every finding as `level | place | sentence`, the worst first."""

    name: str
    partner: str
    edits: tuple[Edit, ...]
    told: tuple[str, ...]
    before: tuple[Edit, ...] = ()


CASES = [
    Case("a text", "acme-clearing", (partner("acme-clearing", "payment files", "payments"),), ("x",)),
    Case("a tag", "globex", (partner("globex", "vpn:", "tags: {owner: trade}\nvpn:"),), ("x",)),
    Case("inside cidr", "globex", (partner("globex", "vpn:", "vpn:\n  tunnels:\n    1: {inside_cidr: 169.254.60.0/30}"),), ("x",)),
    Case("static to bgp", "globex", (partner("globex", "vpn:", "vpn:\n  routing: bgp"),), ("x",)),
    Case("acceleration off", "tyrell", (partner("tyrell", "  acceleration: true\n", ""),), ("x",)),
    Case("another address of the device", "globex", (partner("globex", "203.0.113.20", "203.0.113.21"),), ("x",)),
    Case("another AS of the device", "globex", (partner("globex", "asn: 65020", "asn: 65021"),), ("x",)),
    Case("selectors", "acme-clearing", (partner("acme-clearing", "theirs: 192.168.50.0/24", "theirs: 0.0.0.0/0"),), ("x",)),
    Case("both tunnels", "initech", (partner("initech", "dpd: {action: clear, timeout: 45}", "dpd: {action: clear, timeout: 60}"),), ("x",)),
    Case("one tunnel", "initech", (partner("initech", "startup_action: add,", "startup_action: start,"),), ("x",)),
    Case("one tunnel by a common field", "initech", (partner("initech", "lifetime: 14400", "lifetime: 7200"),), ("x",)),
    Case("our AS, static", "globex", (partner("globex", "vpn:", "vpn:\n  amazon_side_asn: 64700"),), ("x",)),
    Case("our AS, BGP", "hooli", (partner("hooli", "64620", "64621"),), ("x",)),
    Case("keys by variables", "globex", (partner("globex", "vpn:", "vpn:\n  preshared_keys: variables"),), ("x",)),
    Case("keys by AWS", "wonka", (partner("wonka", "  preshared_keys: variables\n", ""),), ("x",)),
    Case("to the transit gateway", "globex", (partner("globex", "vpn:", "vpn:\n  termination: transit_gateway"),), ("x",)),
    Case("more NAT addresses", "globex", (partner("globex", "vpn:", "nat: {addresses_per_gateway: 2}\nvpn:"),), ("x",)),
    Case("fewer NAT addresses", "hooli", (partner("hooli", "nat: {addresses_per_gateway: 2}\n", ""),), ("x",)),
    Case("another nat_cidr", "globex", (partner("globex", "10.181.0.0/27", "10.191.0.0/27"),), ("x",)),
    Case("fewer zones", "globex", (partner("globex", "vpn:", "zones: 1\nvpn:"),), ("x",)),
    Case("another natted_cidr", "acme-clearing", (partner("acme-clearing", "10.179.0.32/27", "10.179.0.64/27"),), ("x",)),
    Case("another vpc_cidr", "acme-clearing", (partner("acme-clearing", "vpc_cidr: 10.179.0.0/16", "vpc_cidr: 10.179.0.0/17"),), ("x",)),
    Case("a further prefix", "globex", (partner("globex", "[192.168.60.0/24]", "[192.168.60.0/24, 192.168.61.0/24]"),), ("x",)),
    Case("a prefix less", "hooli", (partner("hooli", ", 192.168.91.0/24]", "]"),), ("x",)),
    Case("a further VPC", "globex", (partner("globex", "reach: [a]", "reach: [a, m]"),), ("x",)),
    Case("a VPC less", "hooli", (partner("hooli", "reach: [a, b]", "reach: [b]"),), ("x",)),
    Case("a first endpoint", "globex", (partner("globex", "vpn:", "inbound:\n  endpoints: [{service: execute-api}]\nvpn:"),), ("x",)),
    Case("an endpoint less", "acme-clearing", (partner("acme-clearing", "inbound:\n  endpoints:\n    - {service: execute-api}\n", ""),), ("x",)),
    Case("an endpoint before another", "umbrella", (partner("umbrella", "    - {service: execute-api}", "    - {service: logs}\n    - {service: execute-api}"),), ("x",)),
    Case("an endpoint moves", "initech", (partner("initech", "offset: 9", "offset: 10"),), ("x",)),
    Case("a further service", "umbrella", (partner("umbrella", "    - {name: prices,", "    - {name: stock, port: 9100, vpc: b, targets: [10.160.4.9]}\n    - {name: prices,"),), ("x",)),
    Case("a service less", "umbrella", (partner("umbrella", "    - {name: prices, port: 9000, vpc: b, targets: [10.160.4.7]}\n", ""),), ("x",)),
    Case("another port", "umbrella", (partner("umbrella", "port: 9000", "port: 9001"),), ("x",)),
    Case("another target port", "umbrella", (partner("umbrella", "target_port: 8443", "target_port: 9443"),), ("x",)),
    Case("a further target", "umbrella", (partner("umbrella", "[10.160.4.7]", "[10.160.4.7, 10.160.4.8]"),), ("x",)),
    Case("another single target", "umbrella", (partner("umbrella", "[10.160.4.7]", "[10.160.4.8]"),), ("x",)),
    Case("one target of two", "umbrella", (partner("umbrella", "10.150.11.20", "10.150.11.21"),), ("x",)),
    Case("another outbound port", "wayne", (partner("wayne", "port: 2222", "port: 2223"),), ("x",)),
    Case("another outbound cidr", "wayne", (partner("wayne", "10.199.0.0/27", "10.199.1.0/27"),), ("x",)),
    Case("decommissioned", "globex", (partner("globex", "vpn:", "status: decommissioned\nvpn:"),), ("x",)),
    Case("active again", "globex", (partner("globex", "status: decommissioned\n", ""),), (), (partner("globex", "vpn:", "status: decommissioned\nvpn:"),)),
    Case("another topic of alarms", "globex", (landing_zone("network-oncall", "network-duty"),), ("x",)),
    Case("tunnel logs off", "globex", (landing_zone("alarms:", "logs: {tunnel_logs: false}\nalarms:"),), ("x",)),
    Case("flow logs off", "globex", (landing_zone("alarms:", "logs: {flow_logs: false}\nalarms:"),), ("x",)),
    Case("longer logs", "globex", (landing_zone("alarms:", "logs: {retention_days: 731}\nalarms:"),), ("x",)),
    Case("another table of partners", "globex", (landing_zone("  partner_route_table: tgw-rtb-0aaaaaaaaaaaaaaaa", "  partner_route_table: tgw-rtb-0fffffffffffffff0"),), ("x",)),
    Case("another transit gateway", "globex", (landing_zone("tgw-0a1b2c3d4e5f60718", "tgw-0a1b2c3d4e5f60719"),), ("x",)),
    Case("another CIDR of a VPC", "globex", (landing_zone("[10.150.0.0/16]", "[10.151.0.0/16]"),), ("x",)),
    Case("another zone", "globex", (landing_zone("[eu-west-1a, eu-west-1b, eu-west-1c]", "[eu-west-1a, eu-west-1c, eu-west-1b]"),), ("x",)),
    Case("another bucket of state", "globex", (landing_zone("example-terraform-state", "example-states"),), ("x",)),
    Case("another account", "globex", (landing_zone('master: {id: "111111111111", role_arn: "arn:aws:iam::111111111111:', 'master: {id: "444444444444", role_arn: "arn:aws:iam::444444444444:'),), ("x",)),
]
