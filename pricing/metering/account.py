"""What costs nothing or little around the account: IAM, certificates, budgets, Shield, backups, pipelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from model.quantity import some_positive
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Unpriced, Usage

if TYPE_CHECKING:
    from model.kinds.account import Backup, Budgets, CloudFormation, CodePipeline, Iam
    from model.kinds.acm import Acm
    from model.kinds.shield import Shield

FREE_BUDGET_ACTIONS: Final = 2
BACKUP_METER: Final = {
    "rds": "rds.backup",
    "aurora": "aurora.backup",
    "dynamodb": "dynamodb.backup",
    "ebs": "ebs.snapshot",
}


def meter_iam(site: Site[Iam]) -> Iterator[Usage]:
    """Source: AWS IAM documentation."""
    yield Included("roles and policies", "IAM is free")


def meter_cloudformation(site: Site[CloudFormation]) -> Iterator[Usage]:
    """Source: AWS CloudFormation pricing page."""
    yield Included("stacks", "free for resources of AWS")


def meter_acm(site: Site[Acm]) -> Iterator[Usage]:
    """Source: AWS Certificate Manager pricing page."""
    yield Included("public certificates", "free when used with AWS services")


def meter_budgets(site: Site[Budgets]) -> Iterator[Usage]:
    """Budgets are free; those with actions pay by the day beyond the second. Source: AWS Budgets pricing page."""
    yield Included("budgets", "budgets without actions are free")
    if site.component.actions_enabled > FREE_BUDGET_ACTIONS:
        yield Unpriced("budgets with actions", "their daily rate is not in the price tables")


def meter_shield(site: Site[Shield]) -> Iterator[Usage]:
    """Standard belongs to every account; Advanced is a monthly fee and its own data transfer.

    Source: AWS Shield pricing page.
    """
    if site.component.tier == "standard":
        yield Included("Shield Standard", "part of every account")
    else:
        yield Metered("shield.advanced", 1.0)
        yield Unpriced("protected data transfer", "Shield Advanced bills it by the GB; its rates are not in the tables")


def meter_backup(site: Site[Backup]) -> Iterator[Usage]:
    """Stored backups at the rate of what they protect; copies to another region are transfer besides.

    Source: AWS Backup pricing page.
    """
    backup = site.component
    stored = site.value(backup.storage_gb)
    meter = BACKUP_METER[backup.protects]
    if some_positive(stored):
        yield Metered(meter, stored, "kept by AWS Backup")
    else:
        yield DependsOnUsage(meter, "how much is kept is not stated")
    if some_positive(site.value(backup.monthly_copied_gb)):
        yield Metered("transfer.inter_region", site.value(backup.monthly_copied_gb), "copied to another region")


def meter_code_pipeline(site: Site[CodePipeline]) -> Iterator[Usage]:
    """Active pipelines of type V1, and minutes of builds. Source: AWS CodePipeline and CodeBuild pricing pages."""
    yield Metered("codepipeline.v1.pipelines", site.value(site.component.pipelines))
    if some_positive(site.value(site.component.monthly_build_minutes)):
        yield Metered("codebuild.linux.small.minutes", site.value(site.component.monthly_build_minutes))
