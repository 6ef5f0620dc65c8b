"""NAT gateways, NLBs and interface endpoints as nft rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.lab.reading import Listener

# Nothing that was not asked for is taken in: AWS says so of private NAT gateways, and an NLB or an
# endpoint has nothing but its listeners.
_TAKES_NOTHING = ("chain input { type filter hook input priority 0; policy drop;", "}")


def nat(addresses: Sequence[str]) -> tuple[str, ...]:
    """A private NAT gateway: whatever is routed through it leaves with one of its addresses."""
    return (
        "table ip appliance {",
        *_TAKES_NOTHING,
        "chain through { type filter hook forward priority 0;",
        "ct state invalid drop",  # an answer to nobody's question: the kernel would pass it on untranslated
        "}",
        "chain leave { type nat hook postrouting priority 100;",
        f"meta l4proto {{ tcp, udp, icmp }} snat to {_one_of(addresses)}",
        "}",
        "}",
    )


def balancer(address: str, listeners: Iterable[Listener]) -> tuple[str, ...]:
    """An NLB's node: a new destination by listener, and its own address as source."""
    forwarded = (
        f"ip daddr {address} tcp dport {each.port} dnat to {_one_of([f'{a} . {p}' for a, p in each.targets])}"
        for each in listeners
        if each.targets
    )
    return (
        "table ip appliance {",
        *_TAKES_NOTHING,
        "chain arrive { type nat hook prerouting priority -100;",
        *forwarded,
        "}",
        "chain through { type filter hook forward priority 0; policy drop;",
        "ct status dnat accept",
        "}",
        "chain leave { type nat hook postrouting priority 100;",
        f"ct status dnat snat to {address}",
        "}",
        "}",
    )


def endpoint() -> tuple[str, ...]:
    """An interface endpoint: HTTPS, and nothing else."""
    return (
        "table ip appliance {",
        "chain input { type filter hook input priority 0; policy drop;",
        "tcp dport 443 accept",
        "}",
        "}",
    )


def _one_of(choices: Sequence[str]) -> str:
    """A choice by the flow's own numbers, as AWS hashes flows: any of them, the same for a whole flow."""
    listed = ", ".join(f"{index} : {choice}" for index, choice in enumerate(choices))
    return f"jhash ip saddr . ip daddr . th sport mod {len(choices)} map {{ {listed} }}"
