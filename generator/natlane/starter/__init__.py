"""The files that a new repository of descriptors starts with."""
