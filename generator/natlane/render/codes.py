"""Codes about templates and about writing out/, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = (
    *codes_about(
        "Templates",
        "docs/changing-a-template.md",
        (
            (
                "template-fails",
                "A template gives a text for each partner.",
                "{{ plan.no_such_field }}",
                "a field of the plan",
            ),
            (
                "template-key",
                "No template writes a pre-shared key into out/.",
                "tunnel1_preshared_key = as text",
                "leave it to AWS, or preshared_keys: variables",
            ),
            (
                "template-name",
                "A template's file has a name that natlane may write, and its folder is not too deep.",
                "templates/.terraform.lock.hcl.j2",
                "a-z, 0-9, . _ - and another ending",
            ),
            (
                "template-no-header",
                "Each file that a template gives begins with natlane's header.",
                "a template without the include of _header.j2",
                '{% include "_header.j2" %} in its first line',
            ),
            (
                "template-override",
                "No template gives a file that Terraform merges into others.",
                "templates/vpc_override.tf.j2",
                "a copy of templates/vpc.tf.j2",
            ),
            (
                "template-syntax",
                "A template holds the listed constructs only.",
                "{% set x = 1 %}, {{ a + b }}, a filter of Jinja's own",
                "names, dots, for, if, include and the named filters",
            ),
            (
                "template-unreadable",
                "Each template can be read, is UTF-8, no link, and not too large.",
                "templates/vpc.tf.j2 -> /tmp/vpc.tf.j2",
                "put the file itself there",
            ),
        ),
    ),
    *codes_about(
        "Writing out/",
        "docs/operations.md",
        (
            (
                "output-foreign",
                "Each file in out/NAME is natlane's, or one of the user's own kinds.",
                "out/acme/extra.tf without natlane's header",
                "move it away, or make it a template",
                "error or warning",
            ),
            (
                "output-orphan",
                "Each folder of out/ belongs to a partner.",
                "partners/acme.yaml was deleted, and out/acme is there",
                "put it back with status: decommissioned, apply; then delete it, and natlane prune acme",
                "error or warning",
            ),
            ("output-symlink", "out/ holds no links.", "out/acme -> /srv/acme", "remove it"),
            (
                "output-unreadable",
                "What is in out/ can be read.",
                "out/acme/vpc.tf of another user, with mode 0600",
                "chmod u+r, as its owner",
            ),
            (
                "output-unwritable",
                "out/ can be written, and a full disk or a lost right leaves it whole.",
                "no space left on device",
                "make room, and run natlane generate again",
            ),
        ),
    ),
)
