"""Codes about the hand-over and the form, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = codes_about(
    "Hand-over",
    "docs/handover.md",
    (
        (
            "form-unreadable",
            "A filled form is a YAML file, or a Markdown page with its YAML block.",
            "a form whose ```yaml fence was taken away",
            "fill in the block between the fences, and leave them",
        ),
        (
            "handover-decommissioned",
            "A hand-over is made for an active partner.",
            "natlane handover acme, with status: decommissioned",
            "tell the partner that both tunnels are gone",
        ),
        (
            "handover-no-base",
            "The base that --since names had a hand-over of this partner.",
            "natlane handover acme --since v1, before acme was there",
            "natlane handover acme, without --since",
        ),
        (
            "handover-unwritable",
            "A hand-over is written outside of out/, into a folder that is empty or holds this partner's.",
            "natlane handover acme --to out/acme",
            "--to handover/acme",
        ),
        (
            "outputs-unreadable",
            "A file of outputs is what terraform output -json says of this partner's applied module.",
            "natlane handover acme --outputs globex.json",
            "terraform -chdir=out/acme output -json",
        ),
    ),
)
