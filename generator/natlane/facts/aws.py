"""Limits, enumerations and defaults of AWS, each with its source.

Sources: VPC = Amazon VPC user guide; TGW = Transit Gateway guide; S2S = Site-to-Site VPN user guide;
API = EC2 API reference; NLB = Network Load Balancer guide; TAG = AWS tagging guide.
"""

from __future__ import annotations

from ipaddress import IPv4Network

# --- Blocks (VPC, "VPC CIDR blocks" and "Subnet sizing") ---
LARGEST_PREFIX = 16
SMALLEST_PREFIX = 28
RESERVED_AT_START = 4  # network address, router, DNS, future use
RESERVED_AT_END = 1  # broadcast
SHARED_SPACE = IPv4Network("100.64.0.0/10")
LINK_LOCAL = IPv4Network("169.254.0.0/16")
SERVICE_COLLISION = IPv4Network("172.17.0.0/16")  # Cloud9, SageMaker
RFC1918 = (IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
BENCHMARK_SPACE = IPv4Network("198.19.0.0/16")  # joins with nothing
FIRST_TEN = IPv4Network("10.0.0.0/15")  # a primary CIDR in it
FIRST_TEN_REFUSED = IPv4Network("10.0.0.0/16")  # refuses this as a secondary one
DEFAULT_VPC = IPv4Network("172.31.0.0/16")  # joins no VPC as a secondary CIDR
NOT_UNICAST = (  # no VPC has them, and nothing routes them
    (IPv4Network("0.0.0.0/8"), "this network"),
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (LINK_LOCAL, "link-local"),
    (IPv4Network("224.0.0.0/4"), "multicast"),
    (IPv4Network("240.0.0.0/4"), "future use"),
)

# --- CloudWatch Logs (API PutRetentionPolicy) ---
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653),
)

# --- Tags (TAG, "Tag naming limits and requirements") ---
TAG_KEY_MOST = 128  # characters
TAG_VALUE_MOST = 256
TAGS_MOST = 50  # of one resource
TAGS_OF_OURS = ("Name", "managed-by", "partner")

# --- Interface endpoints (PrivateLink guide, "Control access to VPC endpoints using endpoint policies") ---
ENDPOINT_POLICY_MOST = 20_480  # characters, white space too
WILDCARD_RUN_LEAST = 6  # characters in a row before or after each wildcard of a string condition

# --- Private NAT gateway (VPC, "NAT gateways") ---
NAT_ADDRESSES = 8  # one primary and up to seven secondary private addresses
FLOWS_PER_NAT_ADDRESS = 55_000  # to each unique destination address, port and protocol

# --- Network load balancer (NLB, "Connection idle timeout"; hashicorp/aws, aws_lb_listener) ---
NLB_IDLE_TIMEOUT = (60, 6_000)  # seconds, TCP
NLB_IDLE_TIMEOUT_DEFAULT = 350

# --- Site-to-Site VPN (S2S "Tunnel options"; API VpnTunnelOptionsSpecification) ---
IKE_VERSIONS = ("ikev1", "ikev2")
ENCRYPTION = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
INTEGRITY = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
PHASE1_DH_GROUPS = (2, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)
PHASE2_DH_GROUPS = (2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)
# RFC 8247 and 8221 for the order, the small subgroups of RFC 5114 after those without.
STRONGEST_FIRST: dict[str, tuple[str, ...] | tuple[int, ...]] = {
    "encryption": ("AES256-GCM-16", "AES256", "AES128-GCM-16", "AES128"),
    "integrity": ("SHA2-512", "SHA2-384", "SHA2-256", "SHA1"),
    "dh_groups": (21, 20, 18, 17, 16, 19, 15, 14, 24, 23, 5, 22, 2),
}
PHASE1_LIFETIME = (900, 28_800)  # seconds
PHASE2_LIFETIME = (900, 3_600)  # seconds, and less than phase 1
REKEY_MARGIN_LEAST = 60  # seconds, up to half the phase 2 lifetime
REKEY_FUZZ = (1, 100)  # per cent; AWS takes 0 too, but the provider leaves 0 out on create and sends 100 on update
REPLAY_WINDOW = (64, 2_048)  # packets
DPD_TIMEOUT_LEAST = 30  # seconds
DPD_ACTIONS = ("clear", "none", "restart")
STARTUP_ACTIONS = ("add", "start")
ASN_RANGE = (1, 4_294_967_295)
ASN_PLAIN_MOST = 2_147_483_647  # above it the provider's bgp_asn_extended is used
AMAZON_ASN = 64_512  # of a virtual private gateway, by default, and immutable
AMAZON_ASNS = ((64_512, 65_534), (4_200_000_000, 4_294_967_294))  # of the Amazon side: private ones
ASNS_RESERVED = {
    7_224: "AWS",
    23_456: "AS_TRANS, RFC 6793",
    65_535: "RFC 7300",
    4_294_967_295: "RFC 7300",
}
NOT_PUBLIC = (  # IANA special-purpose registry; documentation blocks may stand in examples
    *NOT_UNICAST,
    *((block, "private") for block in RFC1918),
    (SHARED_SPACE, "carrier-grade NAT"),
    (IPv4Network("198.18.0.0/15"), "benchmarks"),
    (IPv4Network("192.0.0.0/24"), "protocol assignments"),
)
NEVER_PUBLIC = (  # private space, and documentation's (RFC 5737), which nothing real has
    *(block for block, _ in NOT_PUBLIC),
    *(IPv4Network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")),
)
SENSITIVE_PORTS = {  # of what a partner seldom means to enter (Security Hub, EC2.19)
    **dict.fromkeys((20, 21), "a file transfer"),
    **dict.fromkeys((22, 23), "a shell"),
    **dict.fromkeys((3389, 5900), "a desktop"),
    **dict.fromkeys((53,), "a resolver"),
    **dict.fromkeys((135, 139, 445, 2049), "a file server"),
    **dict.fromkeys((389, 636), "a directory"),
    **dict.fromkeys((1433, 1434, 1521, 3306, 5432, 5439, 6379, 9042, 9200, 9300, 11211, 27017), "a database"),
    **dict.fromkeys((5985, 5986), "remote administration"),
}
DH_GROUPS_WEAK = (2, 5, 22, 23, 24)
INSIDE_CIDR_LENGTH = 30
INSIDE_CIDRS_RESERVED = tuple(
    IPv4Network(f"169.254.{third}/30") for third in ("0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "169.252")
)
INSIDE_CIDRS_DEFAULT = (IPv4Network("169.254.44.0/30"), IPv4Network("169.254.44.4/30"))
INSIDE_CIDRS_NAMED = (IPv4Network("169.254.44.8/30"), IPv4Network("169.254.44.12/30"))  # of a device with a name
STATIC_ROUTES_PER_VPN = 100  # fixed
BGP_PREFIXES_PER_VPN = 100  # fixed; what a virtual private gateway takes from the partner
BANDWIDTHS = ("standard", "large")  # of each tunnel, 1.25 and 5 Gbps (API VpnTunnelBandwidth)

PARTITIONS = ("aws", "aws-cn", "aws-eusc", "aws-us-gov")  # botocore, partitions.json; others have names of their own


def partition_of(region: str) -> str:
    """The ARN partition of a region (AWS General Reference)."""
    for partition in PARTITIONS[1:]:
        if region.startswith(f"{partition.removeprefix('aws-')}-"):
            return partition
    return "aws"


def in_region(example: str, region: str) -> str:
    """An ARN or a name of eu-west-1, as it would be in another region and its partition."""
    return example.replace("arn:aws:", f"arn:{partition_of(region)}:").replace("eu-west-1", region)


# EC2 API, CreateSecurityGroup; ELB API, CreateLoadBalancer: no name of ours begins so.
REFUSED_PREFIXES = ("internal-", "sg-")
