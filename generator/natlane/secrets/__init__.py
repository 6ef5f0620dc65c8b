"""Detection of keys and passwords in text, before anything else reads or prints it."""
