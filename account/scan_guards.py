"""What names, guards and watches in an account: zones, web ACLs, user pools, alarms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from account.scanned import Part, client_of, found, pages
from model.importing.values import token

if TYPE_CHECKING:
    import boto3

_GUARDED: Final = ("APPLICATION_LOAD_BALANCER", "API_GATEWAY", "COGNITO_USER_POOL", "APP_RUNNER_SERVICE")
_REST_STAGE: Final = re.compile(r"arn:aws[a-z-]*:apigateway:[^:]*::/restapis/([a-z0-9]+)/stages/.+")
_POINTING: Final = ("A", "AAAA", "CNAME")
_GLOBAL_REGION: Final = "us-east-1"
"""Where web ACLs of distributions are listed."""


def zones(aws: boto3.Session) -> Iterator[Part]:
    """Hosted zones, and their records that point to something."""
    for zone in pages(aws, "route53", "list_hosted_zones", "HostedZones"):
        identity = zone["Id"].rpartition("/")[2]
        address = f"route53:{identity}"
        yield found("aws_route53_zone", zone["Name"].rstrip("."), address, {}, id=identity)
        records = pages(aws, "route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"])
        for record in records:
            hosts = [_host(name) for name in _pointed_to(record)]
            if record["Type"] in _POINTING and hosts:
                name = f"{record['Name'].rstrip('.')} {record['Type']} {record.get('SetIdentifier', '')}".rstrip()
                yield found("aws_route53_record", name, f"{address}/{name}", {}, zone_id=token(address), alias=hosts)


def _pointed_to(record: dict[str, Any]) -> list[str]:
    alias = record.get("AliasTarget", {}).get("DNSName")
    return [alias] if alias else [item["Value"] for item in record.get("ResourceRecords", ())]


def _host(name: str) -> str:
    return name.rstrip(".").removeprefix("dualstack.")


def web_acls(aws: boto3.Session) -> Iterator[Part]:
    """Web ACLs with their rules and what they guard; those of distributions are named by these."""
    client: Any = client_of(aws, "wafv2")
    for acl in _acls(client, "REGIONAL"):
        yield _acl(client, acl, "REGIONAL")
        for kind in _GUARDED:
            guarded = client.list_resources_for_web_acl(WebACLArn=acl["ARN"], ResourceType=kind)["ResourceArns"]
            for arn in guarded:
                stage = _REST_STAGE.fullmatch(arn)
                ends = {"resource_arn": token(f"apigateway:{stage[1]}") if stage else arn, "web_acl_arn": acl["ARN"]}
                identity = f"{acl['ARN']}->{arn}"
                yield found("aws_wafv2_web_acl_association", acl["Name"], identity, {}, **ends)
    everywhere: Any = aws.client("wafv2", region_name=_GLOBAL_REGION)
    for acl in _acls(everywhere, "CLOUDFRONT"):
        yield _acl(everywhere, acl, "CLOUDFRONT")


def _acls(client: Any, scope: str) -> Iterator[dict[str, Any]]:
    """Every web ACL of a scope, page by page: this operation has no paginator."""
    more: dict[str, str] = {}
    while True:
        page = client.list_web_acls(Scope=scope, **more)
        yield from page["WebACLs"]
        if not page.get("NextMarker") or not page["WebACLs"]:
            return
        more = {"NextMarker": page["NextMarker"]}


def _acl(client: Any, acl: dict[str, Any], scope: str) -> Part:
    whole = client.get_web_acl(Name=acl["Name"], Id=acl["Id"], Scope=scope)["WebACL"]
    rules = [{"name": rule["Name"]} for rule in whole.get("Rules", ())]
    return found("aws_wafv2_web_acl", acl["Name"], acl["ARN"], {}, rules=rules)


def user_pools(aws: boto3.Session) -> Iterator[Part]:
    """User pools with their triggers."""
    client: Any = client_of(aws, "cognito-idp")
    for pool in pages(aws, "cognito-idp", "list_user_pools", "UserPools", MaxResults=60):
        whole = client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
        short = {key: whole[key] for key in ("LambdaConfig", "UserPoolTier") if whole.get(key)}
        yield found("aws_cognito_user_pool", pool["Name"], whole["Arn"], short, id=pool["Id"])


def alarms(aws: boto3.Session) -> Iterator[Part]:
    """Alarms on metrics, with whom they tell."""
    for alarm in pages(aws, "cloudwatch", "describe_alarms", "MetricAlarms", AlarmTypes=["MetricAlarm"]):
        wanted = ("Period", "Metrics", "ThresholdMetricId", "AlarmActions", "OKActions")
        short = {key: alarm[key] for key in wanted if alarm.get(key)}
        yield found("aws_cloudwatch_metric_alarm", alarm["AlarmName"], alarm["AlarmArn"], short)
