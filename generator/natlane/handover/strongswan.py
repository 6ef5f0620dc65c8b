"""A module read back from out/ becomes the swanctl.conf of a partner whose device runs strongSwan.

The same text is what the lab's partners run, so what a partner is given is what was tested.
Options: swanctl.conf(5). Each tunnel is route-based: `if_id` ties it to an XFRM interface of its own.
Of several algorithms only the strongest is proposed, for AWS takes the weakest that it is offered
(S2S, "Tunnel options", note on proposals).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from natlane.hcl.blocks import Block
from natlane.network.module import Module

# strongSwan's names (wiki: IKEv2 Cipher Suites) of what AWS calls otherwise, the strongest first.
_ENCRYPTION: Final = {
    "AES256-GCM-16": "aes256gcm16",
    "AES256": "aes256",
    "AES128-GCM-16": "aes128gcm16",
    "AES128": "aes128",
}
_INTEGRITY: Final = {"SHA2-512": "sha512", "SHA2-384": "sha384", "SHA2-256": "sha256", "SHA1": "sha1"}
_GROUPS: Final = {  # RFC 3526, 8; RFC 5903; the small subgroups of RFC 5114 after those without
    "21": "ecp521", "20": "ecp384", "18": "modp8192", "17": "modp6144", "16": "modp4096", "19": "ecp256",
    "15": "modp3072", "14": "modp2048", "24": "modp2048s256", "23": "modp2048s224", "5": "modp1536",
    "22": "modp1024s160", "2": "modp1024",
}  # fmt: skip

# A dead peer: probed after so long a silence, given up after so many seconds without an answer.
_TRIES, _SECONDS_A_TRY = 4, 4
GIVEN_UP: Final = (_TRIES + 1) * _SECONDS_A_TRY


@dataclass(frozen=True, slots=True)
class Outside:
    """What only AWS knows of a tunnel, once it is made: its public address and its pre-shared key."""

    address: str
    preshared_key: str


def swanctl_conf(module: Module, outsides: Mapping[int, Outside]) -> str:
    """swanctl.conf for these tunnels (1, 2) of the module's VPN connection.

    Raises IndexError where the module has no VPN connection or no customer gateway, and ValueError
    where a phase has nothing that its IKE version can do (the rule `ikev1-gcm`).
    """
    vpn = module.resources("aws_vpn_connection")[0]
    customer = str(module.resources("aws_customer_gateway")[0].attributes["ip_address"].value)
    connections = [_connection(module.partner, vpn, number, customer, each) for number, each in outsides.items()]
    secrets = [_secret(module.partner, number, customer, each) for number, each in outsides.items()]
    return "\n".join(("connections {", *connections, "}", "", "secrets {", *secrets, "}", ""))


def strongswan_conf() -> str:
    """What belongs into strongswan.d/: a dead peer is given up in 20 seconds, where strongSwan would take 165.

    For IKEv2 that is not a connection's own: the probe is a message like any other, and all are sent again alike.
    """
    return f"""\
charon {{
    retransmit_tries = {_TRIES}
    retransmit_timeout = {_SECONDS_A_TRY}.0
    retransmit_base = 1.0
}}
"""


def _connection(partner: str, vpn: Block, number: int, customer: str, outside: Outside) -> str:
    """One tunnel as a connection with one child.

    It rekeys a tenth before AWS would end it. IKEv1 only where AWS has nothing else. A dead peer is noticed
    within AWS's own timeout: silence until the probe, then `strongswan_conf` gives up, in IKEv1 too (no dpd_timeout).
    """
    get = {name.removeprefix(f"tunnel{number}_"): a.value for name, a in vpn.attributes.items()}
    first, second = _seconds(get["phase1_lifetime_seconds"]), _seconds(get["phase2_lifetime_seconds"])
    starts = get["startup_action"] == "add"
    version = 2 if "ikev2" in _texts(get["ike_versions"]) else 1
    return f"""\
    {partner}-{number} {{
        version = {version}
        local_addrs = {customer}
        remote_addrs = {outside.address}
        proposals = {_proposal(get, "phase1", aead=version == 2)}
        rekey_time = {first - first // 10}s
        over_time = {first // 10}s
        dpd_delay = {_seconds(get["dpd_timeout_seconds"]) - GIVEN_UP}s
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
                esp_proposals = {_proposal(get, "phase2")}
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


def _proposal(get: Mapping[str, object], phase: str, *, aead: bool = True) -> str:
    """The strongest that AWS accepts of a phase; `aead`: what authenticates by itself will do."""
    encryption = [name for name in _texts(get[f"{phase}_encryption_algorithms"]) if aead or "GCM" not in name]
    cipher = _strongest(encryption, _ENCRYPTION)
    hashed = _strongest(_texts(get[f"{phase}_integrity_algorithms"]), _INTEGRITY)
    group = _strongest(_texts(get[f"{phase}_dh_group_numbers"]), _GROUPS)
    if "gcm" not in cipher:
        return f"{cipher}-{hashed}-{group}"
    return f"{cipher}-prf{hashed}-{group}" if phase == "phase1" else f"{cipher}-{group}"


def _strongest(allowed: Iterable[str], names: Mapping[str, str]) -> str:
    """strongSwan's name of the first of `names` that is allowed. Raises ValueError where none is."""
    held = set(allowed)
    found = next((name for aws, name in names.items() if aws in held), None)
    if found is None:
        raise ValueError(f"none of {', '.join(names)} will do")
    return found


def _texts(value: object) -> tuple[str, ...]:
    """A list of the module's, each item as text; empty for what is no list."""
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _seconds(value: object) -> int:
    """A number of seconds of the module's."""
    return int(str(value))
