"""The names of services behind interface endpoints: AWS's short ones, and what each region makes of them.

Source: PrivateLink guide, "AWS services that integrate with AWS PrivateLink" (November 2025 and later), but for what a
comment says otherwise. FIPS names are left out of the lists: each is a listed name with `-fips` in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from natlane.facts.aws import partition_of

# Services whose endpoints in China are named with `cn.`; the others are not (describe-vpc-endpoint-services there).
_CHINA = """
    account application-autoscaling appmesh-envoy-management athena autoscaling awsconnector backup batch
    cassandra cloudcontrolapi cloudformation codedeploy-commands-secure databrew dms ebs ec2 ecr.api ecr.dkr
    eks elasticache elasticbeanstalk elasticfilesystem elasticfilesystem-fips emr-containers execute-api fsx
    imagebuilder iot.data iotsitewise.api iotsitewise.data kinesis-streams lambda license-manager monitoring
    polly rds redshift redshift-data s3 sagemaker.api sagemaker.featurestore-runtime sagemaker.runtime
    securityhub servicecatalog sms sqs states sts sync-states synthetics transcribe transcribestreaming
    transfer workspaces xray
"""
_OTHERS = """
    access-analyzer acm acm-pca airflow.api airflow.env airflow.ops analytics-omics apigateway app-integrations
    appconfig appconfigdata application-signals applicationinsights appmesh apprunner apprunner.requests
    appstream.api appstream.streaming appsync-api apptest aps aps-workspaces arsenal-discovery auditmanager
    autoscaling-plans b2bi backup-gateway bcm-pricing-calculator bedrock bedrock-agent bedrock-agent-runtime
    bedrock-data-automation bedrock-data-automation-runtime bedrock-runtime billing billingconductor braket cases
    ce cleanrooms cleanrooms-ml clouddirectory cloudhsmv2 cloudtrail codeartifact.api codeartifact.repositories
    codebuild codecommit codeconnections.api codedeploy codeguru-profiler codeguru-reviewer codepipeline
    codestar-connections.api codewhisperer comprehend comprehendmedical compute-optimizer config connect-campaigns
    console control-storage-omics controlcatalog controltower cost-optimization-hub data-servicediscovery
    dataexchange datasync datazone deadline.management deadline.scheduling detective deviceadvisor.iot devops-guru
    dicom-medical-imaging directconnect discovery dlm drs ds ds-data dsql dynamodb dynamodb-streams ec2messages ecs
    ecs-agent ecs-telemetry eks-auth eks-proxy elasticbeanstalk-health elasticloadbalancing elasticmapreduce
    email-smtp emr-serverless emr-serverless-services.livy emr-serverless.dashboard emrwal.prod entityresolution
    events evs finspace finspace-api fis fms forecast forecastquery frauddetector freetier gamelift gameliftstreams
    geo.geofencing geo.maps geo.metadata geo.places geo.routes geo.tracking git-codecommit glue glue.dashboard
    grafana grafana-workspace greengrass groundstation guardduty guardduty-data healthlake highlander identitystore
    inspector-scan inspector2 internetmonitor iot.api iot.credentials iot.tunneling.api iot.tunneling.data
    iotfleetwise iotmanagedintegrations.api iotroborunner iottwinmaker.api iottwinmaker.data iotwireless.api
    ivs.contribute kafka kendra kinesis-firehose kinesisanalytics kms lakeformation launchwizard
    license-manager-linux-subscriptions license-manager-user-subscriptions lightsail logs lookoutequipment
    lookoutvision lorawan.cups lorawan.lns m2 macie2 mail-manager mail-manager-smtp.auth mail-manager-smtp.open
    managedblockchain-query managedblockchain.bitcoin.mainnet managedblockchain.bitcoin.testnet mediaconnect
    mediaconvert medical-imaging memory-db metering-marketplace mgn migrationhub-orchestrator migrationhub-strategy
    models-v2-lex mq neptune-graph neptune-graph-data network-firewall networkflowmonitor networkflowmonitorreports
    networkmanager networkmonitor notifications notifications-contacts oam observabilityadmin organizations osis
    outposts panorama payment-cryptography.controlplane payment-cryptography.dataplane pca-connector-ad
    pca-connector-scep pcs personalize personalize-events personalize-runtime pi pinpoint pinpoint-sms-voice-v2
    pipes pipes-data pricing.api profile proton q qapps quicksight-website ram rbin rds-data redshift-serverless
    refactor-spaces rekognition repostspace resource-explorer-2 resource-groups rolesanywhere rum rum-dataplane
    runtime-medical-imaging runtime-v2-lex s3-outposts s3tables sagemaker-data-science-assistant sagemaker.metrics
    scheduler schemas scn secretsmanager securitylake serverlessrepo service.user-subscriptions
    servicecatalog-appregistry servicediscovery servicequotas signin simspaceweaver snow-device-management sns
    social-messaging ssm ssm-contacts ssm-incidents ssm-quicksetup ssm-sap ssmmessages storage-omics storagegateway
    streaming-rekognition swf tagging tags-omics tax textract thinclient.api timestream-influxdb
    timestream.ingest-cell timestream.query-cell tnb transfer.server transform transform-custom translate
    trustedadvisor verifiedpermissions voiceid vpc-lattice wafv2 wellarchitected wisdom workflows-omics workmail
    workmailmessageflow workspaces-web
"""
CHINA_ENDPOINTS: Final = frozenset(_CHINA.split())
GLOBAL_ENDPOINTS: Final = frozenset(("iam", "route53"))  # one for all regions; the service's own is us-east-1
# Named without a region too, and asked for in the endpoint's own.
REGIONLESS_ENDPOINTS: Final = frozenset(("cloudfront", "s3-global.accesspoint", "savingsplans"))
# Named otherwise than by com.amazonaws.
NAMED_OTHERWISE: Final[Mapping[str, str]] = {
    "bcm-data-exports": "aws.api.{region}.bcm-data-exports",
    "cassandra-streams": "api.aws.{region}.cassandra-streams",
    "kendra-ranking": "aws.api.{region}.kendra-ranking",
    "qbusiness": "aws.api.{region}.qbusiness",
    **{f"sagemaker.{part}": f"aws.sagemaker.{{region}}.{part}" for part in ("experiments", "notebook", "partner-app")},
    "sagemaker.studio": "aws.sagemaker.{region}.studio",
}
SOVEREIGN_ENDPOINTS: Final = frozenset(("ecr.api", "ecr.dkr", "execute-api", "securityhub"))  # with `eu.amazonaws`
ENDPOINTS: Final = frozenset(
    (*CHINA_ENDPOINTS, *_OTHERS.split(), *GLOBAL_ENDPOINTS, *REGIONLESS_ENDPOINTS, *NAMED_OTHERWISE)
)
_PREFIX: Final = re.compile(r"(?:cn\.com\.amazonaws|com\.amazonaws|eu\.amazonaws|aws\.api|api\.aws|aws)\.(?P<rest>.+)")
_SERVICE_ID: Final = re.compile(r"vpce-svc-(?:[0-9a-f]{8}|[0-9a-f]{17})")
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]")


def endpoint_service_name(service: str, region: str) -> str:
    """The name under which a region's interface endpoint asks for a service.

    A short name (`execute-api`) becomes AWS's own; a whole name stays as it is.
    """
    if is_whole_name(service):
        return service
    if region.startswith("cn-") and service in CHINA_ENDPOINTS:
        return f"cn.com.amazonaws.{region}.{service}{'.cn' if service == 'transcribe' else ''}"
    if _is_without_region(service, region):
        return f"com.amazonaws.{service}"
    if region.startswith("eusc-") and service in SOVEREIGN_ENDPOINTS:
        return f"eu.amazonaws.{region}.{service}"
    return NAMED_OTHERWISE.get(service, f"com.amazonaws.{{region}}.{service}").format(region=region)


def _is_without_region(name: str, region: str) -> bool:
    """Whether a service, by its short name, has no region in its whole one."""
    return name in REGIONLESS_ENDPOINTS or (name in GLOBAL_ENDPOINTS and partition_of(region) == "aws")


def is_whole_name(service: str) -> bool:
    """Whether an endpoint's service is named as AWS or a PrivateLink provider names it, region and all."""
    return service.startswith(("com.amazonaws.", "cn.com.amazonaws.", "eu.amazonaws.", "aws.", "api.aws."))


def short_name(service: str) -> str:
    """`com.amazonaws.eu-west-1.iot.data` as `iot.data`; a PrivateLink service of somebody else as `vpce`."""
    match = _PREFIX.fullmatch(service)
    if match is None:
        return service
    parts = [part for part in match["rest"].split(".") if not _REGION.fullmatch(part)]
    return "vpce" if parts[:1] == ["vpce"] else ".".join(parts).removesuffix(".cn")


def is_known(service: str) -> bool:
    """Whether AWS's guide lists a service, by its short name or its whole one, FIPS or not."""
    name = short_name(service)
    return name in ENDPOINTS or re.sub(r"[-.]fips(?=\.|$)", "", name) in ENDPOINTS


def region_of(service: str, region: str) -> str:
    """The region of the service that a whole name means; the endpoint's own where the name has none."""
    if service.removeprefix("com.amazonaws.") in GLOBAL_ENDPOINTS and partition_of(region) == "aws":
        return "us-east-1"
    if not is_whole_name(service):
        return region
    named = [part for part in service.split(".") if _REGION.fullmatch(part)]
    return region if region in named or not named else named[0]


def right_name(service: str, region: str) -> str:
    """What a name that no service can have should be; the name itself where its form is right."""
    last = service.rpartition(".")[2]
    regions = [part for part in service.split(".") if _REGION.fullmatch(part)]
    if last.startswith("vpce-svc-"):
        whole = f"com.amazonaws.vpce.{(regions or [region])[0]}.{last}"
        return service if service == f"cn.{whole}" else whole
    name = short_name(service)
    if not is_whole_name(service):  # a host's name, such as sqs.eu-west-1.amazonaws.com
        return ".".join(part for part in service.removesuffix(".amazonaws.com").split(".") if part not in regions)
    if _is_without_region(name, region):  # com.amazonaws.us-east-1.iam
        return endpoint_service_name(name, region)
    if regions or name in GLOBAL_ENDPOINTS:
        return service
    return endpoint_service_name(name, region)


def is_service_id(service: str) -> bool:
    """Whether the id in the name of somebody else's service has the form of AWS's; True where no id is in it."""
    last = service.rpartition(".")[2]
    return not last.startswith("vpce-") or _SERVICE_ID.fullmatch(last) is not None
