"""Two versions of a root become verdicts: what the change does to what is live."""
