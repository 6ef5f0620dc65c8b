"""Reader of one generated JavaScript class file: the Terraform block schema that it was generated from.

The files come from a code generator fed with `terraform providers schema -json`. It writes above every
getter `// name - computed: true, optional: false, required: false`, and in `...ToHclTerraform` and
`synthesizeHclAttributes` how each name goes back to HCL: `isBlock`, `type`, `storageClassType`. A name in
the first place only is computed; one that goes back through `listMapperHcl(..., false)` is an attribute
whose value is objects (`ingress = [...]`); the other nested ones are blocks.

A block is {"attributes": {name: [mode, type]}, "blocks": {name: {"nesting", "min", "max", **block}}}: mode
one of required, optional, computed, "optional computed"; type as Terraform's JSON writes it ("string",
["set", "string"], ["list", ["object", {...}]]); nesting list, set or single; max 0 for no bound. Raises
ValueError for what it does not know: a new shape of the generated code must be looked at, not guessed.
"""

from __future__ import annotations

import re
from typing import Any

Block = dict[str, Any]

CLASS = re.compile(r"^class (\w+) extends cdktn\.(\w+) \{(.*?)^\}", re.M | re.S)
PROPERTY = re.compile(
    r"// (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n"
    r"(?:    (_\w+)(?: = new (\w+)\(this, \"\w+\"(?:, (true|false))?\))?;\n)?"
    r"    get \w+\(\) \{\n\s+return ([^\n]*);",
)
ENTRY = re.compile(
    r"(\w+): \{\s+value: ([^\n]*),\s+isBlock: (true|false),"
    r"\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\",\s+\}"
)
FUNCTION = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{(.*?)^\}", re.M | re.S)
SCALARS = {"string": "string", "boolean": "bool", "number": "number"}
GETTERS: dict[str, Any] = {
    "this.getStringAttribute": "string",
    "this.getBooleanAttribute": "bool",
    "this.getNumberAttribute": "number",
    "this.getListAttribute": ["list", "string"],
    "this.getNumberListAttribute": ["list", "number"],
    "this.getStringMapAttribute": ["map", "string"],
    "this.getBooleanMapAttribute": ["map", "bool"],
    "this.getNumberMapAttribute": ["map", "number"],
    "cdktn.Fn.tolist(this.getListAttribute": ["set", "string"],
    "cdktn.Token.asNumberList(cdktn.Fn.tolist(this.getNumberListAttribute": ["set", "number"],
}


def read_block(text: str) -> tuple[str, Block]:
    """The Terraform type name that the file is for (`aws` for the provider itself) and its block."""
    classes = {name: (base, body) for name, base, body in CLASS.findall(text)}
    functions = dict(FUNCTION.findall(text))
    for base, body in classes.values():
        if base in ("TerraformResource", "TerraformDataSource", "TerraformProvider"):
            name = re.search(r'static tfResourceType = "(\w+)"', body)
            if not name:
                raise ValueError("no tfResourceType")
            entries = body[body.index("synthesizeHclAttributes()") :]
            return name[1], _block(body, entries, classes, functions)
    raise ValueError("no resource, data source or provider class")


def _block(body: str, entries: str, classes: dict[str, tuple[str, str]], functions: dict[str, str]) -> Block:
    """One class body and the text of its HCL entries -> a block."""
    written = {entry[0]: entry[1:] for entry in ENTRY.findall(entries)}
    attributes: dict[str, Any] = {}
    blocks: dict[str, Any] = {}
    for name, computed, optional, required, _field, nested, wraps_set, returned in PROPERTY.findall(body):
        mode = _mode(computed, optional, required)
        value, _is_block, kind, stored = written.get(name, ("", "", "", ""))
        if not nested and stored.endswith("List") and stored[:1].isupper():
            nested = stored  # the provider's own nested blocks are held without a wrapper class
        if not nested:
            attributes[name] = [mode, _type(name, returned, kind, stored)]
            continue
        single = nested.endswith("OutputReference")
        element = nested.removesuffix("OutputReference").removesuffix("List")
        inner = _nested(element, classes, functions)
        if name not in written or re.search(r"listMapperHcl\(\w+, false\)", value):
            nesting = "set" if wraps_set == "true" else "list"
            attributes[name] = [mode, [nesting, _object(inner)]]
            continue
        minimum = 1 if required == "true" else 0
        nesting = "single" if kind == "struct" else kind
        blocks[name] = {"nesting": nesting, "min": minimum, "max": 1 if single else 0, **inner}
    return {"attributes": dict(sorted(attributes.items())), "blocks": dict(sorted(blocks.items()))}


def _nested(element: str, classes: dict[str, tuple[str, str]], functions: dict[str, str]) -> Block:
    """The block of a nested class; the provider's nested blocks have no class, only the HCL entries."""
    function = functions[element[:1].lower() + element[1:]]
    if f"{element}OutputReference" in classes:
        return _block(classes[f"{element}OutputReference"][1], function, classes, functions)
    attributes = {
        name: ["optional", _type(name, "", kind, stored)] for name, _v, _b, kind, stored in ENTRY.findall(function)
    }
    return {"attributes": attributes, "blocks": {}}


def _mode(computed: str, optional: str, required: str) -> str:
    words = [("required", required), ("optional", optional), ("computed", computed)]
    return " ".join(word for word, on in words if on == "true")


def _type(name: str, returned: str, kind: str, stored: str) -> Any:
    """Terraform's JSON type, from the HCL entry where there is one (it tells sets), else from the getter."""
    if kind == "simple":
        return SCALARS[stored]
    if kind in ("list", "set", "map"):
        return [kind, SCALARS[stored.removesuffix("List").removesuffix("Map")]]
    for getter, of_type in GETTERS.items():
        if returned.startswith(f"{getter}("):
            return of_type
    raise ValueError(f"{name}: unknown form: {returned or kind} {stored}")


def _object(block: Block) -> Any:
    """The object type of a block, for attributes whose value is objects."""
    members = {name: of_type for name, (_mode, of_type) in block["attributes"].items()}
    for name, inner in block["blocks"].items():
        members[name] = [inner["nesting"], _object(inner)]
    return ["object", dict(sorted(members.items()))]
