"""Elastic Load Balancing: network load balancers; importing this registers what answers each operation."""

from tests.aws.elb import attributes, balancers, listeners, store, targets

HANDLED = (attributes, balancers, listeners, store, targets)
