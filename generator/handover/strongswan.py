"""A module read back from out/ becomes the swanctl.conf of a partner whose device runs strongSwan.

The same text is what the lab's partners run, so what a partner is given is what was tested.
Options: swanctl.conf(5). Each tunnel is route-based: `if_id` ties it to an XFRM interface of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from generator.prove.hcl import Block
from generator.prove.module import Module

# strongSwan's names (wiki: IKEv2 Cipher Suites) of what AWS calls otherwise.
_ENCRYPTION: Final = {
    "AES128": "aes128",
    "AES256": "aes256",
    "AES128-GCM-16": "aes128gcm16",
    "AES256-GCM-16": "aes256gcm16",
}
_INTEGRITY: Final = {"SHA1": "sha1", "SHA2-256": "sha256", "SHA2-384": "sha384", "SHA2-512": "sha512"}
_GROUPS: Final = {
    2: "modp1024", 5: "modp1536", 14: "modp2048", 15: "modp3072", 16: "modp4096", 17: "modp6144", 18: "modp8192",
    19: "ecp256", 20: "ecp384", 21: "ecp521", 22: "modp1024s160", 23: "modp2048s224", 24: "modp2048s256",
}  # fmt: skip
_VERSIONS: Final[Mapping[tuple[str, ...], int]] = {("ikev1",): 1, ("ikev2",): 2}  # both: 0
_PROBES: Final = 3  # dead peer detection asks this often within AWS's own timeout


@dataclass(frozen=True, slots=True)
class Outside:
    """What only AWS knows of a tunnel, once it is made: its public address and its pre-shared key."""

    address: str
    preshared_key: str


def swanctl_conf(module: Module, outsides: Mapping[int, Outside]) -> str:
    """swanctl.conf for these tunnels (1, 2) of the module's VPN connection.

    Raises IndexError where the module has no VPN connection or no customer gateway.
    """
    vpn = module.resources("aws_vpn_connection")[0]
    customer = str(module.resources("aws_customer_gateway")[0].attributes["ip_address"].value)
    connections = [_connection(module.partner, vpn, number, customer, each) for number, each in outsides.items()]
    secrets = [_secret(module.partner, number, customer, each) for number, each in outsides.items()]
    return "\n".join(("connections {", *connections, "}", "", "secrets {", *secrets, "}", ""))


def _connection(partner: str, vpn: Block, number: int, customer: str, outside: Outside) -> str:
    """One tunnel as a connection with one child. Rekeys a tenth before AWS would end it."""
    get = {name.removeprefix(f"tunnel{number}_"): a.value for name, a in vpn.attributes.items()}
    first, second = _seconds(get["phase1_lifetime_seconds"]), _seconds(get["phase2_lifetime_seconds"])
    starts = get["startup_action"] == "add"
    return f"""\
    {partner}-{number} {{
        version = {_VERSIONS.get(_texts(get["ike_versions"]), 0)}
        local_addrs = {customer}
        remote_addrs = {outside.address}
        proposals = {_proposals(get, "phase1", "prf")}
        rekey_time = {first - first // 10}s
        over_time = {first // 10}s
        dpd_delay = {_seconds(get["dpd_timeout_seconds"]) // _PROBES}s
        dpd_timeout = {get["dpd_timeout_seconds"]}s
        keyingtries = 0
        mobike = no
        local {{
            auth = psk
            id = {customer}
        }}
        remote {{
            auth = psk
            id = {outside.address}
        }}
        children {{
            {partner}-{number} {{
                local_ts = {get["local_ipv4_network_cidr"]}
                remote_ts = {get["remote_ipv4_network_cidr"]}
                esp_proposals = {_proposals(get, "phase2", "")}
                rekey_time = {second - second // 10}s
                life_time = {second}s
                replay_window = {get["replay_window_size"]}
                dpd_action = restart
                close_action = {"start" if starts else "none"}
                start_action = {"start" if starts else "none"}
                if_id_in = {number}
                if_id_out = {number}
            }}
        }}
    }}"""


def _secret(partner: str, number: int, customer: str, outside: Outside) -> str:
    return f"""\
    ike-{partner}-{number} {{
        id-partner = {customer}
        id-aws = {outside.address}
        secret = "{outside.preshared_key}"
    }}"""


def _proposals(get: Mapping[str, object], phase: str, prf: str) -> str:
    """What AWS accepts of a phase: ciphers that authenticate by themselves apart from those that do not.

    `prf` is what goes before a hash where it only makes keys; empty where no such name is wanted.
    """
    encryption = _texts(get[f"{phase}_encryption_algorithms"])
    hashes = [_INTEGRITY[name] for name in _texts(get[f"{phase}_integrity_algorithms"])]
    groups = [_GROUPS[int(number)] for number in _texts(get[f"{phase}_dh_group_numbers"])]
    whole = [_ENCRYPTION[name] for name in encryption if "GCM" in name]
    plain = [_ENCRYPTION[name] for name in encryption if "GCM" not in name]
    keys = [f"{prf}{name}" for name in hashes] if prf else []
    suites = ([*whole, *keys, *groups] if whole else [], [*plain, *hashes, *groups] if plain else [])
    return ", ".join("-".join(suite) for suite in suites if suite)


def _texts(value: object) -> tuple[str, ...]:
    """A list of the module's, each item as text; empty for what is no list."""
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _seconds(value: object) -> int:
    """A number of seconds of the module's."""
    return int(str(value))
