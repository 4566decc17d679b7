"""Parts of the account that cost nothing or little: IAM, Budgets, Backup, pipelines."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage, shown
from model.quantity import Quantity


class Iam(Component):
    """Roles and policies; free."""

    service: ClassVar[str] = "AWS IAM"
    category: ClassVar[Category] = "operations"

    kind: Literal["iam"]
    usage: NoUsage | None = None


class Budgets(Component):
    """Budgets with alerts; without actions they are free."""

    service: ClassVar[str] = "AWS Budgets"
    category: ClassVar[Category] = "operations"

    kind: Literal["budgets"]
    usage: NoUsage | None = None
    budgets: Quantity = 1.0
    alert_usd: tuple[float, ...] = ()
    actions_enabled: int = 0
    """Budgets with actions; two are free."""


class CloudFormation(Component):
    """Infrastructure as code for AWS resources; free."""

    service: ClassVar[str] = "AWS CloudFormation"
    category: ClassVar[Category] = "development"

    kind: Literal["cloudformation"]
    usage: NoUsage | None = None


class Backup(Component):
    """Copies kept by AWS Backup, in another region when so marked."""

    service: ClassVar[str] = "AWS Backup"
    category: ClassVar[Category] = "operations"

    kind: Literal["backup"]
    usage: NoUsage | None = None
    storage_gb: Quantity = 0.0
    monthly_copied_gb: Quantity = 0.0
    """Copied to another region."""
    protects: Literal["rds", "aurora", "dynamodb", "ebs"] = "rds"
    """What is backed up: the rate of stored backups follows it."""

    def size(self) -> str:
        return shown(self.storage_gb, "GB")


class CodePipeline(Component):
    """Delivery pipelines with their builds."""

    service: ClassVar[str] = "AWS CodePipeline"
    category: ClassVar[Category] = "development"

    kind: Literal["code_pipeline"]
    usage: NoUsage | None = None
    pipelines: Quantity = 1.0
    """Active pipelines of type V1; the first is free."""
    monthly_build_minutes: Quantity = 0.0
    """CodeBuild, general1.small."""
