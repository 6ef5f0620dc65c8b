"""Review of a change: what the newer version of a root does to live resources."""
