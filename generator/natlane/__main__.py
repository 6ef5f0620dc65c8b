"""Entry point of `natlane` and of `python -m natlane`; answers Ctrl-C from the first moment on."""

import os
import signal
import sys
from typing import NoReturn


def _interrupted(*_: object) -> NoReturn:
    """Before and after a command there is nothing to undo."""
    os.write(2, b"natlane: interrupted\n")
    os._exit(130)


def main() -> int:
    """The exit code of the command that the words of the call name."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:  # and not, as below nohup, switched off by whoever started us
        signal.signal(signal.SIGINT, _interrupted)
    from natlane import cli

    return cli.main(interrupted=_interrupted if ours else None)


if __name__ == "__main__":
    if not sys.flags.safe_path and sys.path and sys.path[0] == os.getcwd():
        del sys.path[0]  # `-m` looks for modules in the current folder first, which a pull request may fill
    raise SystemExit(main())
