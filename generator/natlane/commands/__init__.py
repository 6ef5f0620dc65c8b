"""One module a command: `add_arguments(parser)` and `run(args) -> exit code`. Only these and cli.py print."""
