"""The extractor of the provider's schema, and what was extracted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.terraform import aws_schema
from tests.terraform.aws_schema import DOCUMENT, PROVIDER, RESOURCES
from tests.terraform.schema.reading import read_block
from tests.terraform.schema.refresh import DATA_SOURCES, PACKAGE, TYPES, VERSION

pytestmark = pytest.mark.terraform

TYPE = re.compile(r'^(resource|data) "(aws_\w+)"', re.M)
KINDS = {"resource": RESOURCES, "data": aws_schema.DATA_SOURCES}
REFRESH = DOCUMENT["provenance"]["refresh"]

GENERATED = """
function thingPortToHclTerraform(struct) {
    const attrs = {
        number: {
            value: cdktn.numberToHclTerraform(struct.number),
            isBlock: false,
            type: "simple",
            storageClassType: "number",
        },
    };
}
class ThingPortOutputReference extends cdktn.ComplexObject {
    // number - computed: false, optional: false, required: true
    _number;
    get number() {
        return this.getNumberAttribute('number');
    }
}
class ThingRoutesOutputReference extends cdktn.ComplexObject {
    // source - computed: true, optional: false, required: false
    get source() {
        return this.getStringAttribute('source');
    }
}
function thingRoutesToHclTerraform(struct) {
    const attrs = {};
}
class Thing extends cdktn.TerraformResource {
    static tfResourceType = "aws_thing";
    // names - computed: false, optional: true, required: false
    _names;
    get names() {
        return cdktn.Fn.tolist(this.getListAttribute('names'));
    }
    // port - computed: false, optional: false, required: true
    _port = new ThingPortOutputReference(this, "port");
    get port() {
        return this._port;
    }
    // routes - computed: true, optional: false, required: false
    _routes = new ThingRoutesList(this, "routes", true);
    get routes() {
        return this._routes;
    }
    synthesizeHclAttributes() {
        const attrs = {
            names: {
                value: cdktn.listMapperHcl(cdktn.stringToHclTerraform, false)(this._names),
                isBlock: false,
                type: "set",
                storageClassType: "stringList",
            },
            port: {
                value: thingPortToHclTerraform(this._port.internalValue),
                isBlock: true,
                type: "list",
                storageClassType: "ThingPortList",
            },
        };
    }
}
"""


def test_generated_class_is_read() -> None:
    """A set of strings, a block that may stand once and must, and a computed set of objects."""
    port = {
        "nesting": "list",
        "min": 1,
        "max": 1,
        "attributes": {"number": ["required", "number"]},
        "blocks": {},
    }
    assert read_block(GENERATED) == (
        "aws_thing",
        {
            "attributes": {
                "names": ["optional", ["set", "string"]],
                "routes": ["computed", ["set", ["object", {"source": "string"}]]],
            },
            "blocks": {"port": port},
        },
    )


def test_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"names: unknown form: this\.getTuple"):
        read_block(
            GENERATED.replace("cdktn.Fn.tolist(this.getListAttribute(", "this.getTuple(").replace('"set"', '"tuple"')
        )


FACTS: list[tuple[str, str, list[Any]]] = [
    ("aws_vpn_connection", "customer_gateway_id", ["required", "string"]),
    ("aws_vpn_connection", "tunnel2_phase2_dh_group_numbers", ["optional", ["set", "number"]]),
    ("aws_vpn_connection", "preshared_key_arn", ["computed", "string"]),
    ("aws_nat_gateway", "secondary_private_ip_addresses", ["optional computed", ["set", "string"]]),
    ("aws_lb_target_group", "preserve_client_ip", ["optional computed", "string"]),
]


@pytest.mark.parametrize(("type_name", "argument", "expected"), FACTS)
def test_facts_that_templates_rely_on(type_name: str, argument: str, expected: list[Any]) -> None:
    assert RESOURCES[type_name]["attributes"][argument] == expected


def test_committed_schema_is_what_refresh_would_take() -> None:
    """The same package, version and types; the content itself is held by the wheel's sha256 beside it."""
    provenance = DOCUMENT["provenance"]
    assert (provenance["package"], provenance["version"]) == (PACKAGE, VERSION)
    assert list(DOCUMENT["resources"]) == [f"aws_{name}" for name in TYPES]
    assert list(DOCUMENT["data_sources"]) == [f"aws_{name}" for name in DATA_SOURCES]
    assert "alias" not in PROVIDER["attributes"]


def test_templates_use_types_of_the_subset() -> None:
    """Told here at once, with what to do about it; Terraform would tell it late, and without."""
    templates = sorted((Path(__file__).parents[2] / "templates").glob("**/*.j2"))
    used = {name for path in templates for name in TYPE.findall(path.read_text(encoding="utf-8"))}
    assert ("resource", "aws_vpc") in used
    missing = sorted(name for kind, name in used if name not in KINDS[kind])
    assert missing == [], f"name them in tests/terraform/schema/refresh.py and run: {REFRESH}"
