"""Kinds of change with the verdict of each: the table that the tests of impact go through.

What impact says of each is in verdicts.txt, written by `python -m tests.impact.cases`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from natlane.impact.review import Impact, impact_of
from natlane.impact_levels import BOTH_DOWN, CLOSES, IN_PLACE, NOTHING, ONE_DOWN, OPENS, RE_ENGAGE, REPLACED
from natlane.output.impact import text

from tests.impact.roots import Edit, copied, landing_zone, partner, renamed, two_roots

VERDICTS = Path(__file__).with_name("verdicts.txt")


@dataclass(frozen=True, slots=True)
class Case:
    """One change of one partner; `before` are edits of both roots, `after` its name where that is another, and `was`
    the name that it had before, where that is not the repository's."""

    level: str
    name: str
    partner: str
    edits: tuple[Edit, ...]
    before: tuple[Edit, ...] = ()
    after: str = ""
    was: str = ""

    @property
    def named(self) -> str:
        """The partner's name after the change."""
        return self.after or self.partner


def _of(level: str, name: str, of: str, old: str, new: str) -> Case:
    """A change of one place of the descriptor."""
    return Case(level, name, of, (partner(of, old, new),))


def _all(level: str, name: str, old: str, new: str) -> Case:
    """A change of one place of the landing zone."""
    return Case(level, name, "globex", (landing_zone(old, new),))


def _vpn(level: str, name: str, line: str) -> Case:
    """A further line of globex's `vpn`."""
    return _of(level, name, "globex", "vpn:", f"vpn:\n  {line}")


def _field(level: str, name: str, line: str) -> Case:
    """A further field of globex."""
    return _of(level, name, "globex", "vpn:", f"{line}\nvpn:")


ONES, FOURS, ROLE = "1" * 12, "4" * 12, 'role_arn: "arn:aws:iam::'
GONE = (partner("globex", "vpn:", "status: decommissioned\nvpn:"),)
FEWER_ACCOUNTS = (
    partner("hooli", "reach: [a, b]", "reach: [a]"),
    landing_zone('  staging: {id: "333333333333", role_arn: "arn:aws:iam::333333333333:role/network-deployer"}\n', ""),
    landing_zone("account: staging", "account: production"),
)
PRICES = "    - {name: prices, port: 9000, vpc: b, targets: [10.160.4.7]}\n"
POLICY = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}'
INVOKE_GET = (
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", '
    '"Resource": "arn:aws:execute-api:eu-west-1:111111111111:*/GET/*"}]}'
)
INVOKE = INVOKE_GET.replace("/GET/*", "")
STOCK = "    - {name: stock, port: 9100, vpc: b, targets: [10.160.4.9]}\n"
ENDPOINT = "    - {service: execute-api}\n"
TABLES = copied("vpc.tf.j2", (('association" {{ subnet.label | hcl }}', 'association" "of_{{ subnet.label }}"'),))
MOVED = """{% if plan.active %}
{% include "_header.j2" %}
{% for subnet in plan.subnets %}

moved {
  from = aws_route_table_association.{{ subnet.label }}
  to   = aws_route_table_association.of_{{ subnet.label }}
}
{% endfor %}
{% endif %}
"""
MORE = '{%% include "_header.j2" %%}\n\nresource "aws_eip" "more" {\n  domain = "%s"\n}\n'

UNGUARDED = copied("vpn.tf.j2", (("    prevent_destroy = true\n", "    prevent_destroy = false\n"),))
DEVICE = 'resource "aws_customer_gateway" {{ connection.label | hcl }} {\n'


def _named_device(name: str) -> Edit:
    """Templates of the user's own, in which a local names the device."""
    locals_first = f'locals {{\n  device = "{name}"\n}}\n\n{DEVICE}  device_name = local.device\n'
    return copied("vpn.tf.j2", ((DEVICE, locals_first),))


ORDERS = "{name: orders, port: 443, vpc: a, targets: [10.150.10.20, 10.150.11.20], target_port: 8443}"
CHEAP = "{name: prices, port: 9000, vpc: b, targets: [10.160.4.7]}"
NATTED = "natted_cidr: 100.64.1.0/2{}\nvpn:"
EGRESS = "{% for rule in nlb.egress %}\n\n"
NO_GROUP = copied("_load_balancer.j2", (("[aws_security_group.{{ nlb.label }}.id]\n  enable", "[]\n  enable"),))
NO_EGRESS = copied("_load_balancer.j2", ((EGRESS, "{% for rule in nlb.services if false %}\n\n"),))
EGRESS_RULE = """egress_rule" {{ rule.label | hcl }} {
  security_group_id = aws_security_group.{{ rule.group }}.id
  description       = {{ rule.description | hcl }}
  cidr_ipv4         = """
TO_ALL = (f"{EGRESS_RULE}{{{{ rule.cidr | hcl }}}}", f'{EGRESS_RULE}"10.0.0.0/8"')
WIDER_EGRESS = copied("_load_balancer.j2", (TO_ALL,))
PAST_THE_NAT = copied(
    "nat.tf.j2",
    (("nat_gateway_id         = aws_nat_gateway.{{ route.nat_gateway }}.id", 'transit_gateway_id     = "tgw-0"'),),
)
EXTERNAL = '{% include "_header.j2" %}\n\ndata "external" "more" {\n  program = ["true"]\n}\n'
MODULE = '{% include "_header.j2" %}\n\nmodule "more" {\n  source = "./more"\n}\n'


def _policy(level: str, name: str, old: str, new: str) -> Case:
    """Another policy of umbrella's endpoint; empty for none."""
    none = "{service: execute-api}"
    was, now = (f"{{service: execute-api, policy: '{each}'}}" if each else none for each in (old, new))
    before = (partner("umbrella", none, was),) if old else ()
    return Case(level, name, "umbrella", (partner("umbrella", was, now),), before)


def _template(level: str, name: str, old: str, new: str) -> Case:
    """A change of a template of the user's own."""
    path = "templates/more.tf.j2"
    return Case(level, name, "globex", (Edit(path, None, new),), (Edit(path, None, old),))


CASES = [
    _of(NOTHING, "a text", "acme-clearing", "payment files", "payments"),
    _field(IN_PLACE, "a tag", "tags: {owner: trade}"),
    _vpn(ONE_DOWN, "inside cidr", "tunnels:\n    1: {inside_cidr: 169.254.60.0/30}"),
    _vpn(RE_ENGAGE, "static to bgp", "routing: bgp"),
    _of(RE_ENGAGE, "acceleration off", "tyrell", "  acceleration: true\n", ""),
    _of(RE_ENGAGE, "another address of the device", "globex", "203.0.113.20", "203.0.113.21"),
    _of(BOTH_DOWN, "a partner CIDR that is wider", "umbrella", "192.168.80.0/24", "192.168.80.0/23"),
    _of(BOTH_DOWN, "another AS of the device", "globex", "asn: 65020", "asn: 65021"),
    _of(BOTH_DOWN, "selectors", "acme-clearing", "theirs: 192.168.50.0/24", "theirs: 0.0.0.0/0"),
    _vpn(ONE_DOWN, "another cipher in one tunnel", "tunnels: {1: {phase1: {encryption: [AES128-GCM-16]}}}"),
    _vpn(IN_PLACE, "a device that is still to come", "connected: false"),
    _of(RE_ENGAGE, "another AS of a device that speaks BGP", "hooli", "asn: 65050", "asn: 65051"),
    _of(
        RE_ENGAGE, "BGP with another gateway of ours", "hooli", "amazon_side_asn: 64620", "termination: transit_gateway"
    ),
    _of(BOTH_DOWN, "a service with another name", "umbrella", "name: prices", "name: quotes"),
    _policy(CLOSES, "an endpoint's policy", "", POLICY),
    _policy(OPENS, "an endpoint's policy that allows more", INVOKE_GET, INVOKE),
    _policy(CLOSES, "an endpoint's policy that allows less", INVOKE, INVOKE_GET),
    _policy(IN_PLACE, "an endpoint's policy that is written otherwise", INVOKE, INVOKE.replace(": ", ":")),
    _policy(OPENS, "an endpoint's policy that allows something else", INVOKE_GET, INVOKE_GET.replace("GET", "PUT")),
    _policy(IN_PLACE, "an endpoint's policy that is taken out", INVOKE_GET, ""),
    _of(BOTH_DOWN, "both tunnels", "initech", "timeout: 45", "timeout: 60"),
    _of(ONE_DOWN, "one tunnel", "initech", "startup_action: add,", "startup_action: start,"),
    _of(ONE_DOWN, "one tunnel by a common field", "initech", "lifetime: 14400", "lifetime: 7200"),
    _vpn(BOTH_DOWN, "our AS, static", "amazon_side_asn: 64700"),
    _of(RE_ENGAGE, "our AS, BGP", "hooli", "64620", "64621"),
    _vpn(RE_ENGAGE, "keys by variables", "preshared_keys: variables"),
    _of(RE_ENGAGE, "keys by AWS", "wonka", "  preshared_keys: variables\n", ""),
    _vpn(BOTH_DOWN, "to the transit gateway", "termination: transit_gateway"),
    _field(IN_PLACE, "more NAT addresses", "nat: {addresses_per_gateway: 2}"),
    _of(RE_ENGAGE, "fewer NAT addresses", "hooli", "addresses_per_gateway: 2", "release_addresses: true"),
    _of(RE_ENGAGE, "NAT addresses that stay", "hooli", "nat: {addresses_per_gateway: 2}\n", ""),
    _field(NOTHING, "NAT addresses to release, and none", "nat: {release_addresses: true}"),
    _of(RE_ENGAGE, "another nat_cidr", "globex", "10.181.0.0/27", "10.191.0.0/27"),
    _field(RE_ENGAGE, "fewer zones", "zones: 1"),
    Case(
        RE_ENGAGE,
        "a zone more",
        "initech",
        (partner("initech", "zones: 2\nnat: {", "zones: 3\nnat: {"),),
        (partner("initech", "nat: {", "zones: 2\nnat: {"),),
    ),
    _of(RE_ENGAGE, "fewer zones, with an endpoint", "acme-clearing", "zones: 2", "zones: 1"),
    _of(BOTH_DOWN, "another natted_cidr", "acme-clearing", "10.179.0.32/27", "10.179.0.64/27"),
    _of(BOTH_DOWN, "another vpc_cidr", "acme-clearing", "vpc_cidr: 10.179.0.0/16", "vpc_cidr: 10.179.0.0/17"),
    _of(OPENS, "a further prefix", "globex", "[192.168.60.0/24]", "[192.168.60.0/24, 192.168.61.0/24]"),
    _of(OPENS, "a further prefix, by BGP", "hooli", ", 192.168.91.0/24]", ", 192.168.91.0/24, 192.168.93.0/24]"),
    _of(BOTH_DOWN, "a prefix less", "hooli", ", 192.168.91.0/24]", "]"),
    _of(OPENS, "a further VPC", "globex", "reach: [a]", "reach: [a, m]"),
    _of(BOTH_DOWN, "a VPC less", "hooli", "reach: [a, b]", "reach: [b]"),
    _of(BOTH_DOWN, "no VPC that calls", "umbrella", "reach: [m]\n", ""),
    _of(BOTH_DOWN, "no VPC at all", "acme-clearing", "reach: [m, a]\n", ""),
    Case(
        OPENS,
        "the first VPC that calls",
        "acme-clearing",
        (partner("acme-clearing", "vpn:", "reach: [a]\nvpn:"),),
        (partner("acme-clearing", "reach: [m, a]\n", ""),),
    ),
    _field(OPENS, "a first endpoint", "inbound:\n  endpoints: [{service: execute-api}]"),
    _of(RE_ENGAGE, "an endpoint less", "acme-clearing", f"inbound:\n  endpoints:\n{ENDPOINT}", ""),
    _of(RE_ENGAGE, "an endpoint before another", "umbrella", ENDPOINT, f"    - {{service: logs}}\n{ENDPOINT}"),
    _of(RE_ENGAGE, "an endpoint moves", "initech", "offset: 9", "offset: 10"),
    _of(OPENS, "a further service", "umbrella", PRICES, STOCK + PRICES),
    _of(RE_ENGAGE, "a service less", "umbrella", PRICES, ""),
    _of(RE_ENGAGE, "another port", "umbrella", "port: 9000", "port: 9001"),
    _of(BOTH_DOWN, "another target port", "umbrella", "target_port: 8443", "target_port: 9443"),
    _of(OPENS, "a further target", "umbrella", "[10.160.4.7]", "[10.160.4.7, 10.160.4.8]"),
    _of(BOTH_DOWN, "another single target", "umbrella", "[10.160.4.7]", "[10.160.4.8]"),
    _of(OPENS, "one target of two", "umbrella", "10.150.11.20", "10.150.11.21"),
    _of(BOTH_DOWN, "another outbound port", "wayne", "port: 2222", "port: 2223"),
    _of(BOTH_DOWN, "another outbound cidr", "wayne", "10.199.0.0/27", "10.199.1.0/27"),
    Case(RE_ENGAGE, "decommissioned", "globex", GONE),
    Case(RE_ENGAGE, "active again", "globex", (partner("globex", "status: decommissioned\n", ""),), GONE),
    Case(OPENS, "a new partner", "globex", (), (Edit("partners/globex.yaml", None, None),)),
    Case(RE_ENGAGE, "its descriptor deleted", "globex", (Edit("partners/globex.yaml", None, None),)),
    Case(NOTHING, "deleted after its end", "globex", (Edit("partners/globex.yaml", None, None),), GONE),
    Case(IN_PLACE, "renamed", "globex", renamed("globex", "globex-trade"), (), "globex-trade"),
    Case(IN_PLACE, "renamed with inbound", "umbrella", renamed("umbrella", "umbra"), (), "umbra"),
    Case(
        IN_PLACE,
        "a transit gateway of another account accepts attachments by itself",
        "globex",
        (
            landing_zone(
                "  account: production\n  partner_route_table",
                "  account: production\n  auto_accept: true\n  partner_route_table",
            ),
        ),
        (landing_zone("  account: master\n  partner_route_table", "  account: production\n  partner_route_table"),),
    ),
    _all(IN_PLACE, "another topic of alarms", "network-oncall", "network-duty"),
    _all(BOTH_DOWN, "tunnel logs off", "alarms:", "logs: {tunnel_logs: false}\nalarms:"),
    _all(REPLACED, "flow logs off", "alarms:", "logs: {flow_logs: false}\nalarms:"),
    _all(IN_PLACE, "longer logs", "alarms:", "logs: {retention_days: 731}\nalarms:"),
    _all(BOTH_DOWN, "another table of partners", "table: tgw-rtb-0aaaaaaaaaaaaaaaa", "table: tgw-rtb-0fffffff"),
    _all(BOTH_DOWN, "another transit gateway", "tgw-0a1b2c3d4e5f60718", "tgw-0a1b2c3d4e5f60719"),
    _all(BOTH_DOWN, "another CIDR of a VPC", "[10.150.0.0/16]", "[10.151.0.0/16]"),
    _all(BOTH_DOWN, "another zone", "eu-west-1b, eu-west-1c]", "eu-west-1c, eu-west-1b]"),
    _all(IN_PLACE, "another bucket of state", "example-terraform-state", "example-states"),
    Case(
        RE_ENGAGE, "another account", "globex", (landing_zone(f'"{ONES}", {ROLE}{ONES}', f'"{FOURS}", {ROLE}{FOURS}'),)
    ),
    Case(BOTH_DOWN, "an account less", "hooli", FEWER_ACCOUNTS),
    Case(BOTH_DOWN, "a local of a template", "globex", (_named_device("two"),), (_named_device("one"),)),
    Case(BOTH_DOWN, "another label in a template", "globex", (TABLES,)),
    Case(NOTHING, "another label that is moved", "globex", (TABLES, Edit("templates/moved.tf.j2", None, MOVED))),
    Case(IN_PLACE, "a template takes the guard away", "globex", (UNGUARDED,)),
    Case(
        RE_ENGAGE,
        "renamed twice at once",
        "globex",
        renamed("globex", "globex-trade", "globex-old"),
        (),
        "globex-trade",
    ),
    Case(
        BOTH_DOWN,
        "a larger natted_cidr",
        "globex",
        (partner("globex", NATTED.format(7), NATTED.format(6)),),
        (partner("globex", "vpn:", NATTED.format(7)),),
    ),
    Case(
        NOTHING,
        "another name of a VPC",
        "acme-clearing",
        (landing_zone("  a:\n", "  apps:\n"), partner("acme-clearing", "reach: [m, a]", "reach: [m, apps]")),
    ),
    Case(
        RE_ENGAGE,
        "two services exchange their ports",
        "umbrella",
        (
            partner("umbrella", ORDERS, ORDERS.replace("port: 443", "port: 9000")),
            partner("umbrella", CHEAP, CHEAP.replace("port: 9000", "port: 443")),
        ),
    ),
    Case(
        RE_ENGAGE,
        "two services exchange their names",
        "umbrella",
        (
            partner("umbrella", ORDERS, ORDERS.replace("orders", "prices")),
            partner("umbrella", CHEAP, CHEAP.replace("prices", "orders")),
        ),
    ),
    Case(
        RE_ENGAGE,
        "a service takes the port of one that goes",
        "umbrella",
        (
            partner("umbrella", ORDERS, ORDERS.replace("port: 443", "port: 9000")),
            partner("umbrella", f"    - {CHEAP}\n", ""),
        ),
    ),
    Case(
        RE_ENGAGE,
        "a service with another name and other targets",
        "umbrella",
        (partner("umbrella", CHEAP, CHEAP.replace("prices", "quotes").replace("4.7", "4.8")),),
    ),
    Case(
        RE_ENGAGE,
        "two endpoints exchange their addresses",
        "initech",
        (
            partner("initech", "execute-api, offset: 14", "execute-api, offset: 9"),
            partner("initech", "email-smtp, offset: 9", "email-smtp, offset: 14"),
        ),
        (partner("initech", "{service: execute-api}", "{service: execute-api, offset: 14}"),),
    ),
    Case(
        RE_ENGAGE,
        "another transit gateway, with BGP",
        "stark",
        (landing_zone("tgw-0a1b2c3d4e5f60718", "tgw-0a1b2c3d4e5f60719"),),
    ),
    Case(
        RE_ENGAGE,
        "keys, a selector and dead peers",
        "globex",
        (
            partner(
                "globex",
                "vpn:",
                "vpn:\n  preshared_keys: variables\n  selectors: {ours: 10.181.0.0/27}\n  dpd: {timeout: 45}",
            ),
        ),
    ),
    Case(
        RE_ENGAGE,
        "another device with another AS, BGP",
        "hooli",
        (partner("hooli", "{ip: 203.0.113.50, asn: 65050", "{ip: 203.0.113.51, asn: 65051"),),
    ),
    _vpn(BOTH_DOWN, "another option in each tunnel", "tunnels: {1: {dpd: {timeout: 45}}, 2: {startup_action: start}}"),
    Case(BOTH_DOWN, "a load balancer without a group", "umbrella", (NO_GROUP,)),
    Case(BOTH_DOWN, "a load balancer that may call nobody", "umbrella", (NO_EGRESS,)),
    Case(IN_PLACE, "a load balancer that may call more", "umbrella", (WIDER_EGRESS,)),
    Case(BOTH_DOWN, "past the NAT gateway", "globex", (PAST_THE_NAT,)),
    Case(OPENS, "a program that is read", "globex", (Edit("templates/more.tf.j2", None, EXTERNAL),)),
    Case(BOTH_DOWN, "a module of the user's own", "globex", (Edit("templates/more.tf.j2", None, MODULE),)),
    Case(
        BOTH_DOWN,
        "renamed_from of one that keeps its name",
        "globex",
        (partner("globex", "partner: globex\n", "partner: globex\nrenamed_from: oldco\n"),),
    ),
    Case(
        BOTH_DOWN,
        "renamed again, from the name it had last",
        "globex",
        (*renamed("globex", "globex-two", "globex-trade"), Edit("partners/globex-trade.yaml", None, None)),
        renamed("globex", "globex-trade"),
        "globex-two",
        "globex-trade",
    ),
    _template(OPENS, "a type that is not known", MORE % "vpc", MORE % "standard"),
]


def review(case: Case, folder: Path) -> Impact:
    """What impact finds between the case's two roots."""
    old, new = two_roots(folder, (case.partner, "acme-clearing"), case.before, case.edits)
    return impact_of(str(new), str(old))


def told(case: Case, impact: Impact) -> str:
    """The case's section of verdicts.txt; who is not the case's partner stands for the rest of the fleet."""
    return f"## {case.name}\n" + text(impact, None).partition("\n")[2]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        sections = [told(case, review(case, Path(scratch) / str(number))) for number, case in enumerate(CASES)]
    VERDICTS.write_text("\n".join(sections), encoding="utf-8")
