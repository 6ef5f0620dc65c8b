"""Sources of AWS's answers: AWS itself, or a folder of recorded answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any, Final, Protocol

from natlane.live.accounts import LiveAccount
from natlane.live.answer_shapes import WrongAnswer, answer_of
from natlane.live.calls import Call, Item
from natlane.live.scrub import scrubbed
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import read_bytes

MOST_AT_ONCE: Final = 8  # calls at once; with more, EC2 throttles
_ATTEMPTS: Final = 8  # of one call, with backoff, where AWS throttles or a connection breaks
_SESSION: Final = "natlane"
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
MOST_BYTES: Final = 134_217_728  # of one call's answers in a recording


class LiveError(Exception):
    """AWS, or a recording, gave no answer that can be worked with; the problem says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Source(Protocol):
    """Answers to calls in one region."""

    region: str

    def identity(self, account: LiveAccount) -> str:
        """The number of the account that is really entered. Raises LiveError."""

    def items(self, account: LiveAccount, call: Call, arguments: Mapping[str, str]) -> tuple[Item, ...]:
        """All items of one call, of all its pages, without secrets. Raises LiveError."""


class AwsSource:
    """AWS, by boto3. A session for each account; clients are made once and may be used by several threads."""

    def __init__(self, region: str, profile: str = "") -> None:
        self.region = region
        self._profile = profile
        self._sessions: dict[str, Any] = {}
        self._loader: Any = None
        self._clients: dict[tuple[str, str], Any] = {}
        self._making = Lock()  # sessions may be used by several threads, and not made by them

    def identity(self, account: LiveAccount) -> str:
        """The account of the caller, or of the role that was assumed."""
        call = Call("CallerIdentity", "sts", "GetCallerIdentity", "")
        (answer,) = self.items(account, call, {})
        return str(answer["Account"])

    def items(self, account: LiveAccount, call: Call, arguments: Mapping[str, str]) -> tuple[Item, ...]:
        """All items of one call, of all its pages, without secrets."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            client = self.client(account, call.service)
            method = xform_name(call.operation)
            given = {**call.given, **arguments}
            if client.can_paginate(method):
                pages = list(client.get_paginator(method).paginate(**given))
            else:
                pages = [getattr(client, method)(**given)]
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            raise LiveError(problem_of(error, account, call)) from None
        if pages[-1].get("AdditionalRoutesAvailable") and not pages[-1].get("NextToken"):
            message = f"{call.permission} in account {account.name} left routes out"
            raise LiveError(file_problem("aws-answer", account.name, message, "install a newer boto3, which asks on"))
        found: list[Item] = []
        for page in pages:
            answer = scrubbed({name: value for name, value in page.items() if name != "ResponseMetadata"})
            if call.items and call.items not in answer:
                message = f"{call.permission} in account {account.name} answered without {call.items}"
                raise LiveError(file_problem("aws-answer", account.name, message, "run the command again"))
            found += answer[call.items] if call.items else [answer]
        return tuple(plain(each) for each in found)

    def client(self, account: LiveAccount, service: str) -> Any:
        """The client of one service in one account."""
        from botocore.config import Config

        key = (account.name, service)
        with self._making:
            if key not in self._clients:
                config = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
                self._clients[key] = self._session(account).client(service, region_name=self.region, config=config)
            return self._clients[key]

    def _session(self, account: LiveAccount) -> Any:
        if account.name not in self._sessions:
            session = self._new(profile_name=account.profile or self._profile or None)
            if account.role_arn:
                sts = session.client("sts", region_name=self.region)
                given = sts.assume_role(RoleArn=account.role_arn, RoleSessionName=_SESSION)["Credentials"]
                session = self._new(
                    aws_access_key_id=given["AccessKeyId"],
                    aws_secret_access_key=given["SecretAccessKey"],
                    aws_session_token=given["SessionToken"],
                )
            self._sessions[account.name] = session
        return self._sessions[account.name]

    def _new(self, **given: str | None) -> Any:
        """A session; all have one loader of service models, whose JSON takes longer to read than a call to answer."""
        import boto3
        import botocore.session

        core = botocore.session.get_session()
        if self._loader is None:
            self._loader = core.get_component("data_loader")
        core.register_component("data_loader", self._loader)
        return boto3.Session(botocore_session=core, region_name=self.region, **given)


class FolderSource:
    """A recording: `aws_configs/accounts/ACCOUNT/REGION/NAME.json` below a folder. Raises LiveError where it is not."""

    def __init__(self, folder: str, region: str = "") -> None:
        self._accounts = os.path.join(folder, "aws_configs", "accounts")
        self.region = region or self._only_region()

    def identity(self, account: LiveAccount) -> str:
        """The account itself: its folder bears its number."""
        return account.id

    def items(self, account: LiveAccount, call: Call, arguments: Mapping[str, str]) -> tuple[Item, ...]:
        """The items of a call; of a call for each of something, those of its arguments."""
        path = os.path.join(self._accounts, account.id, self.region, f"{call.name}.json")
        try:
            raw = read_bytes(path, MOST_BYTES + 1, follow=False)
            if len(raw) > MOST_BYTES:
                raise _unreadable(path, f"is larger than {MOST_BYTES:,} bytes")
            items = answer_of(json.loads(raw)[call.name])
        except FileNotFoundError:
            message = f"holds no answer to {call.permission}"
            raise LiveError(file_problem("record-missing", path, message, "record it again")) from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise _unreadable(path, f"cannot be read as a recording: {_why(error)}") from None
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise _unreadable(path, f"holds no list of objects under {call.name}")
        found = scrubbed(items)
        if call.for_each is None:
            return tuple(found)
        own = [each for each in found if all(each.get(name) == value for name, value in arguments.items())]
        if not call.items:
            return tuple(own)
        return tuple(item for each in own for item in each.get(call.items, ()))

    def accounts(self) -> tuple[str, ...]:
        """The numbers of the accounts that were recorded."""
        try:
            found = tuple(sorted(name for name in os.listdir(self._accounts) if _ACCOUNT.fullmatch(name)))
            why = "" if found else "holds no folder of an account"
        except OSError as error:
            found, why = (), str(error.strerror)
        if why:
            hint = "name the folder given to --record"
            raise LiveError(file_problem("record-missing", self._accounts, f"is no recording: {why}", hint))
        return found

    def _only_region(self) -> str:
        regions = {name for account in self.accounts() for name in os.listdir(os.path.join(self._accounts, account))}
        if len(regions) != 1:
            message = f"holds {len(regions)} regions: {', '.join(sorted(regions)) or 'none'}"
            raise LiveError(file_problem("record-region", self._accounts, message, "name one with --region"))
        return regions.pop()


def _why(error: Exception) -> str:
    """What is wrong with a file of a recording, in words that do not depend on Python's version."""
    if isinstance(error, WrongAnswer):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "it is nested too deeply" if isinstance(error, RecursionError) else "it is not JSON as AWS answers it"


def _unreadable(path: str, message: str) -> LiveError:
    return LiveError(file_problem("record-unreadable", path, message, "record it again"))


def plain(value: Any) -> Any:
    """An answer as JSON can hold it: times as ISO 8601 in UTC."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value.isoformat() if isinstance(value, datetime) else value


_EXPIRED: Final = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "AuthFailure")
_DENIED: Final = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedAccess")
_THROTTLED: Final = ("RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException")


def problem_of(error: Exception, account: LiveAccount, call: Call) -> Problem:
    """What AWS refused, in which account, and what to do about it."""
    from botocore.exceptions import ClientError, NoCredentialsError, PartialCredentialsError, ProfileNotFound

    code, operation = "", call.permission
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        if error.operation_name == "AssumeRole":
            operation = "sts:AssumeRole"
    where = f"account {account.name}" + (f" ({account.id})" if account.id else "")
    if isinstance(error, (NoCredentialsError, PartialCredentialsError, ProfileNotFound)):
        hint = "run `aws sso login`, set AWS_PROFILE, or name --profile"
        return file_problem("aws-credentials", account.name, f"no credentials for {where}: {error}", hint)
    if code in _EXPIRED:
        hint = "get new ones, for example by `aws sso login`"
        return file_problem("aws-credentials", account.name, f"the credentials for {where} are not valid: {code}", hint)
    if code in _DENIED:
        if operation == "sts:AssumeRole":
            hint = f"let {account.role_arn} trust the caller, and the caller assume it"
        else:
            hint = f'allow "Action": "{operation}" there; docs/live.md has the whole policy'
        return file_problem("aws-denied", account.name, f"{operation} is denied in {where}", hint)
    if code in _THROTTLED:
        message = f"{operation} is throttled in {where}, after {_ATTEMPTS} attempts"
        return file_problem("aws-throttled", account.name, message, "run the command again later")
    first = str(error).split("\n", 1)[0]  # the lines after it may quote an answer, and so a key
    return file_problem("aws-unreachable", account.name, f"{operation} in {where}: {first}", "run the command again")
