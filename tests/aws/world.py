"""What the fake AWS holds: records of every kind, each owned by an account, with ids that depend on nothing but
what was asked for."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from tests.aws.errors import AwsError, not_found

Data = dict[str, Any]

# Every time that the fake tells; a clock would make two runs differ.
NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# What differs between two equal requests and names nothing.
_TOKENS: Final = frozenset({"ClientToken", "CallerReference", "DryRun"})


class Kind(NamedTuple):
    """A type of resource: how its ids begin, where its data has the id, and what AWS says where none has it."""

    prefix: str
    member: str
    missing: str


# Source of the codes: EC2 API reference, "Error codes for the Amazon EC2 API".
KINDS: Final = {
    "vpc": Kind("vpc", "VpcId", "InvalidVpcID.NotFound"),
    "subnet": Kind("subnet", "SubnetId", "InvalidSubnetID.NotFound"),
    "route-table": Kind("rtb", "RouteTableId", "InvalidRouteTableID.NotFound"),
    "network-acl": Kind("acl", "NetworkAclId", "InvalidNetworkAclID.NotFound"),
    "security-group": Kind("sg", "GroupId", "InvalidGroup.NotFound"),
    "security-group-rule": Kind("sgr", "SecurityGroupRuleId", "InvalidSecurityGroupRuleId.NotFound"),
    "network-interface": Kind("eni", "NetworkInterfaceId", "InvalidNetworkInterfaceID.NotFound"),
    "elastic-ip": Kind("eipalloc", "AllocationId", "InvalidAllocationID.NotFound"),
    "natgateway": Kind("nat", "NatGatewayId", "NatGatewayNotFound"),
    "vpc-endpoint": Kind("vpce", "VpcEndpointId", "InvalidVpcEndpointId.NotFound"),
    "vpc-flow-log": Kind("fl", "FlowLogId", "InvalidFlowLogId.NotFound"),
    "transit-gateway": Kind("tgw", "TransitGatewayId", "InvalidTransitGatewayID.NotFound"),
    "transit-gateway-attachment": Kind(
        "tgw-attach", "TransitGatewayAttachmentId", "InvalidTransitGatewayAttachmentID.NotFound"
    ),
    "transit-gateway-route-table": Kind("tgw-rtb", "TransitGatewayRouteTableId", "InvalidRouteTableID.NotFound"),
    "customer-gateway": Kind("cgw", "CustomerGatewayId", "InvalidCustomerGatewayID.NotFound"),
    "vpn-gateway": Kind("vgw", "VpnGatewayId", "InvalidVpnGatewayID.NotFound"),
    "vpn-connection": Kind("vpn", "VpnConnectionId", "InvalidVpnConnectionID.NotFound"),
}


@dataclass(slots=True)
class Record:
    """One resource: `data` as a describe gives it, `kept` what no describe gives; `seen_by` are other accounts."""

    kind: str
    id: str
    owner: str
    data: Data
    kept: Data = field(default_factory=dict)
    seen_by: frozenset[str] = frozenset()
    gone: bool = False  # deleted, and still described for a while, as AWS does for an hour
    seeded: bool = False  # of the landing zone

    def seen(self, account: str) -> bool:
        """Whether an account finds it."""
        return account == self.owner or account in self.seen_by

    @property
    def state(self) -> str:
        """What it tells of itself."""
        return str(self.data["State"])


def named(seed: Any) -> Any:
    """A request without its tokens, and with its tags in order."""
    if isinstance(seed, dict):
        return {key: named(each) for key, each in seed.items() if key not in _TOKENS}
    if not isinstance(seed, list | tuple):
        return seed
    items = [named(each) for each in seed]
    tags = all(isinstance(each, dict) and "Key" in each for each in items)
    return sorted(items, key=lambda tag: str(tag["Key"])) if tags else items


class World:
    """All records of one region, in all accounts."""

    def __init__(self, region: str, zones: tuple[str, ...], accounts: Mapping[str, str], partition: str) -> None:
        self.region = region
        self.arn_region = region  # what ARNs say; another one for a provider that does not read this one
        self.zones = zones
        self.accounts = dict(accounts)  # names to ids
        self.partition = partition
        self.records: dict[str, dict[str, Record]] = {}
        self.quotas: dict[str, int] = {}  # by name; what Service Quotas says of one account only, by ACCOUNT/NAME
        self.services: dict[str, Any] = {}  # what the services beside EC2 hold
        self._made: dict[str, int] = {}

    def arn(self, service: str, account: str, rest: str) -> str:
        """An ARN of this region and partition."""
        return f"arn:{self.partition}:{service}:{self.arn_region}:{account}:{rest}"

    def new_id(self, prefix: str, account: str, seed: Any) -> str:
        """An id of 17 hexadecimal digits: of the request, so that the order of parallel requests does not matter."""
        asked = json.dumps(named(seed), sort_keys=True, default=str).replace(f":{self.arn_region}:", f":{self.region}:")
        text = f"{prefix}|{account}|{asked}"
        number = self._made[text] = self._made.get(text, 0) + 1
        return f"{prefix}-0{hashlib.sha256(f'{text}|{number}'.encode()).hexdigest()[:16]}"

    def add(self, kind: str, owner: str, seed: Any, data: Data) -> Record:
        """A new record, with an id of its own."""
        known = KINDS[kind]
        return self.put(Record(kind, self.new_id(known.prefix, owner, seed), owner, data))

    def put(self, record: Record) -> Record:
        """A record that has its id already."""
        record.data[KINDS[record.kind].member] = record.id
        held = self.records.setdefault(record.kind, {})
        if record.id in held:
            raise ValueError(f"{record.id} is there already")
        held[record.id] = record
        return record

    def remove(self, record: Record) -> None:
        """A record that AWS forgets at once."""
        del self.records[record.kind][record.id]

    def all(self, kind: str, account: str | None = None) -> Iterator[Record]:
        """Records that an account finds, deleted ones too; every account's without one."""
        held = self.records.get(kind, {})
        yield from (each for each in list(held.values()) if account is None or each.seen(account))

    def live(self, kind: str, account: str | None = None) -> Iterator[Record]:
        """Records that are not deleted."""
        yield from (each for each in self.all(kind, account) if not each.gone)

    def find(self, kind: str, wanted: str, account: str, deleted: bool = False) -> Record:
        """The record of an id; another account's is not found."""
        found = self.records.get(kind, {}).get(wanted)
        if found is None or not found.seen(account) or (found.gone and not deleted):
            raise not_found(KINDS[kind].missing, kind, wanted)
        return found

    def any(self, wanted: str, account: str) -> Record:
        """The record of an id of whatever kind."""
        for held in self.records.values():
            if wanted in held and held[wanted].seen(account):
                return held[wanted]
        raise not_found("InvalidID", "resource", wanted)

    def limit(self, quota: str, default: int, used: int, code: str) -> None:
        """Refuses one more where a quota is full."""
        most = self.quotas.get(quota, default)
        if used >= most:
            raise AwsError(code, f"The maximum number of {quota} ({most}) has been reached.")

    def snapshot(self) -> dict[str, Data]:
        """Every record that is not deleted, by id: to compare two moments."""
        return {each.id: copy.deepcopy(each.data) for kind in sorted(self.records) for each in self.live(kind)}
