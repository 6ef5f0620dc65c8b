"""What a plan asks of AWS, answered on loopback: who am I, may I take this role, and what is this transit gateway.

Only these three, each as the API reference says: STS AssumeRole and GetCallerIdentity, EC2 DescribeTransitGateways. A
role's credentials carry its account, so that `allowed_account_ids` is checked for real. Any other call is an error,
which names it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

ACCOUNT = re.compile(r"Credential=(?:AKIA|ASIA)(\d{12})")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(.+)")
OWN = "111111111111"  # of the credentials in the environment: the network account of both roots


def environment(port: int) -> tuple[tuple[str, str], ...]:
    """What Terraform is started with, so that the provider asks here."""
    return (
        ("AWS_ACCESS_KEY_ID", f"AKIA{OWN}"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("NO_PROXY", "127.0.0.1"),
    )


@contextmanager
def answering() -> Iterator[int]:
    """The port, while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        caller = ACCOUNT.search(self.headers.get("Authorization", ""))
        status, body = _answer(asked, caller[1] if caller else OWN)
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Nothing is logged."""


def _answer(asked: dict[str, str], account: str) -> tuple[int, str]:
    action = asked.get("Action", "")
    role = ROLE.fullmatch(asked.get("RoleArn", ""))
    if action == "AssumeRole" and role:
        return 200, _sts(action, _credentials(role[1], role[2]))
    if action == "GetCallerIdentity":
        arn = f"arn:aws:sts::{account}:assumed-role/network-deployer/test"
        return 200, _sts(action, f"<Arn>{arn}</Arn><UserId>AROA</UserId><Account>{account}</Account>")
    if action == "DescribeTransitGateways":
        return 200, _transit_gateways(asked.get("TransitGatewayIds.1") or asked.get("TransitGatewayId.1", ""), account)
    error = f"<Error><Code>InvalidAction</Code><Message>{action} is not answered here</Message></Error>"
    return 400, f"<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>"


def _sts(action: str, result: str) -> str:
    inner = f"<{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
    return f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{inner}</{action}Response>'


def _credentials(account: str, role: str) -> str:
    keys = f"<AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>example</SecretAccessKey>"
    rest = "<SessionToken>example</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
    user = f"<AssumedRoleId>AROA:test</AssumedRoleId><Arn>arn:aws:sts::{account}:assumed-role/{role}/test</Arn>"
    return f"<Credentials>{keys}{rest}</Credentials><AssumedRoleUser>{user}</AssumedRoleUser>"


ACCEPTING = "tgw-0123456789abcdef0"  # tests/roots/sovereign-cloud's


def _transit_gateways(identity: str, account: str) -> str:
    """One that was made for many accounts: it hands no attachment to a default table."""
    options = {
        "amazonSideAsn": "64512",
        "autoAcceptSharedAttachments": "enable" if identity == ACCEPTING else "disable",
        "defaultRouteTableAssociation": "disable",
        "defaultRouteTablePropagation": "disable",
        "dnsSupport": "enable",
        "multicastSupport": "disable",
        "vpnEcmpSupport": "enable",
    }
    told = "".join(f"<{name}>{value}</{name}>" for name, value in options.items())
    arn = f"arn:aws:ec2:eu-west-1:{account}:transit-gateway/{identity}"
    item = (
        f"<transitGatewayId>{identity}</transitGatewayId><transitGatewayArn>{arn}</transitGatewayArn>"
        f"<state>available</state><ownerId>{account}</ownerId><options>{told}</options>"
    )
    found = f"<transitGatewaySet><item>{item}</item></transitGatewaySet>"
    space = "http://ec2.amazonaws.com/doc/2016-11-15/"
    return f'<DescribeTransitGatewaysResponse xmlns="{space}">{found}</DescribeTransitGatewaysResponse>'
