"""botocore's service models: which operation a name is, and whether a value has its shape.

Source of every shape, enumeration, range and pattern: botocore (PyPI), data/<service>/<version>/service-2.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import pytest
from botocore.loaders import JSONFileLoader, Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

# By the name in a request's signature, which differs from the folder's for three of them.
SERVICES: Final = {
    "ec2": "ec2",
    "elasticloadbalancing": "elbv2",
    "iam": "iam",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "secretsmanager": "secretsmanager",
    "servicequotas": "service-quotas",
    "sts": "sts",
}
# An endpoint's states, which the model writes with capitals and AWS tells without (awscli's example of
# describe-vpc-endpoints; the provider waits for `available`).
_LOWER: Final = frozenset({"State"})
_LOADER: Final = Loader()
_VALIDATOR: Final = ParamValidator()


@contextmanager
def read_once() -> Iterator[None]:
    """While the block runs, botocore reads each file of its data once: sessions share it, as the clients of one do."""
    with pytest.MonkeyPatch.context() as patch:
        read = cache(JSONFileLoader().load_file)  # a path is all that it depends on
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@cache
def model(service: str) -> ServiceModel:
    """The model of a service, by its folder in botocore's data."""
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


@cache
def operation(service: str, name: str) -> OperationModel | None:
    """An operation, or none where the service has none of this name."""
    known = model(service)
    return known.operation_model(name) if name in known.operation_names else None


def differences(value: Any, shape: Shape) -> list[str]:
    """What of a value botocore's own validator refuses, then unknown members, enumerations, lengths and patterns."""
    found = _VALIDATOR.validate(value, shape)
    own = [found.generate_report()] if found.has_errors() else []
    return own + list(_beyond(value, shape, ""))


def _beyond(value: Any, shape: Shape, place: str) -> Iterator[str]:
    """What the model says and botocore's validator does not look at."""
    if value is None:
        yield f"{place}: nothing is there"
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, each in value.items():
            if name in shape.members:
                yield from _beyond(each, shape.members[name], f"{place}.{name}")
            else:
                yield f"{place}.{name}: unknown to {shape.name}"
    elif isinstance(shape, ListShape) and isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _beyond(each, shape.member, f"{place}[{number}]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for key, each in value.items():
            yield from _beyond(each, shape.value, f"{place}[{key}]")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        yield from _text(value, shape, place)


def _text(value: str, shape: StringShape, place: str) -> Iterator[str]:
    told = value.capitalize() if shape.name in _LOWER else value
    if shape.enum and told not in shape.enum:
        yield f"{place}: {value!r} is none of {shape.name}: {', '.join(shape.enum)}"
    if len(value) > shape.metadata.get("max", len(value)) or len(value) < shape.metadata.get("min", 0):
        yield f"{place}: {value!r} is too long or too short for {shape.name}"
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield f"{place}: {value!r} does not match {pattern}"


def _matches(pattern: str, value: str) -> bool:
    """Whether a value matches; a pattern that only Java understands says nothing."""
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:
        return True
