"""VPN connections in the fake as a generated module would make them, for tests that need no Terraform."""

from __future__ import annotations

from pathlib import Path

from natlane.network.module import read_back

from tests.aws.fake import FakeAws


def connect(aws: FakeAws, root: Path, partner: str, tagged: str = "") -> str:
    """The id of a VPN connection with the tunnel options and tags of out/PARTNER, or another partner's tag."""
    module, _ = read_back(str(root), partner)
    (block,) = module.resources("aws_vpn_connection")
    written = {name: attribute.value for name, attribute in block.attributes.items()}
    ec2 = aws.client("ec2", "master")
    device = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.99", BgpAsn=65099)["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    tunnels = [
        {
            "TunnelInsideCidr": written[f"tunnel{number}_inside_cidr"],
            "IKEVersions": [{"Value": "ikev2"}],
            **{
                f"Phase{phase}{member}": [{"Value": value} for value in values]
                for phase in (1, 2)
                for member, argument in (
                    ("EncryptionAlgorithms", "encryption_algorithms"),
                    ("IntegrityAlgorithms", "integrity_algorithms"),
                    ("DHGroupNumbers", "dh_group_numbers"),
                )
                if isinstance(values := written[f"tunnel{number}_phase{phase}_{argument}"], tuple)
            },
        }
        for number in (1, 2)
    ]
    made = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=device["CustomerGatewayId"],
        VpnGatewayId=gateway,
        Options={"StaticRoutesOnly": True, "TunnelOptions": tunnels},
        PreSharedKeyStorage="Standard",
        TagSpecifications=[
            {
                "ResourceType": "vpn-connection",
                "Tags": [{"Key": "managed-by", "Value": "natlane"}, {"Key": "partner", "Value": tagged or partner}],
            }
        ],
    )
    return str(made["VpnConnection"]["VpnConnectionId"])
