"""Rules about what a partner takes over from AWS."""

from __future__ import annotations

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import Subject
from natlane.facts.imports import IMPORT_IDS

rule = rules_about("Adoption")


@rule("adopted-id", "error", "hashicorp/aws, the section Import of each type's page")
def ids_have_their_types_form(subject: Subject) -> Findings:
    """Each import names a type that has an importer, by an id as that type has it."""
    imports = subject.partner.adopted.imports if subject.partner.adopted else {}
    for address, number in imports.items():
        kind = address.partition(".")[0]
        form = IMPORT_IDS.get(kind)
        if form is None:
            yield ("adopted", "imports", address), f"{kind} cannot be imported", "leave it out: the apply makes it"
        elif not form.fullmatch(number):
            hint = "natlane adopt writes the right ones"
            yield ("adopted", "imports", address), f"{kind} is not imported by an id like {number}", hint


@rule("adopted-twice", "error", "Terraform, import blocks: one resource for each object")
def each_thing_is_taken_over_once(subject: Subject) -> Findings:
    """Nothing in AWS is imported as two resources."""
    seen: dict[tuple[str, str], str] = {}
    imports = subject.partner.adopted.imports if subject.partner.adopted else {}
    for address, number in imports.items():
        first = seen.setdefault((address.partition(".")[0], number), address)
        if first != address:
            yield ("adopted", "imports", address), f"{number} is {first} already", "keep one of them"
