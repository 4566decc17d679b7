"""CloudFormation's types and property names in Terraform's vocabulary, which the mapping speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from model.importing.naming import snake
from model.importing.values import Values

TYPES: Final[Mapping[str, str]] = {
    "AWS::Amplify::App": "aws_amplify_app",
    "AWS::ApiGateway::Authorizer": "aws_api_gateway_authorizer",
    "AWS::ApiGateway::Deployment": "aws_api_gateway_deployment",
    "AWS::ApiGateway::Method": "aws_api_gateway_method",
    "AWS::ApiGateway::Resource": "aws_api_gateway_resource",
    "AWS::ApiGateway::RestApi": "aws_api_gateway_rest_api",
    "AWS::ApiGateway::Stage": "aws_api_gateway_stage",
    "AWS::ApiGatewayV2::Api": "aws_apigatewayv2_api",
    "AWS::ApiGatewayV2::Authorizer": "aws_apigatewayv2_authorizer",
    "AWS::ApiGatewayV2::Integration": "aws_apigatewayv2_integration",
    "AWS::ApiGatewayV2::Route": "aws_apigatewayv2_route",
    "AWS::ApiGatewayV2::Stage": "aws_apigatewayv2_stage",
    "AWS::ApplicationAutoScaling::ScalableTarget": "aws_appautoscaling_target",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "aws_appautoscaling_policy",
    "AWS::AppRunner::Service": "aws_apprunner_service",
    "AWS::AutoScaling::AutoScalingGroup": "aws_autoscaling_group",
    "AWS::AutoScaling::LaunchConfiguration": "aws_launch_configuration",
    "AWS::AutoScaling::ScalingPolicy": "aws_autoscaling_policy",
    "AWS::CDK::Metadata": "aws_cdk_metadata",
    "AWS::CertificateManager::Certificate": "aws_acm_certificate",
    "AWS::CloudFormation::CustomResource": "aws_cloudformation_custom_resource",
    "AWS::CloudFormation::WaitCondition": "aws_cloudformation_wait_condition",
    "AWS::CloudFormation::WaitConditionHandle": "aws_cloudformation_wait_condition",
    "AWS::CloudFront::Distribution": "aws_cloudfront_distribution",
    "AWS::CloudFront::OriginAccessControl": "aws_cloudfront_origin_access_control",
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": "aws_cloudfront_origin_access_identity",
    "AWS::CloudTrail::Trail": "aws_cloudtrail",
    "AWS::CloudWatch::Alarm": "aws_cloudwatch_metric_alarm",
    "AWS::CloudWatch::AnomalyDetector": "aws_cloudwatch_anomaly_detector",
    "AWS::CloudWatch::CompositeAlarm": "aws_cloudwatch_composite_alarm",
    "AWS::CloudWatch::Dashboard": "aws_cloudwatch_dashboard",
    "AWS::Cognito::UserPool": "aws_cognito_user_pool",
    "AWS::Cognito::UserPoolClient": "aws_cognito_user_pool_client",
    "AWS::Cognito::UserPoolDomain": "aws_cognito_user_pool_domain",
    "AWS::Cognito::IdentityPool": "aws_cognito_identity_pool",
    "AWS::DynamoDB::Table": "aws_dynamodb_table",
    "AWS::EC2::EIP": "aws_eip",
    "AWS::EC2::FlowLog": "aws_flow_log",
    "AWS::EC2::Instance": "aws_instance",
    "AWS::EC2::InternetGateway": "aws_internet_gateway",
    "AWS::EC2::LaunchTemplate": "aws_launch_template",
    "AWS::EC2::NatGateway": "aws_nat_gateway",
    "AWS::EC2::Route": "aws_route",
    "AWS::EC2::RouteTable": "aws_route_table",
    "AWS::EC2::SecurityGroup": "aws_security_group",
    "AWS::EC2::SecurityGroupEgress": "aws_vpc_security_group_egress_rule",
    "AWS::EC2::SecurityGroupIngress": "aws_vpc_security_group_ingress_rule",
    "AWS::EC2::Subnet": "aws_subnet",
    "AWS::EC2::SubnetRouteTableAssociation": "aws_route_table_association",
    "AWS::EC2::VPC": "aws_vpc",
    "AWS::EC2::VPCEndpoint": "aws_vpc_endpoint",
    "AWS::EC2::VPCGatewayAttachment": "aws_internet_gateway_attachment",
    "AWS::EC2::Volume": "aws_ebs_volume",
    "AWS::EC2::VolumeAttachment": "aws_volume_attachment",
    "AWS::ECR::Repository": "aws_ecr_repository",
    "AWS::ECS::CapacityProvider": "aws_ecs_capacity_provider",
    "AWS::ECS::Cluster": "aws_ecs_cluster",
    "AWS::ECS::ClusterCapacityProviderAssociations": "aws_ecs_cluster_capacity_providers",
    "AWS::ECS::Service": "aws_ecs_service",
    "AWS::ECS::TaskDefinition": "aws_ecs_task_definition",
    "AWS::ElastiCache::CacheCluster": "aws_elasticache_cluster",
    "AWS::ElastiCache::ReplicationGroup": "aws_elasticache_replication_group",
    "AWS::ElastiCache::ServerlessCache": "aws_elasticache_serverless_cache",
    "AWS::ElastiCache::SubnetGroup": "aws_elasticache_subnet_group",
    "AWS::ElasticLoadBalancing::LoadBalancer": "aws_elb",
    "AWS::ElasticLoadBalancingV2::Listener": "aws_lb_listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "aws_lb_listener_rule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "aws_lb",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "aws_lb_target_group",
    "AWS::Elasticsearch::Domain": "aws_elasticsearch_domain",
    "AWS::Events::EventBus": "aws_cloudwatch_event_bus",
    "AWS::Events::Rule": "aws_cloudwatch_event_rule",
    "AWS::IAM::InstanceProfile": "aws_iam_instance_profile",
    "AWS::IAM::ManagedPolicy": "aws_iam_policy",
    "AWS::IAM::Policy": "aws_iam_role_policy",
    "AWS::IAM::Role": "aws_iam_role",
    "AWS::IAM::RolePolicy": "aws_iam_role_policy",
    "AWS::IAM::User": "aws_iam_user",
    "AWS::KMS::Alias": "aws_kms_alias",
    "AWS::KMS::Key": "aws_kms_key",
    "AWS::Lambda::Alias": "aws_lambda_alias",
    "AWS::Lambda::EventInvokeConfig": "aws_lambda_function_event_invoke_config",
    "AWS::Lambda::EventSourceMapping": "aws_lambda_event_source_mapping",
    "AWS::Lambda::Function": "aws_lambda_function",
    "AWS::Lambda::LayerVersion": "aws_lambda_layer_version",
    "AWS::Lambda::Permission": "aws_lambda_permission",
    "AWS::Lambda::Url": "aws_lambda_function_url",
    "AWS::Lambda::Version": "aws_lambda_version",
    "AWS::Logs::LogGroup": "aws_cloudwatch_log_group",
    "AWS::OpenSearchService::Domain": "aws_opensearch_domain",
    "AWS::RDS::DBCluster": "aws_rds_cluster",
    "AWS::RDS::DBInstance": "aws_db_instance",
    "AWS::RDS::DBProxy": "aws_db_proxy",
    "AWS::RDS::DBProxyTargetGroup": "aws_db_proxy_target",
    "AWS::RDS::DBSubnetGroup": "aws_db_subnet_group",
    "AWS::Route53::HealthCheck": "aws_route53_health_check",
    "AWS::Route53::HostedZone": "aws_route53_zone",
    "AWS::Route53::RecordSet": "aws_route53_record",
    "AWS::S3::Bucket": "aws_s3_bucket",
    "AWS::S3::BucketPolicy": "aws_s3_bucket_policy",
    "AWS::SNS::Subscription": "aws_sns_topic_subscription",
    "AWS::SNS::Topic": "aws_sns_topic",
    "AWS::SNS::TopicPolicy": "aws_sns_topic_policy",
    "AWS::SQS::Queue": "aws_sqs_queue",
    "AWS::SQS::QueuePolicy": "aws_sqs_queue_policy",
    "AWS::SSM::Parameter": "aws_ssm_parameter",
    "AWS::Scheduler::Schedule": "aws_scheduler_schedule",
    "AWS::SecretsManager::Secret": "aws_secretsmanager_secret",
    "AWS::SecretsManager::SecretTargetAttachment": "aws_secretsmanager_secret_version",
    "AWS::ServiceDiscovery::Service": "aws_service_discovery_service",
    "AWS::StepFunctions::StateMachine": "aws_sfn_state_machine",
    "AWS::WAFv2::WebACL": "aws_wafv2_web_acl",
    "AWS::WAFv2::WebACLAssociation": "aws_wafv2_web_acl_association",
    "AWS::Serverless::Api": "aws_api_gateway_rest_api",
    "AWS::Serverless::Function": "aws_lambda_function",
    "AWS::Serverless::HttpApi": "aws_apigatewayv2_api",
    "AWS::Serverless::LayerVersion": "aws_lambda_layer_version",
    "AWS::Serverless::SimpleTable": "aws_dynamodb_table",
    "AWS::Serverless::StateMachine": "aws_sfn_state_machine",
}

_RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_autoscaling_group": {"vpc_zone_identifier": "vpc_zone_identifier"},
    "aws_db_instance": {
        "db_instance_class": "instance_class",
        "db_instance_identifier": "identifier",
        "vpc_security_groups": "vpc_security_group_ids",
        "source_db_instance_identifier": "replicate_source_db",
        "read_replica_source_db_instance_identifier": "replicate_source_db",
    },
    "aws_ecs_service": {"load_balancers": "load_balancer"},
    "aws_elasticache_cluster": {"cache_node_type": "node_type", "vpc_security_group_ids": "security_group_ids"},
    "aws_elasticache_replication_group": {
        "cache_node_type": "node_type",
        "automatic_failover_enabled": "automatic_failover_enabled",
        "multi_az_enabled": "multi_az_enabled",
    },
    "aws_lb": {"type": "load_balancer_type"},
    "aws_rds_cluster": {"db_cluster_identifier": "cluster_identifier"},
    "aws_sqs_queue": {"queue_name": "name", "visibility_timeout": "visibility_timeout_seconds"},
    "aws_launch_template": {},
}
"""Properties whose name in small letters is not Terraform's."""


def terraform_type(type_: str) -> str:
    """The type in Terraform's vocabulary; one that is not in the table becomes a name that nothing maps.

    >>> terraform_type("AWS::SQS::Queue"), terraform_type("AWS::MSK::Cluster")
    ('aws_sqs_queue', 'aws_msk_cluster')
    """
    if type_ in TYPES:
        return TYPES[type_]
    if type_.startswith("Custom::"):
        return "aws_cloudformation_custom_resource"
    return snake(type_.replace("::", "_"))


def terraform_values(type_: str, properties: Mapping[str, Any]) -> Values:
    """Properties under Terraform's names; `type_` is Terraform's too."""
    values = Values(_renamed(properties))
    for old, new in _RENAMED.get(type_, {}).items():
        if old in values and old != new:
            values[new] = values.pop(old)
    if type_ == "aws_lb" and values.get("load_balancer_type") is None:
        values["load_balancer_type"] = "application"
    if type_ == "aws_dynamodb_table" and "provisioned_throughput" not in values:
        values.setdefault("billing_mode", "PAY_PER_REQUEST" if not values.get("billing_mode") else "")
    if type_ == "aws_launch_template":
        values = Values({**values, **values.block("launch_template_data")})
    if type_ == "aws_db_instance":
        values["engine"] = values.text("engine", "postgres")
    return values


def _renamed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {snake(str(key)): _renamed(item) for key, item in value.items()}
    return [_renamed(item) for item in value] if isinstance(value, list | tuple) else value
