"""Flow logs of VPCs."""

from __future__ import annotations

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data


@answers("ec2", "CreateFlowLogs")
def create_flow_logs(call: Call) -> Data:
    """One for each resource; a second one with the same destination is refused (error code FlowLogAlreadyExists)."""
    made, refused = [], []
    for number in call.params["ResourceIds"]:
        call.world.any(number, call.account)
        same = [
            each
            for each in call.world.live("vpc-flow-log", call.account)
            if each.data["ResourceId"] == number
            and each.data.get("LogDestination") == call.params.get("LogDestination")
            and each.data["TrafficType"] == call.params.get("TrafficType", "ALL")
        ]
        if same:
            error = {
                "Code": "FlowLogAlreadyExists",
                "Message": "There is an existing Flow Log with the same configuration.",
            }
            refused.append({"ResourceId": number, "Error": error})
            continue
        made.append(call.world.add("vpc-flow-log", call.account, [call.params, number], _data(call, number)).id)
    return {"FlowLogIds": made, "Unsuccessful": refused}


def _data(call: Call, number: str) -> Data:
    given = call.params
    destination = given.get("LogDestination", "")
    data = {
        "CreationTime": NOW,
        "DeliverLogsStatus": "SUCCESS",
        "FlowLogStatus": "ACTIVE",
        "ResourceId": number,
        "TrafficType": given.get("TrafficType", "ALL"),
        "LogDestinationType": given.get("LogDestinationType", "cloud-watch-logs"),
        "LogDestination": destination,
        "LogFormat": given.get("LogFormat") or _FORMAT,
        "MaxAggregationInterval": given.get("MaxAggregationInterval", 600),
        "Tags": call.tags("vpc-flow-log"),
    }
    if data["LogDestinationType"] == "cloud-watch-logs":
        if "DeliverLogsPermissionArn" not in given:
            raise AwsError("InvalidParameter", "DeliverLogsPermissionArn can't be empty")
        data["DeliverLogsPermissionArn"] = given["DeliverLogsPermissionArn"]
        data["LogGroupName"] = destination.partition(":log-group:")[2].removesuffix(":*")
    return data


# VPC user guide, "Flow log records": the default format.
_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status}"
)


@answers("ec2", "DeleteFlowLogs")
def delete_flow_logs(call: Call) -> Data:
    """What is not there is told beside, and is no error (EC2 API reference, DeleteFlowLogs)."""
    missing = []
    for number in call.params["FlowLogIds"]:
        try:
            call.world.remove(call.world.find("vpc-flow-log", number, call.account))
        except AwsError as error:
            missing.append({"ResourceId": number, "Error": {"Code": error.code, "Message": error.message}})
    return {"Unsuccessful": missing}
