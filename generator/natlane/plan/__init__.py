"""The plan of a checked partner: one record for each thing that AWS will hold."""
