"""List prices of AWS by region, each with its source and date; what no source gave is not there.

Amounts are in the currency that AWS bills the region in. A price of another region is never used instead.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from natlane.describe.prices import Prices
from natlane.facts.aws import partition_of

CURRENCIES: Final = {"aws": "USD", "aws-us-gov": "USD", "aws-cn": "CNY", "aws-eusc": "EUR"}


class Source(NamedTuple):
    """Where an amount was read, and the day of that publication, empty where it names none."""

    name: str
    date: str


class Price(NamedTuple):
    """The price of one unit."""

    amount: Decimal
    currency: str
    source: Source


OWN: Final = Source("landing-zone.yaml", "")
_VPC: Final = Source("AWS price list, AmazonVPC", "2025-06-13")
_ELB: Final = Source("AWS price list, AWSELB", "2025-06-05")
_CLOUDWATCH: Final = Source("AWS price list, AmazonCloudWatch", "2025-06-05")
_SECRETS: Final = Source("AWS price list, AWSSecretsManager", "2025-06-05")
_EC2: Final = Source("AWS price list, AmazonEC2", "2026-09-25")
_EC2_EAST: Final = Source("AWS price list, AmazonEC2", "2025-10-01")
_VPC_PAGE: Final = Source("aws.amazon.com/vpc/pricing, its example", "2026-09-20")
_INTERNET: Final = Source("EC2 on-demand pricing, read second-hand", "2026-06-02")
_CHINA_TGW: Final = Source("amazonaws.cn/en/transit-gateway/pricing", "")
_CHINA_CLOUDWATCH: Final = Source("amazonaws.cn/cloudwatch/pricing", "")
_SOVEREIGN: Final = Source("aws.eu/vpc/pricing, its example", "")

_COLUMNS: Final = (
    ("vpn_connection_hour", _VPC),
    ("attachment_hour", _VPC),
    ("transit_gateway_gb", _VPC),
    ("endpoint_hour", _VPC),
    ("endpoint_gb", _VPC),
    ("public_ipv4_hour", _VPC),
    ("load_balancer_hour", _ELB),
    ("load_balancer_unit", _ELB),
    ("alarm_metric", _CLOUDWATCH),
    ("log_gb", _CLOUDWATCH),
    ("secret", _SECRETS),
)
# In the order of _COLUMNS. Of what has tiers, the first: one partner does not reach the second.
_TABLE: Final = """
af-south-1     0.05     0.06     0.02     0.01309  0.01     0.005    0.03     0.0071   0.1      0.678    0.4
ap-east-1      0.05     0.07     0.02     0.0143   0.01     0.005    0.0277   0.0066   0.1      0.8      0.4
ap-east-2      0.05     0.07     0.02     0.0126   0.01     0.005    0.0219   0.006    0.1      0.5      0.4
ap-northeast-1 0.048    0.07     0.02     0.014    0.01     0.005    0.0243   0.006    0.1      0.76     0.4
ap-northeast-2 0.05     0.07     0.02     0.013    0.01     0.005    0.0225   0.006    0.1      0.76     0.4
ap-northeast-3 0.048    0.07     0.02     0.014    0.01     0.005    0.0243   0.006    0.1      0.76     0.4
ap-south-1     0.05     0.07     0.02     0.013    0.01     0.005    0.0239   0.006    0.1      0.67     0.4
ap-south-2     0.05     0.07     0.02     0.013    0.01     0.005    0.0239   0.006    0.1      0.67     0.4
ap-southeast-1 0.05     0.07     0.02     0.013    0.01     0.005    0.0252   0.006    0.1      0.7      0.4
ap-southeast-2 0.05     0.07     0.02     0.013    0.01     0.005    0.0252   0.006    0.1      0.67     0.4
ap-southeast-3 0.05     0.07     0.02     0.013    0.01     0.005    0.0252   0.006    0.1      0.7      0.4
ap-southeast-4 0.05     0.07     0.02     0.013    0.01     0.005    0.0252   0.006    0.1      0.67     0.4
ap-southeast-5 0.05     0.06     0.02     0.0117   0.01     0.005    0.0227   0.006    0.1      0.5      0.4
ap-southeast-7 0.05     0.07     0.02     0.0117   0.01     0.005    0.0227   0.006    0.1      0.5      0.4
ca-central-1   0.05     0.06     0.02     0.011    0.01     0.005    0.02475  0.0066   0.1      0.55     0.4
ca-west-1      0.05     0.06     0.02     0.011    0.01     0.005    0.02475  0.0066   0.1      0.55     0.4
eu-central-1   0.05     0.06     0.02     0.012    0.01     0.005    0.027    0.006    0.1      0.63     0.4
eu-central-2   0.05     0.06     0.02     0.0132   0.01     0.005    0.0297   0.0066   0.1      0.69     0.4
eu-north-1     0.05     0.06     0.02     0.0105   0.01     0.005    0.02394  0.0057   0.1      0.54     0.4
eu-south-1     0.05     0.06     0.02     0.01155  0.01     0.005    0.0265   0.0063   0.1      0.6      0.4
eu-south-2     0.05     0.06     0.02     0.011    0.01     0.005    0.0252   0.006    0.1      0.57     0.4
eu-west-1      0.05     0.05     0.02     0.011    0.01     0.005    0.0252   0.006    0.1      0.57     0.4
eu-west-2      0.05     0.06     0.02     0.011    0.01     0.005    0.02646  0.006    0.1      0.5985   0.4
eu-west-3      0.05     0.06     0.02     0.011    0.01     0.005    0.02646  0.0063   0.1      0.5985   0.4
il-central-1   0.05     0.055    0.02     0.01155  0.01     0.005    0.02646  0.0063   0.1      0.5      0.4
me-central-1   0.05     0.055    0.02     0.0121   0.01     0.005    0.028224 0.00672  0.1      0.63     0.4
me-south-1     0.05     0.055    0.02     0.0121   0.01     0.005    0.02772  0.0066   0.1      0.63     0.4
mx-central-1   0.05     0.055    0.02     0.0105   0.01     0.005    0.023625 0.0063   0.1      0.5      0.4
sa-east-1      0.05     0.09     0.02     0.021    0.01     0.005    0.034    0.00825  0.135    0.9      0.4
us-east-1      0.05     0.05     0.02     0.01     0.01     0.005    0.0225   0.006    0.1      0.5      0.4
us-east-2      0.05     0.05     0.02     0.01     0.01     0.005    0.0225   0.006    0.1      0.5      0.4
us-gov-east-1  0.065    0.06     0.02     0.0125   0.01     0.005    0.032    0.0075   0.13     0.675    0.4
us-gov-west-1  0.065    0.06     0.02     0.0125   0.01     0.005    0.032    0.0075   0.13     0.675    0.4
us-west-1      0.05     0.06     0.02     0.011    0.01     0.005    0.0252   0.006    0.1      0.67     0.4
us-west-2      0.05     0.05     0.02     0.01     0.01     0.005    0.0225   0.006    0.1      0.5      0.4
"""
_CHINA: Final = {
    "attachment_hour": ("0.5", _CHINA_TGW),
    "transit_gateway_gb": ("0.143", _CHINA_TGW),
    "alarm_metric": ("0.622", _CHINA_CLOUDWATCH),
}
_OTHERS: Final = {
    "us-east-1": {
        "nat_gateway_hour": ("0.045", _EC2_EAST),
        "nat_gateway_gb": ("0.045", _EC2_EAST),
        "internet_gb": ("0.09", _INTERNET),
    },
    "us-east-2": {
        "nat_gateway_hour": ("0.045", _VPC_PAGE),
        "nat_gateway_gb": ("0.045", _VPC_PAGE),
        "internet_gb": ("0.09", _INTERNET),
    },
    "eu-west-1": {"nat_gateway_hour": ("0.048", _EC2), "nat_gateway_gb": ("0.048", _EC2)},
    "eusc-de-east-1": {"nat_gateway_hour": ("0.0513", _SOVEREIGN), "nat_gateway_gb": ("0.0513", _SOVEREIGN)},
    "cn-north-1": _CHINA,
    "cn-northwest-1": _CHINA,
}


def currency_of(region: str) -> str:
    """The currency in which AWS bills a region."""
    return CURRENCIES[partition_of(region)]


def price_of(code: str, region: str, own: Prices) -> Price | None:
    """What one unit costs: what the landing zone says, else the list price; None where neither is known."""
    amount: str | None = getattr(own, code)
    if amount is not None:
        return Price(Decimal(amount), currency_of(region), OWN)
    found = _listed().get(region, {}).get(code)
    return None if found is None else Price(Decimal(found[0]), currency_of(region), found[1])


def regions() -> tuple[str, ...]:
    """Every region of which any price is known."""
    return tuple(sorted(_listed()))


@cache
def _listed() -> dict[str, dict[str, tuple[str, Source]]]:
    found: dict[str, dict[str, tuple[str, Source]]] = {}
    for line in _TABLE.split("\n")[1:-1]:
        region, *amounts = line.split()
        found[region] = {code: (amount, source) for (code, source), amount in zip(_COLUMNS, amounts, strict=True)}
    for region, prices in _OTHERS.items():
        found[region] = {**found.get(region, {}), **prices}
    return found
