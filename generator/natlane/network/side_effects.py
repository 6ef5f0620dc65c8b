"""What a module does besides carrying packets: where it keeps its state and sends logs and alarms, and whom it trusts.

Whoever can write a module could otherwise have the pipeline send our state, logs or rights to a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from natlane.hcl.blocks import Block, Expression, Value
from natlane.network.reader import ModuleReader

_ALARM_ACTIONS: Final = ("alarm_actions", "ok_actions", "insufficient_data_actions")
_PRINCIPAL: Final = re.compile(r'Principal\s*=\s*\{\s*Service\s*=\s*"[a-z-]+\.amazonaws\.com(?:\.cn)?"\s*\}')
_ACTION: Final = re.compile(r'\bAction\s*=\s*(?:\[((?:\s*"logs:\w+",?)+)\s*\]|"logs:\w+")')
# What could hide a word from the two above: an escape, a heredoc, a string inside of a template.
_HIDING: Final = re.compile(r'\\|<<|[$%]\{[^}]*"')
_STRING_OR_COMMENT: Final = re.compile(r'"[^"\n]*"|(\#[^\n]*|//[^\n]*)|(/\*)')


def check_side_effects(reader: ModuleReader) -> None:
    """State, logs, alarms and roles are ours."""
    settings = [block for block in reader.module.blocks if block.kind == "terraform"]
    backends = [inner for block in settings for inner in block.blocks if inner.kind in ("backend", "cloud")]
    if reader.ours.state and settings and not backends:
        reader.wrong(settings[0], "", "has no backend, so that its state is in no bucket", "generate it again")
    for backend in backends:
        _check_backend(reader, backend)
    for block in reader.module.blocks:
        if block.kind == "resource":
            _check_alarm(reader, block)
            _check_logs(reader, block)
            _check_policies(reader, block)


def _check_backend(reader: ModuleReader, block: Block) -> None:
    """The state lies where we keep it; where that is not given, it is not looked at."""
    state = reader.ours.state
    if state is None:
        return
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
        if name in block.attributes and reader.value(block, name) != value:
            reader.wrong(block, name, f"{name} is not that of our state", f"write {name} = {_written(value)}")


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def _check_alarm(reader: ModuleReader, block: Block) -> None:
    """An alarm notifies our topic, or nobody."""
    topic = reader.ours.alarm_topic
    for name in _ALARM_ACTIONS if topic is not None and block.labels[0].endswith("_alarm") else ():
        value = reader.value(block, name)
        if value not in (None, (), (topic,)):
            reader.wrong(block, name, f"{name} is not our topic", f'write ["{topic}"]' if topic else "write []")


def _check_logs(reader: ModuleReader, block: Block) -> None:
    """Logs stay in log groups of this module, under our key."""
    for inner, name in _log_destinations(block):
        if name in inner.attributes:
            reader.reference(inner, name, "aws_cloudwatch_log_group.arn")
    if block.labels[0] == "aws_flow_log" and reader.value(block, "log_destination_type") not in (
        None,
        "cloud-watch-logs",
    ):
        reader.wrong(block, "log_destination_type", "is not cloud-watch-logs", 'write "cloud-watch-logs"')
    key = reader.ours.log_key
    if key is not None and reader.value(block, "kms_key_id") not in (None, key):
        reader.wrong(block, "kms_key_id", "is not the key of our logs", f'write "{key}"' if key else "leave it out")


def _log_destinations(block: Block) -> Iterator[tuple[Block, str]]:
    if block.labels[0] == "aws_flow_log":
        yield block, "log_destination"
    for options in block.blocks if block.labels[0] == "aws_vpn_connection" else ():
        for inner in options.blocks if options.kind.endswith("_log_options") else ():
            yield from ((inner, name) for name in inner.attributes if name.endswith("_group_arn"))


def _check_policies(reader: ModuleReader, block: Block) -> None:
    """A role may be taken by a service of AWS only, and may do nothing but write logs."""
    if block.labels[0] == "aws_iam_role":
        trusts = _text(reader.value(block, "assume_role_policy"))
        if not _all_are(trusts, _PRINCIPAL, "rincipal"):
            message = "trusts somebody else than a service of AWS, or cannot be read"
            reader.wrong(block, "assume_role_policy", message, 'write Principal = { Service = "..." }')
    if block.labels[0] == "aws_iam_role_policy":
        allows = _text(reader.value(block, "policy"))
        if not _all_are(allows, _ACTION, "ction"):
            message = "allows something else than to write logs, or cannot be read"
            reader.wrong(block, "policy", message, 'write actions of "logs:" only')


def _text(value: Value) -> str:
    """A policy that is written as jsonencode({...}), without its comments; empty for any other."""
    text = value.text if isinstance(value, Expression) else ""
    tokens = list(_STRING_OR_COMMENT.finditer(text))
    if not text.startswith("jsonencode(") or _HIDING.search(text) or any(token[2] for token in tokens):
        return ""
    return _STRING_OR_COMMENT.sub(lambda token: "" if token[1] else token[0], text)


def _all_are(text: str, form: re.Pattern[str], word: str) -> bool:
    """Whether a word stands in a text in one form only, and at least once."""
    return 0 < text.lower().count(word) == len(form.findall(text))
