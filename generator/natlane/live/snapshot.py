"""One reading of AWS: for each account the items of each call; made from a source, and kept as a recording."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from natlane.live.accounts import LiveAccount, in_region
from natlane.live.calls import Answers, Call, Item
from natlane.live.source import MOST_AT_ONCE, LiveError, Source
from natlane.problems import file_problem
from natlane.workspace.paths import link_on_the_way

Progress = Callable[[int], None]  # how many calls were answered so far


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What AWS answered in one region: account name -> call name -> items. Reads are not one instant."""

    region: str
    accounts: tuple[LiveAccount, ...]
    answers: Mapping[str, Answers]

    def items(self, account: str, call: Call) -> tuple[Item, ...]:
        """The items of a call in an account; of calls for each of something, each with its arguments."""
        return self.answers[account][call.name]


def read_snapshot(
    source: Source, accounts: Sequence[LiveAccount], calls: Sequence[Call], progress: Progress = lambda _: None
) -> Snapshot:
    """Ask every account for every call, some at once. Raises LiveError at the first that is refused.

    The accounts come back with their numbers; one whose number is another than was said is refused, because whatever
    were read there is not ours.
    """
    entered = tuple(_entered(source, in_region(account, source.region)) for account in accounts)
    answers: dict[str, dict[str, tuple[Item, ...]]] = {account.name: {} for account in entered}
    done = 0
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        for wave in ([call for call in calls if not call.for_each], [call for call in calls if call.for_each]):
            asked = [
                (account, call, arguments)
                for account in entered
                for call in wave
                for arguments in (call.for_each(answers[account.name]) if call.for_each else ({},))
            ]
            for account, call in ((account, call) for account in entered for call in wave):
                answers[account.name][call.name] = ()
            found = pool.map(lambda each: source.items(*each), asked)
            for (account, call, arguments), items in zip(asked, found, strict=True):
                answers[account.name][call.name] += _with_arguments(call, arguments, items)
                done += 1
                progress(done)
    return Snapshot(source.region, entered, answers)


def write_recording(snapshot: Snapshot, root: str, folder: str) -> None:
    """Keep a reading as JSON files, for `--from`. Raises OSError, also where a link lies on the way to a file."""
    for account in snapshot.accounts:
        at = os.path.join(folder, "aws_configs", "accounts", account.id, snapshot.region)
        if link_on_the_way(folder, os.path.join(at, "x")) or link_on_the_way(root, os.path.join(at, "x")):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), at)
        os.makedirs(at, exist_ok=True)
        for name, items in snapshot.answers[account.name].items():
            kept = os.open(
                os.path.join(at, f"{name}.json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666
            )
            with open(kept, "w", encoding="utf-8") as file:
                json.dump({name: items}, file, indent=2, sort_keys=True, ensure_ascii=False)
                file.write("\n")


def _entered(source: Source, account: LiveAccount) -> LiveAccount:
    number = source.identity(account)
    if account.id and number != account.id:
        message = f"account {account.name} is {account.id}, and the credentials enter {number}"
        hint = "name the account's role_arn, or a profile that enters it"
        raise LiveError(file_problem("aws-account", account.name, message, hint))
    return LiveAccount(account.name, number, account.role_arn, account.profile)


def _with_arguments(call: Call, arguments: Mapping[str, str], items: tuple[Item, ...]) -> tuple[Item, ...]:
    if call.for_each is None:
        return items
    if not call.items:
        return tuple(type(item)({**arguments, **item}) for item in items)  # an answer stays one
    return ({**arguments, call.items: list(items)},)
