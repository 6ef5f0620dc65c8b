"""Codes about git and about what a commit brings into out/, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = (
    *codes_about(
        "git",
        "docs/impact.md",
        (
            (
                "git-failed",
                "git answers what it is asked.",
                "a repository that is damaged, or owned by somebody whom git does not trust",
                "mend what git says, or name a folder by --base",
            ),
            (
                "git-missing",
                "git is installed where a base is a commit.",
                "natlane impact --base main, without git on PATH",
                "install git, or name a folder by --base",
            ),
            (
                "git-no-main",
                "There is a main branch to compare with.",
                "a clone that has neither main nor master",
                "--base REF",
            ),
            (
                "git-no-merge-base",
                "The branch and the main branch have a commit in common.",
                "a shallow clone: actions/checkout without fetch-depth: 0",
                "fetch-depth: 0",
            ),
            (
                "git-not-repository",
                "The root lies in a git repository, unless the base is a folder.",
                "natlane impact in a folder that was unpacked from an archive",
                "name a folder by --base",
            ),
            (
                "git-ref-unknown",
                "What --base or --changed-since names is a commit of this repository.",
                "--base release/1.4, which was never fetched",
                "git fetch, or another REF",
            ),
        ),
    ),
    *codes_about(
        "What a commit brings into out/",
        "Terraform, Files and Directories; Terraform, Dependency Lock File",
        (
            (
                "output-lock",
                "A lock file is as terraform init writes it, and names only providers that the module requires.",
                'provider "registry.terraform.io/somebody/aws" in out/acme/.terraform.lock.hcl',
                "delete it, and run terraform init",
            ),
            (
                "output-unasked",
                "Nothing is tracked below out/ that Terraform takes without being asked.",
                "git add out/acme/terraform.tfvars",
                "delete it; a value belongs into the descriptor",
            ),
        ),
    ),
)
