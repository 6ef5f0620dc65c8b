"""Attacks that a pull request or a stranger's folder may bring, each with the refusal that it must meet."""
