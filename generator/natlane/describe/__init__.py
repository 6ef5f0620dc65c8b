"""YAML as it was written becomes typed, frozen models, or problems with their places."""
