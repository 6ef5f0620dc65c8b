"""One module for each command: `add_arguments`, and `run`, which gives the exit code; and shared options."""
