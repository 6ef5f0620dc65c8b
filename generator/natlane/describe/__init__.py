"""YAML read into typed, frozen models; every mistake is a problem with its line and column."""
