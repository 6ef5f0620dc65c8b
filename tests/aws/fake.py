"""The fake AWS itself: `with FakeAws.of(landing_zone) as aws:` serves every account of a landing zone on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from tests.aws import answers, requests
from tests.aws.call import HANDLERS, Call
from tests.aws.errors import AwsError, Lost
from tests.aws.faults import Faults
from tests.aws.landing import Landing, seed
from tests.aws.models import differences
from tests.aws.requests import Request
from tests.aws.server import Reply, Server
from tests.aws.world import Data, World

# Every module with handlers, loaded for its decorators.
from . import cloudwatch, describes, iam, logs, quotas, sts  # noqa: F401  isort: skip
from .ec2 import HANDLED  # noqa: F401  isort: skip
from .elb import HANDLED as _ELB  # noqa: F401  isort: skip

SECRET: Final = "fake"  # no signature is looked at


@dataclass(frozen=True, slots=True)
class Told:
    """One call that came in, and how it was answered: the code of the refusal, or an empty text."""

    account: str
    service: str
    operation: str
    params: Data
    refused: str = ""
    message: str = ""


@dataclass(slots=True)
class FakeAws:
    """A world behind an endpoint. `calls` has all that was asked; `strict` asserts that each answer has its shape."""

    world: World
    account: str  # whose keys the tests use where they assume no role
    faults: Faults = field(default_factory=Faults)
    calls: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # answers that the model refuses: a bug of the fake
    _server: Server | None = None
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def of(cls, landing_zone: Landing) -> Self:
        """The accounts of a landing zone, with its transit gateway, tables, VPCs and attachments in them."""
        world = seed(landing_zone)
        return cls(world, world.accounts[landing_zone.network_account])

    def __enter__(self) -> Self:
        self._server = Server(self._respond)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._server = None

    def start_over(self, world: World) -> None:
        """Another world behind the same endpoint, as if nothing had been asked."""
        with self._lock:
            self.world = world
            self.faults.clear()
            self.calls.clear()
            self.wrong.clear()

    @property
    def endpoint(self) -> str:
        """The URL that clients are to use for every service."""
        assert self._server is not None, "within `with`"
        return self._server.endpoint

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which Terraform, the AWS command and boto3 speak to this fake alone."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": access_key(self.account),
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.world.region,
            "AWS_DEFAULT_REGION": self.world.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def client(self, service: str, account: str | None = None) -> Any:
        """A boto3 client with an account's own keys; without retries, so that a test sees each refusal."""
        import boto3
        from botocore.config import Config

        number = self._number(account)
        if (service, number) not in self._clients:
            self._clients[service, number] = boto3.client(
                service,
                region_name=self.world.region,
                endpoint_url=self.endpoint,
                aws_access_key_id=access_key(number),
                aws_secret_access_key=SECRET,
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service, number]

    def _number(self, account: str | None) -> str:
        """An account's id, by its name in the landing zone or its id."""
        return self.world.accounts.get(account or "", account or self.account)

    def describe(self, operation: str, account: str | None = None, **params: Any) -> Data:
        """What an operation of EC2 answers, without HTTP."""
        return HANDLERS["ec2", operation](Call(self.world, self._number(account), "ec2", operation, params))

    def left_over(self) -> dict[str, Data]:
        """What is there beside the landing zone's own, in any service, by id."""
        found = {
            record.id: record.data
            for kind in self.world.records
            for record in self.world.live(kind)
            if not record.seeded
        }
        for service, kept in self.world.services.items():
            found |= {f"{service}:{key}": {} for key in kept}
        return found

    def refusals(self, operation: str = "") -> list[Told]:
        """The calls that were refused, of one operation or of all."""
        return [each for each in self.calls if each.refused and operation in ("", each.operation)]

    def _respond(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            request = requests.read(path, headers, body)
        except AwsError as error:
            return self._unread(error, headers)
        time.sleep(self.faults.seconds(request.operation.name))
        with self._lock:
            return self._answered(request)

    def _unread(self, error: AwsError, headers: Mapping[str, str]) -> Reply:
        ec2 = "/ec2/aws4_request" in headers.get("authorization", "")
        protocol = "json" if headers.get("x-amz-target") else "ec2" if ec2 else "query"
        self.calls.append(Told("", "", "", {}, error.code, error.message))
        return Reply(error.status, *answers.refused(protocol, error))

    def _answered(self, request: Request) -> Reply:
        account = request.access_key[4:]
        name = request.operation.name
        try:
            result, cut = self._result(request, account)
        except AwsError as error:
            return self._refused(request, error)
        except Exception as bug:
            self.wrong.append(f"{name}: {bug!r}")
            return self._refused(request, AwsError("InternalError", repr(bug), 500))
        self.calls.append(Told(account, request.service, name, request.params))
        shape = request.operation.output_shape
        if shape is not None:
            self.wrong += [f"{name}: {each}" for each in differences(result, shape)]
        return Reply(200, *answers.written(request.protocol, request.operation, result), cut, _protocol(request))

    def _refused(self, request: Request, error: AwsError) -> Reply:
        name, account = request.operation.name, request.access_key[4:]
        self.calls.append(Told(account, request.service, name, request.params, error.code, error.message))
        return Reply(error.status, *answers.refused(request.protocol, error), headers=_protocol(request))

    def _result(self, request: Request, account: str) -> tuple[Data, bool]:
        name = request.operation.name
        cut = False
        try:
            self.faults.check(name, account)
        except Lost:
            cut = True
        if account not in self.world.accounts.values():
            raise AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
        if request.region != self.world.region and request.service != "sts" and request.service != "iam":
            raise AwsError("OptInRequired", f"this fake has the region {self.world.region} alone", 403)
        handler = HANDLERS.get((request.service, name))
        if handler is None:
            raise AwsError("UnsupportedOperation", f"this fake does not answer {request.service} {name}")
        return handler(Call(self.world, account, request.service, name, request.params)), cut


def access_key(account: str) -> str:
    """The access key of an account: its prefix, then the account's own digits."""
    return f"AKIA{account}"


def _protocol(request: Request) -> tuple[tuple[str, str], ...]:
    return (("smithy-protocol", "rpc-v2-cbor"),) if request.protocol == "cbor" else ()
