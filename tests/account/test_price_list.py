"""The products of the Price List behind our meters: every meter has an entry, or a reason why it has none."""

from __future__ import annotations

from collections import defaultdict

import pytest

from account.price_list import entries, entry_of, is_behind, service_codes, why_unlisted
from pricing.price_table import available_dates, load_prices, read_rates
from pricing.table_folders import TABLES

AWS = sorted(
    meter
    for meter in read_rates(
        path for path in (TABLES / available_dates(TABLES)[-1]).glob("aws-*.csv") if "eu-west-1" not in path.name
    )
)


def test_every_meter_of_the_provider_is_listed_or_has_a_reason() -> None:
    """No meter is forgotten; nine in ten have an entry in the list."""
    forgotten = [meter for meter in AWS if entry_of(meter) is None and why_unlisted(meter) is None]
    assert forgotten == []
    listed = [meter for meter in AWS if why_unlisted(meter) is None]
    assert len(listed) / len(AWS) > 0.9


def test_every_entry_stands_behind_a_meter() -> None:
    """An entry whose meter is not in the tables is a misspelling, unless it is the form of several."""
    for entry in entries():
        assert any(entry == entry_of(meter) or _of_form(entry.meter, meter) for meter in AWS), entry.meter


def _of_form(form: str, meter: str) -> bool:
    return "{" in form and meter.startswith(form.split("{", maxsplit=1)[0])


def test_no_two_meters_have_the_same_products() -> None:
    """Two meters with the same products would get the same price."""
    behind = defaultdict(set)
    for meter in AWS:
        entry = entry_of(meter)
        if entry is not None and entry.listed:
            key = (entry.service_code, entry.product_family, entry.usage_type, tuple(entry.attributes.items()))
            behind[key].add(meter)
    assert [meters for meters in behind.values() if len(meters) > 1] == []


@pytest.mark.parametrize(
    ("meter", "service", "usage_type"),
    [
        ("rds.postgres.db.t4g.small.multi_az", "Amazon Relational Database Service", "EU-Multi-AZUsage:db.t4g.small"),
        ("fargate.vcpu.x86", "Amazon Elastic Container Service", "USE1-Fargate-vCPU-Hours:perCPU"),
        ("nat.hours", "EC2 - Other", "NatGateway-Hours"),
        ("transfer.internet", "EC2 - Other", "DataTransfer-Out-Bytes"),
        ("cloudfront.transfer.europe", "Amazon CloudFront", "EU-DataTransfer-Out-Bytes"),
        ("apigw.cache.0.5gb", "AmazonApiGateway", "USE1-ApiGatewayCacheUsage:0.5GB"),
        ("opensearch.t3.small.search", "Amazon OpenSearch Service", "ESInstance:t3.small"),
        ("kms.keys", "AWS Key Management Service", "us-east-1-KMS-Keys"),
        ("waf.requests", "AWS WAF", "EU-RequestV2-Tier1"),
        ("cloudfront.origin_shield.japan", "Amazon CloudFront", "APN1-Requests-OriginShield"),
        ("ipv4.hours", "Amazon Virtual Private Cloud", "USE1-PublicIPv4:InUseAddress"),
        ("cognito.essentials", "Amazon Cognito", "EU-CognitoEssentialsMAU"),
        ("cognito.lite", "Amazon Cognito", "APN1-CognitoLiteMAU"),
        ("cognito.legacy", "Amazon Cognito", "EUN1-CognitoUserPoolsMAU"),
        ("amplify.ssr.gb_hours", "AWS Amplify", "USE1-HostingComputeRequestDuration"),
        ("amplify.ssr.requests", "AWS Amplify", "HostingComputeRequestCount"),
        ("eventbridge.scheduler", "CloudWatch Events", "USW1-ScheduledInvocation"),
    ],
)
def test_a_usage_type_on_a_bill_leads_to_its_meter(meter: str, service: str, usage_type: str) -> None:
    """Whatever the region's prefix, and by the service's name or its code."""
    entry = entry_of(meter)
    assert entry is not None
    assert is_behind(entry, service_codes(service), usage_type)


@pytest.mark.parametrize(
    ("meter", "service", "usage_type"),
    [
        ("s3.standard.storage", "Amazon DynamoDB", "TimedStorage-ByteHrs"),
        ("transfer.internet", "Amazon CloudFront", "EU-DataTransfer-Out-Bytes"),
        ("rds.postgres.db.t3.small.single_az", "Amazon Relational Database Service", "InstanceUsage:db.t3.medium"),
        ("lambda.duration.x86", "AWS Lambda", "Lambda-GB-Second-ARM"),
        ("waf.requests", "AWS WAF", "Global-ShieldProtected-RequestV2-Tier1"),
        ("cognito.lite", "Amazon Cognito", "CognitoUserPoolsMAU"),
        ("eventbridge.pipes", "Amazon EventBridge", "USE1-Event-64K-Chunks"),
    ],
)
def test_a_usage_type_of_something_else_does_not(meter: str, service: str, usage_type: str) -> None:
    """The same words under another service, another class or another processor count another meter."""
    entry = entry_of(meter)
    assert entry is not None
    assert not is_behind(entry, service_codes(service), usage_type)


@pytest.mark.parametrize(("region", "usage_type"), [("us-east-1", "Request"), ("eu-west-1", "EU-Request")])
def test_every_region_with_a_table_has_its_prefixes(region: str, usage_type: str) -> None:
    """A region without prefixes would find nothing."""
    entry = entry_of("lambda.requests")
    assert entry is not None
    assert load_prices(region)
    assert entry.usage_types(region).fullmatch(usage_type)
