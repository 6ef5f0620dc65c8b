"""The `adopted` of a descriptor: what AWS held before natlane did, and what of it stays as it was."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from natlane.describe.field_types import Listing, Named
from natlane.describe.scalar_types import Choice, Text
from natlane.facts.imports import KEPT

ADDRESS = Text("a resource's address in the module", r"aws_[a-z0-9_]+\.[a-z0-9_]+", 255, "aws_vpc.vpc_n")
IMPORT_ID = Text("an id that the resource is imported by", r"[A-Za-z0-9/_.:+=,@#-]+", 512, "vpc-0a1b2c3d4e5f60718")


class Adopted(NamedTuple):
    """A partner whose VPN was made otherwise. The gateway's attachment, which has no importer, is the gateway's own."""

    imports: Annotated[
        Mapping[str, str],
        Named(IMPORT_ID, ADDRESS, 0, 5_000),
        "Terraform's addresses with the ids that the first apply takes over; may go after it",
    ] = {}
    kept: Annotated[
        tuple[str, ...],
        Listing(Choice(KEPT), 0, len(KEPT)),
        "options of aws_vpn_connection that every apply leaves as AWS has them, whatever else stands here",
    ] = ()
