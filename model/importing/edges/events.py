"""What sets off what: event sources, rules, subscriptions, notifications, triggers, dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.importing.found import Edge, Found, Scene

_SINKS: Final = frozenset(
    {
        "aws_lambda_function", "aws_sqs_queue", "aws_sns_topic", "aws_sfn_state_machine", "aws_cloudwatch_event_bus",
        "aws_ecs_service", "aws_ecs_task_definition", "aws_api_gateway_rest_api", "aws_apigatewayv2_api",
    }
)  # fmt: skip
_SOURCES: Final = frozenset(
    {"aws_sqs_queue", "aws_dynamodb_table", "aws_s3_bucket", "aws_sns_topic", "aws_cognito_user_pool",
     "aws_cloudwatch_event_rule", "aws_api_gateway_rest_api", "aws_apigatewayv2_api"}
)  # fmt: skip
_INLINE: Final = (
    ("aws_cloudwatch_event_rule", ("targets", "target"), "target of the rule"),
    ("aws_sns_topic", ("subscription", "subscriptions"), "subscription"),
    ("aws_s3_bucket", ("notification_configuration",), "bucket notification"),
    ("aws_sqs_queue", ("redrive_policy",), "dead letters"),
    ("aws_lambda_function", ("dead_letter_config",), "dead letters"),
    ("aws_cognito_user_pool", ("lambda_config",), "trigger of the user pool"),
    ("aws_scheduler_schedule", ("target",), "target of the schedule"),
    ("aws_sfn_state_machine", ("definition", "definition_string", "definition_substitutions"), "task of the workflow"),
    ("aws_cloudwatch_metric_alarm", ("alarm_actions", "ok_actions"), "alarm action"),
)
"""(type, settings, what it is): a resource that names what it sets off itself."""
_LINKED: Final = (
    ("aws_cloudwatch_event_target", "aws_cloudwatch_event_rule", "target of the rule"),
    ("aws_sns_topic_subscription", "aws_sns_topic", "subscription"),
    ("aws_s3_bucket_notification", "aws_s3_bucket", "bucket notification"),
    ("aws_sqs_queue_redrive_policy", "aws_sqs_queue", "dead letters"),
    ("aws_lambda_function_event_invoke_config", "aws_lambda_function", "destination"),
)
"""(type, type of the source, what it is): a resource that links a source to what it sets off."""
_DEAD: Final = ("dead_letter_target_arn", "redrive_policy", "target_arn")


def event_edges(scene: Scene) -> Iterator[Edge]:
    """Events between resources: all of them are written outright."""
    for type_, settings, what in _INLINE:
        for source in scene.of_type(type_):
            for end in scene.targets(source, *settings):
                if end.type in _SINKS:
                    kind = "request" if type_ == "aws_sfn_state_machine" else "event"
                    yield Edge(source.address, end.address, kind, "certain", what)  # type: ignore[arg-type]
    for type_, source_type, what in _LINKED:
        for link in scene.of_type(type_):
            yield from _linked(link, source_type, what, scene)
    for mapping in scene.of_type("aws_lambda_event_source_mapping"):
        yield from _mapped(mapping, scene)
    for permission in scene.of_type("aws_lambda_permission"):
        yield from _permitted(permission, scene)


def _linked(link: Found, source_type: str, what: str, scene: Scene) -> Iterator[Edge]:
    named = scene.targets(link, *_SOURCE_SETTINGS.get(link.type, ())) or scene.targets(link)
    sources = [item for item in named if item.type == source_type]
    for source in sources[:1]:
        for end in scene.targets(link):
            if end.type in _SINKS and end.address != source.address:
                yield Edge(source.address, end.address, "event", "certain", what)


_SOURCE_SETTINGS: Final = {
    "aws_sqs_queue_redrive_policy": ("queue_url",),
    "aws_lambda_function_event_invoke_config": ("function_name",),
    "aws_sns_topic_subscription": ("topic_arn",),
}
"""Where the source stands in a link whose ends may be of the same type."""


def _mapped(mapping: Found, scene: Scene) -> Iterator[Edge]:
    functions = [end for end in scene.targets(mapping, "function_name") if end.type == "aws_lambda_function"]
    sources = [end for end in scene.targets(mapping, "event_source_arn") if end.type in _SOURCES]
    for source in sources:
        for function in functions:
            yield Edge(source.address, function.address, "event", "certain", "event source mapping")


def _permitted(permission: Found, scene: Scene) -> Iterator[Edge]:
    """Whom a permission lets invoke a function, where the source is named."""
    functions = [end for end in scene.targets(permission, "function_name") if end.type == "aws_lambda_function"]
    for source in scene.targets(permission, "source_arn"):
        if source.type in _SOURCES:
            kind = "request" if "api" in source.type else "event"
            for function in functions:
                why = "permission to invoke"
                yield Edge(source.address, function.address, kind, "certain", why)  # type: ignore[arg-type]
