"""One module for each command: `add_arguments`, and `run`, which gives the exit code; only these and cli.py print."""
