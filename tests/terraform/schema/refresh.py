"""Extraction of aws.json, the part of the AWS provider's schema that tests use, from its package on PyPI.

Run by hand, when a template starts to use a type that is not in TYPES, or to follow a newer provider:

    python -m tests.terraform.schema.refresh

It downloads some 70 MB with pip into a temporary folder (`--wheel FILE` reads one that is there already).
The wheel carries a jsii tarball, and that one folder a type: `lib/vpn-connection/index.js`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from tests.terraform.schema.reading import Block, read_block

PACKAGE = "cdktn-provider-aws"
VERSION = "25.8.1"
TARGET = Path(__file__).with_name("aws.json")

TYPES = [
    "cloudwatch_composite_alarm",
    "cloudwatch_log_group",
    "cloudwatch_log_resource_policy",
    "cloudwatch_metric_alarm",
    "customer_gateway",
    "default_network_acl",
    "default_route_table",
    "default_security_group",
    "ec2_transit_gateway",
    "ec2_transit_gateway_connect",
    "ec2_transit_gateway_peering_attachment",
    "ec2_transit_gateway_peering_attachment_accepter",
    "ec2_transit_gateway_prefix_list_reference",
    "ec2_transit_gateway_route",
    "ec2_transit_gateway_route_table",
    "ec2_transit_gateway_route_table_association",
    "ec2_transit_gateway_route_table_propagation",
    "ec2_transit_gateway_vpc_attachment",
    "ec2_transit_gateway_vpc_attachment_accepter",
    "eip",
    "flow_log",
    "iam_policy",
    "iam_role",
    "iam_role_policy",
    "iam_role_policy_attachment",
    "internet_gateway",
    "kms_alias",
    "kms_key",
    "lb",
    "lb_listener",
    "lb_target_group",
    "lb_target_group_attachment",
    "nat_gateway",
    "network_acl",
    "network_acl_association",
    "network_acl_rule",
    "network_interface",
    "ram_principal_association",
    "ram_resource_association",
    "ram_resource_share",
    "ram_resource_share_accepter",
    "route",
    "route_table",
    "route_table_association",
    "secretsmanager_secret",
    "security_group",
    "security_group_rule",
    "subnet",
    "vpc",
    "vpc_dhcp_options",
    "vpc_dhcp_options_association",
    "vpc_endpoint",
    "vpc_endpoint_policy",
    "vpc_endpoint_private_dns",
    "vpc_endpoint_route_table_association",
    "vpc_endpoint_security_group_association",
    "vpc_endpoint_service",
    "vpc_endpoint_subnet_association",
    "vpc_ipv4_cidr_block_association",
    "vpc_security_group_egress_rule",
    "vpc_security_group_ingress_rule",
    "vpn_connection",
    "vpn_connection_route",
    "vpn_gateway",
    "vpn_gateway_attachment",
    "vpn_gateway_route_propagation",
]

DATA_SOURCES = [
    "availability_zones",
    "caller_identity",
    "ec2_transit_gateway",
    "ec2_transit_gateway_route_table",
    "ec2_transit_gateway_vpc_attachment",
    "ec2_transit_gateway_vpn_attachment",
    "iam_policy_document",
    "network_interface",
    "network_interfaces",
    "partition",
    "region",
    "route_table",
    "secretsmanager_secret",
    "secretsmanager_secret_version",
    "subnet",
    "vpc",
    "vpc_endpoint_service",
]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wheel", type=Path, help="a wheel that is there already, instead of a download")
    given = options.parse_args().wheel
    with tempfile.TemporaryDirectory() as folder:
        wheel = given or download(Path(folder))
        schema = read_wheel(wheel)
    TARGET.write_text(text(schema) + "\n", encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes", file=sys.stderr)
    return 0


def download(folder: Path) -> Path:
    """The package's wheel, fetched with pip into `folder`."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), f"{PACKAGE}=={VERSION}"], check=True)
    return next(folder.glob("*.whl"))


def read_wheel(wheel: Path) -> dict[str, Any]:
    """The committed document: provenance, provider, resources, data_sources."""
    content = wheel.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as outer:
        inner = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        files = _members(outer.read(inner))
    provider = read_block(files["provider"])[1]
    del provider["attributes"]["alias"]  # Terraform's own meta-argument, not the provider's
    provenance = {
        "package": PACKAGE,
        "version": VERSION,
        "wheel_sha256": hashlib.sha256(content).hexdigest(),
        "provider": "hashicorp/aws",
        "provider_version": _provider_version(files[_folder("vpc")]),
        "refresh": "python -m tests.terraform.schema.refresh",
    }
    return {
        "provenance": provenance,
        "provider": provider,
        "resources": dict(_read(files, name, "") for name in TYPES),
        "data_sources": dict(_read(files, name, "data-aws-") for name in DATA_SOURCES),
    }


def _members(tarball: bytes) -> dict[str, str]:
    """The wanted class files of the jsii tarball, by folder name."""
    wanted = {"provider", *map(_folder, TYPES), *(f"data-aws-{_folder(name)}" for name in DATA_SOURCES)}
    files = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for member in archive:
            parts = Path(member.name).parts  # package/lib/<folder>/index.js
            if len(parts) == 4 and parts[1] == "lib" and parts[3] == "index.js" and parts[2] in wanted:
                stream = archive.extractfile(member)
                assert stream is not None
                files[parts[2]] = stream.read().decode("utf-8")
    missing = wanted - files.keys()
    if missing:
        raise SystemExit(f"{PACKAGE} {VERSION} has no {', '.join(sorted(missing))}")
    return files


def _folder(name: str) -> str:
    return name.replace("_", "-")


def _provider_version(text: str) -> str:
    found = re.search(r"providerVersion: '([\d.]+)'", text)
    if not found:
        raise SystemExit("the package no longer tells the provider's version")
    return found[1]


def _read(files: dict[str, str], name: str, prefix: str) -> tuple[str, Block]:
    type_name, block = read_block(files[prefix + _folder(name)])
    if type_name != f"aws_{name}":
        raise SystemExit(f"{prefix}{_folder(name)} is {type_name}, not aws_{name}")
    return type_name, block


def text(value: Any, indent: str = "") -> str:
    """JSON with one attribute a line, so that a refresh is a readable diff."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value)
    inner = indent + " "
    lines = ",\n".join(f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items())
    return f"{{\n{lines}\n{indent}}}"


if __name__ == "__main__":
    sys.exit(main())
