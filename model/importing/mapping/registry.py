"""What becomes of every type of resource: a component of its own, a part of a shared one, folded, or ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from model.importing.mapping import compute, data, edge, integration
from model.importing.mapping.case import Case, Mapped

Mapper = Callable[[Case], Mapped]

OWN: Final[Mapping[str, Mapper]] = {
    "aws_alb": edge.load_balancer,
    "aws_amplify_app": edge.amplify_app,
    "aws_api_gateway_rest_api": edge.rest_api,
    "aws_apigatewayv2_api": edge.http_api,
    "aws_apprunner_service": compute.app_runner,
    "aws_autoscaling_group": compute.autoscaling_group,
    "aws_cloudfront_distribution": edge.distribution,
    "aws_cloudtrail": integration.trail,
    "aws_cloudwatch_event_bus": integration.event_bus,
    "aws_cognito_user_pool": edge.user_pool,
    "aws_db_instance": data.rds_instance,
    "aws_db_proxy": integration.database_proxy,
    "aws_dynamodb_table": data.dynamodb_table,
    "aws_ecs_service": compute.ecs_service,
    "aws_elasticache_cluster": data.elasticache,
    "aws_elasticache_replication_group": data.elasticache,
    "aws_elasticache_serverless_cache": data.elasticache_serverless,
    "aws_elasticsearch_domain": data.opensearch_domain,
    "aws_elb": edge.classic_load_balancer,
    "aws_instance": compute.ec2_instance,
    "aws_lambda_function": compute.lambda_function,
    "aws_lb": edge.load_balancer,
    "aws_opensearch_domain": data.opensearch_domain,
    "aws_rds_cluster": data.aurora_cluster,
    "aws_s3_bucket": data.s3_bucket,
    "aws_ses_domain_identity": integration.mail,
    "aws_sesv2_email_identity": integration.mail,
    "aws_sfn_state_machine": integration.state_machine,
    "aws_sns_topic": integration.topic,
    "aws_spot_instance_request": compute.ec2_instance,
    "aws_sqs_queue": integration.queue,
    "aws_vpc": integration.vpc,
    "aws_wafv2_web_acl": edge.web_acl,
}
"""Types that are a component each."""

SHARED: Final[Mapping[str, tuple[str, str]]] = {
    "aws_acm_certificate": ("certificates", "acm"),
    "aws_cloudwatch_composite_alarm": ("cloudwatch", "cloudwatch"),
    "aws_cloudwatch_dashboard": ("cloudwatch", "cloudwatch"),
    "aws_cloudwatch_event_rule": ("event_rules", "eventbridge"),
    "aws_cloudwatch_log_group": ("cloudwatch", "cloudwatch"),
    "aws_cloudwatch_metric_alarm": ("cloudwatch", "cloudwatch"),
    "aws_ecr_repository": ("ecr", "ecr"),
    "aws_eip": ("public_ipv4", "public_ipv4"),
    "aws_internet_gateway": ("internet_gateway", "internet_gateway"),
    "aws_kms_key": ("kms", "kms"),
    "aws_nat_gateway": ("nat_gateway", "nat_gateway"),
    "aws_route53_health_check": ("route53", "route53"),
    "aws_route53_zone": ("route53", "route53"),
    "aws_scheduler_schedule": ("scheduler", "eventbridge"),
    "aws_secretsmanager_secret": ("secrets_manager", "secrets_manager"),
    "aws_vpc_endpoint": ("vpc_endpoints", "vpc_endpoint"),
}
"""Types that stand together in one component: (its name, its kind)."""

FOLDED: Final[Mapping[str, str]] = {
    "aws_alb_listener": "edges from the load balancer",
    "aws_alb_listener_rule": "edges from the load balancer",
    "aws_alb_target_group": "edges from the load balancer",
    "aws_api_gateway_authorizer": "an edge to the user pool",
    "aws_api_gateway_deployment": "the API",
    "aws_api_gateway_integration": "edges from the API",
    "aws_api_gateway_method": "endpoints of the API",
    "aws_api_gateway_resource": "endpoints of the API",
    "aws_api_gateway_stage": "the API's cache",
    "aws_api_gateway_vpc_link": "edges from the API",
    "aws_apigatewayv2_authorizer": "an edge to the user pool",
    "aws_apigatewayv2_integration": "edges from the API",
    "aws_apigatewayv2_route": "endpoints of the API",
    "aws_apigatewayv2_stage": "the API",
    "aws_apigatewayv2_vpc_link": "edges from the API",
    "aws_appautoscaling_policy": "bounds of the task count",
    "aws_appautoscaling_target": "bounds of the task count",
    "aws_autoscaling_attachment": "edges from the load balancer",
    "aws_autoscaling_policy": "the group's size",
    "aws_cloudwatch_event_target": "edges from the rule",
    "aws_db_proxy_default_target_group": "the proxy's database",
    "aws_db_proxy_target": "the proxy's database",
    "aws_db_subnet_group": "the database's place",
    "aws_ebs_volume": "the instance that it is attached to",
    "aws_ecs_capacity_provider": "the services' launch type",
    "aws_ecs_cluster": "its services",
    "aws_ecs_cluster_capacity_providers": "the services' launch type",
    "aws_ecs_task_definition": "the service's size",
    "aws_elasticache_subnet_group": "the cache's place",
    "aws_flow_log": "the VPC",
    "aws_iam_instance_profile": "edges that its role permits",
    "aws_iam_policy": "edges that it permits",
    "aws_iam_policy_attachment": "edges that it permits",
    "aws_iam_role": "edges that it permits",
    "aws_iam_role_policy": "edges that it permits",
    "aws_iam_role_policy_attachment": "edges that it permits",
    "aws_lambda_alias": "its function",
    "aws_lambda_event_source_mapping": "an edge from the event source",
    "aws_lambda_function_event_invoke_config": "edges to the function's destinations",
    "aws_lambda_function_url": "an edge from the client",
    "aws_lambda_permission": "edges from what may invoke the function",
    "aws_lambda_provisioned_concurrency_config": "the function's provisioned concurrency",
    "aws_lambda_version": "its function",
    "aws_launch_configuration": "the group's instances",
    "aws_launch_template": "the group's instances",
    "aws_lb_listener": "edges from the load balancer",
    "aws_lb_listener_certificate": "the load balancer",
    "aws_lb_listener_rule": "edges from the load balancer",
    "aws_lb_target_group": "edges from the load balancer",
    "aws_lb_target_group_attachment": "edges from the load balancer",
    "aws_rds_cluster_instance": "its cluster",
    "aws_route": "whether a subnet is public",
    "aws_route53_record": "edges from the zone",
    "aws_route_table": "whether a subnet is public",
    "aws_route_table_association": "whether a subnet is public",
    "aws_s3_bucket_lifecycle_configuration": "its bucket",
    "aws_s3_bucket_notification": "edges from the bucket",
    "aws_s3_bucket_replication_configuration": "an edge to the replica",
    "aws_s3_bucket_versioning": "its bucket",
    "aws_s3_bucket_website_configuration": "an edge from the client",
    "aws_security_group": "edges between those that it lets in",
    "aws_security_group_rule": "edges between those that it lets in",
    "aws_sns_topic_subscription": "an edge from the topic",
    "aws_sqs_queue_redrive_policy": "an edge to the dead letters",
    "aws_subnet": "where its components stand",
    "aws_volume_attachment": "the instance that it is attached to",
    "aws_vpc_security_group_egress_rule": "edges between those that it lets in",
    "aws_vpc_security_group_ingress_rule": "edges between those that it lets in",
    "aws_wafv2_web_acl_association": "an edge to the web ACL",
}
"""Types that live on in edges and fields: what they become."""

_FREE: Final = (
    "_access_block", "_acl", "_associate", "_association", "_attachment", "_certificate_validation",
    "_cors_configuration",
    "_domain_name", "_gateway_account", "_group_membership", "_logging", "_membership", "_option_group",
    "_origin_access_control", "_origin_access_identity", "_ownership_controls", "_parameter_group", "_permission",
    "_permissions", "_policy", "_policy_document", "_profile", "_propagation", "_response", "_sid", "_tag",
    "_user_pool_client", "_user_pool_domain", "_verification", "_version", "_website", "_validation",
)  # fmt: skip
"""Endings of types that cost nothing by themselves."""

IGNORED: Final[Mapping[str, str]] = {
    "aws_api_gateway_method_settings": "a setting without cost",
    "aws_caller_identity": "a look-up",
    "aws_cdk_metadata": "a note of the tool",
    "aws_cloudformation_custom_resource": "code that runs at deployment only",
    "aws_cloudformation_wait_condition": "a step of the deployment",
    "aws_cloudfront_function": "billed by its invocations with the distribution: state them under usage",
    "aws_cloudwatch_anomaly_detector": "billed with the alarm that reads it",
    "aws_cognito_identity_pool": "free",
    "aws_default_network_acl": "free",
    "aws_default_route_table": "free",
    "aws_default_security_group": "free",
    "aws_iam_group": "free",
    "aws_iam_openid_connect_provider": "free",
    "aws_iam_user": "free",
    "aws_key_pair": "free",
    "aws_kms_alias": "free",
    "aws_lambda_layer": "free",
    "aws_lambda_layer_version": "free",
    "aws_network_acl": "free",
    "aws_network_acl_rule": "free",
    "aws_network_interface": "free",
    "aws_s3_bucket_server_side_encryption_configuration": "a setting without cost",
    "aws_s3_object": "a part of its bucket's volume",
    "aws_secretsmanager_secret_version": "a part of its secret",
    "aws_service_discovery_service": "a name of the service",
    "aws_ssm_parameter": "standard parameters are free",
    "aws_vpc_dhcp_options": "free",
    "aws_vpc_endpoint_subnet_association": "free",
}
"""Types that cost nothing and connect nothing: why."""

_NO_CLOUD: Final = ("random", "null", "local", "tls", "time", "archive", "template", "external", "http", "terraform")


def ignored_because(type_: str) -> str | None:
    """Why a type can be left out without harm; None when it may cost something."""
    if type_ in IGNORED:
        return IGNORED[type_]
    if type_.split("_")[0] in _NO_CLOUD:
        return "no cloud resource"
    if type_.startswith("aws_") and type_.endswith(_FREE):
        return "a setting without cost"
    return None
