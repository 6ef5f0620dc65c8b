"""What reading and address arithmetic refuse, listed as rules beside those of this folder.

They are enforced elsewhere: files in describe/document.py and workspace/paths.py, YAML in describe/yaml_parser.py,
fields in describe/field_types.py and describe/scalar_types.py, addresses in addresses.py.
"""

from __future__ import annotations

from natlane.check.rule import Rule
from natlane.facts import aws

YAML = "YAML 1.2, core schema"
FIELDS = "docs/descriptor.md"
LIMIT = "natlane's own limit"
SUBNETS = "VPC, Subnet CIDR blocks, subnet sizing"

_SENTENCES = {
    "Files": {
        "file-missing": ("landing-zone.yaml exists.", FIELDS),
        "file-unreadable": ("Every file and folder can be read.", FIELDS),
        "file-not-file": ("What is named like a descriptor is a file.", FIELDS),
        "file-suffix": ("Descriptors end in .yaml, not in .yml.", LIMIT),
        "file-nested": ("Descriptors lie in partners/ itself, not in a folder below it.", LIMIT),
        "file-too-large": ("A document has at most 1 MiB.", LIMIT),
        "file-not-utf8": ("A document is UTF-8.", YAML),
        "partners-missing": ("There is a folder partners.", FIELDS),
        "output-interrupted": ("No earlier run that was interrupted is left to complete.", "docs/operations.md"),
        "secret": ("No document holds a key, a password or a token; none is ever printed.", "S2S, Pre-shared keys"),
    },
    "YAML": {
        "yaml-syntax": ("A document is YAML.", YAML),
        "yaml-conflict": ("No merge conflict is left in a document.", "git-merge, How conflicts are presented"),
        "yaml-character": ("A document holds no control characters.", YAML),
        "yaml-empty": ("A document is not empty.", FIELDS),
        "yaml-not-mapping": ("A document is a mapping of fields.", FIELDS),
        "yaml-documents": ("A file holds one document.", LIMIT),
        "yaml-duplicate-key": ("No key is written twice: YAML readers would keep one and drop the other.", YAML),
        "yaml-key": ("Keys are plain text.", FIELDS),
        "yaml-merge": ("Merge keys (<<) are not used: no YAML 1.2 reader knows them.", YAML),
        "yaml-tag": ("Tags (!name) are not used.", LIMIT),
        "yaml-alias": ("Aliases name an anchor above them, and are few.", LIMIT),
        "yaml-too-many": ("No list or mapping has more than 5,000 entries.", LIMIT),
        "yaml-depth": ("Nothing is nested more than 16 levels deep.", LIMIT),
    },
    "Fields": {
        "missing-field": ("Fields without a default are written.", FIELDS),
        "fields-exclude": ("Of fields that exclude each other one is written.", FIELDS),
        "unknown-field": ("Only known fields are written.", FIELDS),
        "wrong-type": ("A value has the type of its field.", FIELDS),
        "not-quoted": ("Text that YAML could read as something else has quotes: no, 0123, 12:30.", YAML),
        "pattern": ("A name or id matches its pattern.", FIELDS),
        "too-long": ("Text is within its length.", FIELDS),
        "out-of-range": ("Numbers are within their range, which is AWS's where AWS has one.", FIELDS),
        "not-one-of": ("A choice is one of its values, which are AWS's where AWS has them.", FIELDS),
        "list-length": ("Lists and mappings have as many entries as they may.", FIELDS),
        "list-repeats": ("No list holds a value twice.", FIELDS),
        "cidr-invalid": ("A CIDR is IPv4, as a.b.c.d/length.", FIELDS),
        "cidr-host-bits": ("A CIDR has no host bits set: AWS would silently clear them.", SUBNETS),
        "address-invalid": ("An address is IPv4.", FIELDS),
    },
    "Addresses": {
        "zones-too-many": ("A partner uses no more zones than the landing zone has.", FIELDS),
        "zone-unknown": ("A partner's zones are some of the landing zone's.", FIELDS),
        "block-too-small": (
            f"nat_cidr, natted_cidr and outbound.cidr hold a /{aws.SMALLEST_PREFIX} in each zone.",
            SUBNETS,
        ),
        "address-budget": (
            "A public subnet holds its NAT addresses, endpoints and NLB beside the five that AWS keeps.",
            SUBNETS,
        ),
        "offset-outside": ("An offset points to a usable address.", SUBNETS),
        "offset-taken": ("An offset is taken by no NAT address and no other entry.", FIELDS),
    },
}

READING_RULES = tuple(
    Rule(code, "error", subject, sentence, source)
    for subject, codes in _SENTENCES.items()
    for code, (sentence, source) in codes.items()
)
