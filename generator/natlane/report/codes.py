"""Codes about the fleet's page, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = codes_about(
    "Report",
    "docs/report.md",
    (
        (
            "report-unwritable",
            "The page is written outside of out/, in the place of an earlier page or of nothing.",
            "natlane report --html README.md",
            "another file by --html",
        ),
    ),
)
