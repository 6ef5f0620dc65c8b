"""A root folder: its paths, the names in it, and the git base that it is compared with."""
