"""Tags of what is there already."""

from __future__ import annotations

from tests.aws.call import Call, answers
from tests.aws.filters import matching
from tests.aws.models import model
from tests.aws.paging import page
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


@answers("ec2", "DescribeTags")
def describe_tags(call: Call) -> Data:
    """Tags one by one, by resource-id, resource-type, key and value (EC2 API reference, DescribeTags)."""
    told = [
        {"Key": tag["Key"], "Value": tag["Value"], "ResourceId": record.id, "ResourceType": record.kind}
        for kind in sorted(call.world.records)
        for record in call.world.all(kind, call.account)
        for tag in record.data.get(_member(record.data), ())
    ]
    kept = matching(told, call.params.get("Filters", []), model("ec2").shape_for("TagDescription"))
    items, token = page(kept, call.params, call.world.quotas.get("page", 1000))
    return {"Tags": items, **({"NextToken": token} if token else {})}
