"""The rules about names, status and tags: the descriptor's own, and the landing zone's tags."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import Subject
from natlane.describe.landing_zone import LandingZone
from natlane.facts import aws

rule = rules_about("Names and status")
tag_rule = rules_about("Tags")  # of a partner and of the landing zone
tag_sum_rule = rules_about("Tags")  # of both together
TAGGING = "Tagging AWS resources, Tag naming limits"
_NOT_TAG = re.compile(r"[^\w\s+\-=.:/@]")


def nearest(name: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown name."""
    names = list(known)
    near = difflib.get_close_matches(name, names, 1, 0.5)
    if near:
        return f"did you mean {near[0]}?"
    shown = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    return f"known are {shown}"


@rule("partner-file-name", "error", "docs/descriptor.md, partner")
def partner_file_name(subject: Subject) -> Findings:
    """partner equals the stem of the file's name, which names the folder in out/."""
    name = subject.document.path.rpartition("/")[2].removesuffix(".yaml")
    if subject.partner.partner != name:
        yield (
            ("partner",),
            f"{subject.partner.partner} is not the file's name {name}",
            f"rename the file to {subject.partner.partner}.yaml, or write `partner: {name}`",
        )


@rule("partner-name-prefix", "error", "EC2 API, CreateSecurityGroup; ELB API, CreateLoadBalancer")
def partner_name_prefix(subject: Subject) -> Findings:
    """A partner's name does not begin as AWS's own names do: security groups with sg-, load balancers with
    internal-.
    """
    partner = subject.partner
    field = "renamed_from" if partner.renamed_from else "partner"
    for prefix in aws.REFUSED_PREFIXES:
        if partner.made_as.startswith(prefix):
            yield (
                (field,),
                f"AWS refuses names that begin with {prefix}",
                f"write {partner.made_as.removeprefix(prefix)}",
            )


@rule("renamed-from-itself", "error", "docs/descriptor.md, renamed_from")
def renamed_from_itself(subject: Subject) -> Findings:
    """renamed_from is another name than partner."""
    if subject.partner.renamed_from == subject.partner.partner:
        yield ("renamed_from",), f"{subject.partner.partner} is its name now", "leave renamed_from out"


@rule("renamed-from-present", "error", "docs/descriptor.md, renamed_from")
def renamed_from_present(subject: Subject) -> Findings:
    """renamed_from names no partner that still has a descriptor: two modules would hold the same things."""
    before = subject.partner.renamed_from
    if before and before != subject.partner.partner and before in subject.names:
        yield (
            ("renamed_from",),
            f"{before} still has a descriptor, partners/{before}.yaml",
            "delete that file, or leave renamed_from out",
        )


@rule("nothing-to-do", "error", "docs/descriptor.md, reach and inbound")
def nothing_to_do(subject: Subject) -> Findings:
    """A partner is reached from a VPC of ours, or calls something of ours."""
    partner = subject.partner
    if not (partner.reach or partner.inbound.endpoints or partner.inbound.services):
        vpcs = ", ".join(list(subject.landing_zone.vpcs)[:5])
        yield (
            ("reach",),
            "neither reach nor inbound says what this partner is for",
            f"write `reach: [{vpcs.partition(',')[0]}]` (our VPCs are {vpcs}), or inbound",
        )


@rule("decommissioned", "warning", "docs/operations.md, decommission")
def decommissioned(subject: Subject) -> Findings:
    """A decommissioned partner loses everything with the next apply: tunnel addresses and keys never come
    back.
    """
    if subject.partner.status == "decommissioned":
        yield (
            ("status",),
            f"the next apply destroys everything of {subject.partner.partner}",
            "delete the descriptor after that apply",
        )


@tag_rule("tag-length", "error", TAGGING)
def tag_length(tagged: Subject | LandingZone) -> Findings:
    """A tag's key has 1 to 128 characters, its value at most 256."""
    for key, value in _tags(tagged).items():
        if not 1 <= len(key) <= aws.TAG_KEY_MOST:
            hint = "shorten it" if key else "write a key"
            yield ("tags", key), f"the key has {len(key)} characters, AWS takes 1 to {aws.TAG_KEY_MOST}", hint
        if len(value) > aws.TAG_VALUE_MOST:
            yield ("tags", key), f"has {len(value)} characters, AWS takes {aws.TAG_VALUE_MOST}", "shorten it"


@tag_rule("tag-characters", "error", TAGGING)
def tag_characters(tagged: Subject | LandingZone) -> Findings:
    """Tags hold letters, digits, spaces and + - = . _ : / @ only."""
    for key, value in _tags(tagged).items():
        for what, text in (("key", key), ("value", value)):
            bad = _NOT_TAG.search(text)
            if bad:
                allowed = "letters, digits, spaces and + - = . _ : / @ are allowed"
                yield ("tags", key), f"U+{ord(bad[0]):04X} is not allowed in a tag's {what}", allowed


@tag_rule("tag-reserved", "error", TAGGING)
def tag_reserved(tagged: Subject | LandingZone) -> Findings:
    """No tag key starts with aws:, which AWS keeps for itself."""
    for key in _tags(tagged):
        if key.lower().startswith("aws:"):
            yield ("tags", key), f"{key} starts with aws:, which AWS keeps for itself", "choose another key"


@tag_rule("tag-overwritten", "error", "docs/descriptor.md, tags")
def tag_overwritten(tagged: Subject | LandingZone) -> Findings:
    """The tags Name, partner and managed-by are natlane's own, the last two in any case."""
    owned = {each.lower() for each in aws.TAGS_OF_OURS if each != "Name"}  # IAM's conditions on tags know no case
    for key in _tags(tagged):
        if key in aws.TAGS_OF_OURS or key.lower() in owned:
            yield ("tags", key), f"{key} is a tag that natlane writes itself", "choose another key"


@tag_rule("tag-case", "warning", TAGGING)
def tag_case(tagged: Subject | LandingZone) -> Findings:
    """No two tag keys differ only in case: AWS takes both in EC2 and one in IAM."""
    first: dict[str, str] = {}
    for key in _tags(tagged):
        other = first.setdefault(key.lower(), key)
        if other != key:
            yield ("tags", key), f"differs from {other} in case only", "keep one"


@tag_sum_rule("tag-count", "error", TAGGING)
def tag_count(subject: Subject) -> Findings:
    """Landing zone and partner together have at most 50 tags, natlane's own included."""
    keys = {*aws.TAGS_OF_OURS, *subject.landing_zone.tags, *subject.partner.tags}
    if len(keys) > aws.TAGS_MOST:
        yield (
            ("tags",),
            f"{len(keys)} tags with those of the landing zone and natlane's own: AWS takes {aws.TAGS_MOST}",
            f"remove {len(keys) - aws.TAGS_MOST}",
        )


def _tags(tagged: Subject | LandingZone) -> Mapping[str, str]:
    return tagged.tags if isinstance(tagged, LandingZone) else tagged.partner.tags
