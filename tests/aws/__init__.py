"""A fake AWS for tests: the services that natlane's modules and commands speak to, over HTTP on loopback.

Start at fake.py. Nothing of it is natlane's own knowledge of AWS: shapes, names and enumerations come from botocore's
models, and what AWS refuses has its source beside it.
"""
