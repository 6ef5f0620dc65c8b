"""What a module does besides carrying packets: where it keeps its state and sends logs and alarms, and whom it trusts.

Whoever can write a module could otherwise have the pipeline send our state, logs or rights to a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from natlane.hcl.blocks import Block, Value
from natlane.network.keys import check_keys_stay
from natlane.network.our_network import StateStore
from natlane.network.policies import ACTIONS, SERVICE, is_of_logs, is_trust
from natlane.network.reader import ModuleReader

_ALARM_ACTIONS: Final = ("alarm_actions", "ok_actions", "insufficient_data_actions")
_VARIABLE: Final = re.compile(r".*preshared_key.*")


def check_side_effects(reader: ModuleReader) -> None:
    """State, logs, alarms and roles are ours."""
    settings = [block for block in reader.module.blocks if block.kind == "terraform"]
    backends = [inner for block in settings for inner in block.blocks if inner.kind in ("backend", "cloud")]
    state = reader.ours.destinations.state if reader.ours.destinations else None
    if state and settings and not backends:
        reader.wrong(settings[0], "", "has no backend, so that its state is in no bucket", "generate it again")
    if state:
        for backend in backends:
            _check_backend(reader, backend, state)
    for block in reader.module.blocks:
        if block.kind == "resource":
            _check_alarm(reader, block)
            _check_logs(reader, block)
            _check_roles(reader, block)
            _check_tagged(reader, block)
        elif block.kind == "variable" and _VARIABLE.fullmatch(block.labels[0]) and "default" in block.attributes:
            message = "the pre-shared key is written in out/, for everybody who reads it"
            hint = "change the key at both ends; leave the variable without default"
            reader.wrong(block, "default", message, hint, "proof-key")
        check_keys_stay(reader, block)


def _check_backend(reader: ModuleReader, block: Block, state: StateStore) -> None:
    """The state lies where we keep it."""
    wanted: dict[str, Value] = {
        "bucket": state.bucket,
        "key": state.key(reader.module.partner),
        "region": state.region,
        "encrypt": True,
        "use_lockfile": True,
    }
    if block.labels != ("s3",):
        reader.wrong(
            block, "", "is not the S3 bucket in which we keep the state", "write the backend of the landing zone"
        )
        return
    for name in block.attributes:
        if name not in wanted:
            reader.wrong(block, name, f"{name} could lead to another state", "leave it out")
    for name, value in wanted.items():
        if reader.value(block, name) != value:
            reader.wrong(block, name, f"{name} is not that of our state", f"write {name} = {_written(value)}")


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def _check_alarm(reader: ModuleReader, block: Block) -> None:
    """An alarm notifies our topic, or nobody."""
    if reader.ours.destinations is None or not block.labels[0].endswith("_alarm"):
        return
    topic = reader.ours.destinations.alarm_topic
    for name in _ALARM_ACTIONS:
        value = reader.value(block, name)
        if value not in ((None, (), (topic,)) if topic else (None, ())):
            reader.wrong(block, name, f"{name} is not our topic", f'write ["{topic}"]' if topic else "write []")


def _check_logs(reader: ModuleReader, block: Block) -> None:
    """Logs stay in log groups of this module, under our key."""
    for inner, name in _log_destinations(block):
        if name in inner.attributes:
            reader.reference(inner, name, "aws_cloudwatch_log_group.arn")
    if block.labels[0] == "aws_flow_log":
        _check_flow_log(reader, block)
    if reader.ours.destinations is None:
        return
    key = reader.ours.destinations.log_key
    if reader.value(block, "kms_key_id") not in (None, key):
        reader.wrong(block, "kms_key_id", "is not the key of our logs", f'write "{key}"' if key else "leave it out")


def _check_flow_log(reader: ModuleReader, block: Block) -> None:
    """Flow logs are of VPC N only, and are written by a role of this module."""
    reader.reference(block, "vpc_id", "aws_vpc.id")
    if "iam_role_arn" in block.attributes:
        reader.reference(block, "iam_role_arn", "aws_iam_role.arn")
    if reader.value(block, "log_destination_type") not in (None, "cloud-watch-logs"):
        reader.wrong(block, "log_destination_type", "is not cloud-watch-logs", 'write "cloud-watch-logs"')


def _log_destinations(block: Block) -> Iterator[tuple[Block, str]]:
    if block.labels[0] == "aws_flow_log":
        yield block, "log_destination"
    for options in block.blocks if block.labels[0] == "aws_vpn_connection" else ():
        for inner in options.blocks if options.kind.endswith("_log_options") else ():
            yield from ((inner, name) for name in inner.attributes if name.endswith("_group_arn"))


def _check_roles(reader: ModuleReader, block: Block) -> None:
    """A role may be taken by the service of flow logs only, for our accounts, and may do nothing but write logs."""
    kind = block.labels[0]
    if kind == "aws_iam_role" and not is_trust(
        reader.value(block, "assume_role_policy"), reader.ours.accounts.values()
    ):
        message = "trusts somebody else than the service of flow logs in our account, or cannot be read"
        hint = f'write Principal = {{ Service = "{SERVICE}" }}, and the Condition of observability.tf.j2'
        reader.wrong(block, "assume_role_policy", message, hint)
    if kind == "aws_iam_role_policy":
        reader.reference(block, "role", "aws_iam_role.id", "aws_iam_role.name")
        if not is_of_logs(reader.value(block, "policy")):
            message = "allows something else than to write logs, or cannot be read"
            reader.wrong(block, "policy", message, f"write {', '.join(ACTIONS)} only")


def _check_tagged(reader: ModuleReader, block: Block) -> None:
    """A tag is put on what this module makes: others may decide by the tags of what is theirs."""
    if block.labels[0] == "aws_ec2_tag":
        found = reader.module.resolve(reader.value(block, "resource_id"))
        if found is None or found[0].kind != "resource":
            message = "is no resource of this module"
            reader.wrong(block, "resource_id", message, "write its reference", "proof-not-understood")
