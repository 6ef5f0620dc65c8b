"""Descriptors drawn at random, with a device of each kind: each configuration is what the descriptor wants."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from natlane.addresses import AddressPlan, addresses_for

from tests.descriptors import LANDING_ZONE, Descriptor, descriptors, validated
from tests.handover.expected import expected
from tests.handover.test_vendors import VENDORS, faults, fits, shipped, written
from tests.handover.vendors import Vendor


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(descriptor=descriptors(), vendor=st.sampled_from(VENDORS))
def test_a_configuration_is_what_a_drawn_descriptor_wants(descriptor: Descriptor, vendor: Vendor) -> None:
    partner = validated(descriptor)
    if partner.outbound:  # what is translated is a golden's: wayne
        return
    plan = addresses_for(partner, LANDING_ZONE)
    assert isinstance(plan, AddressPlan)
    for index in range(len(partner.vpn.customer_gateways)):
        if fits(vendor, partner, index):
            files = written(vendor, partner, LANDING_ZONE, shipped(), index)
            assert faults(vendor, partner, expected(partner, plan, index), files, index) == []
