"""Tags of what is there already."""

from __future__ import annotations

from tests.aws.call import Call, answers
from tests.aws.world import Data


def _member(data: Data) -> str:
    return "TagSet" if "TagSet" in data else "Tags"


@answers("ec2", "CreateTags")
def create_tags(call: Call) -> Data:
    """Adds or overwrites (EC2 API reference, CreateTags)."""
    found = [call.world.any(each, call.account) for each in call.params["Resources"]]
    for record in found:
        member = _member(record.data)
        kept = {tag["Key"]: tag["Value"] for tag in record.data.get(member, ())}
        kept |= {tag["Key"]: tag.get("Value", "") for tag in call.params["Tags"]}
        record.data[member] = [{"Key": key, "Value": kept[key]} for key in sorted(kept)]
    return {}


@answers("ec2", "DeleteTags")
def delete_tags(call: Call) -> Data:
    """All tags, or those of the keys; one with a value only where it has that value (DeleteTags)."""
    for record in [call.world.any(each, call.account) for each in call.params["Resources"]]:
        member = _member(record.data)
        record.data[member] = [
            tag
            for tag in record.data.get(member, ())
            if not any(
                each["Key"] == tag["Key"] and each.get("Value", tag["Value"]) == tag["Value"]
                for each in call.params.get("Tags", [tag])
            )
        ]
    return {}
