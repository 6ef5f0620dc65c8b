"""Proofs over the network that the modules in out/ describe, for one partner and for the fleet."""
