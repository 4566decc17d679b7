"""CloudWatch: logs, metrics, alarms, dashboards."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, counted
from model.quantity import MaybeQuantity, Quantity


class CloudWatchUsage(Fact):
    """What is counted in a month."""

    monthly_log_gb: MaybeQuantity = None
    """Ingested, all sources."""
    monthly_lambda_log_gb: MaybeQuantity = None
    """Ingested from Lambda, which has cheaper tiers; derived when absent."""
    monthly_vended_log_gb: MaybeQuantity = None
    """Flow logs and the like."""
    monthly_vended_log_s3_gb: MaybeQuantity = None
    """Vended logs delivered to S3."""
    stored_log_gb: MaybeQuantity = None
    """Archived; compressed by about 0.15."""
    monthly_insights_gb: MaybeQuantity = None
    """Scanned by Logs Insights."""
    monthly_api_requests: MaybeQuantity = None
    """GetMetricData and the like."""


class CloudWatch(Component):
    """Observability of the account."""

    service: ClassVar[str] = "Amazon CloudWatch"
    category: ClassVar[Category] = "operations"

    kind: Literal["cloudwatch"]
    usage: CloudWatchUsage | None = None
    log_kb_per_request: Quantity = 1.0
    """Log volume that one request leaves, over all that it passes."""
    retention_days: Quantity = 30.0
    metrics: Quantity = 0.0
    """Custom metrics; the services' own are free."""
    alarms: Quantity = 0.0
    high_resolution_alarms: Quantity = 0.0
    composite_alarms: Quantity = 0.0
    anomaly_alarms: Quantity = 0.0
    dashboards: Quantity = 0.0
    contributor_rules: Quantity = 0.0
    contributor_events: Quantity = 0.0
    """Matched log events a month."""
    canary_runs: Quantity = 0.0
    container_insights_metrics: Quantity = 0.0

    def size(self) -> str:
        return counted(self.alarms, "alarm") if self.alarms else "logs, metrics"
