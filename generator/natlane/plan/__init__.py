"""A checked partner becomes a Plan: one frozen dataclass for each thing that AWS will hold."""
