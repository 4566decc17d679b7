"""Three pictures to draw: a small web app, a platform of 35 cards in three stages, a serverless product of 48."""

from dataclasses import replace

import pytest

from reports.diagrams.layout import Layout, lay_out
from reports.diagrams.picture import Arrow, ArrowStyle, Card, Group, Picture

_GROUPS = (
    Group("clients", "Clients", "clients"),
    Group("edge", "Edge (global)", "edge"),
    Group("region", "AWS us-east-1", "region"),
    Group("vpc", "VPC 10.0.0.0/16", "vpc", "region"),
    Group("public", "Public subnets · 2 AZ", "public", "vpc"),
    Group("app", "Private subnets · ECS cluster", "private", "vpc"),
    Group("data", "Private subnets · data", "private", "vpc"),
    Group("functions", "Functions", "plain", "region"),
    Group("async", "Async", "async", "region"),
    Group("operations", "Operations", "operations", "region"),
    Group("external", "External services", "external"),
)


def _arrows(style: ArrowStyle, *lines: str) -> tuple[Arrow, ...]:
    """Arrows written as 'source > target' or 'source > target: label'."""
    arrows = []
    for line in lines:
        ends, _, label = line.partition(":")
        source, target = (end.strip() for end in ends.split(">"))
        arrows.append(Arrow(source, target, style, label.strip()))
    return tuple(arrows)


def _card(group: str, row: str) -> Card:
    """A card written as 'id | icon | name | size | cost'; a name that ends in '*' is implied."""
    id_, icon, name, size, cost = (cell.strip() for cell in row.split("|"))
    return Card(id_, icon, name.rstrip("*"), size, cost, group, implied=name.endswith("*"))


def _cards(rows: dict[str, str]) -> tuple[Card, ...]:
    return tuple(_card(group, row) for group, text in rows.items() for row in text.strip().splitlines())


def platform_picture() -> Picture:
    """35 cards: clients, edge, region with a VPC of three subnets, async, operations, external services."""
    cards = _cards(
        {
            "clients": """
                web   | web_client    | Web users  | |
                phone | mobile_client | Mobile app | |
                partner | api_client  | Partner API | |""",
            "edge": """
                dns    | route53    | Route 53   | 1 zone    | $1/mo
                cdn    | cloudfront | CloudFront | 2.1 TB/mo | $212/mo
                waf    | waf        | WAF        | 5 rules   | $31/mo
                acm    | acm        | ACM        | 2 certificates | $0/mo""",
            "region": """
                assets  | s3       | S3 assets | 1.9 TB    | $46/mo
                sessions | dynamodb | DynamoDB | on demand | $37/mo
                users   | cognito  | Cognito   | 100k MAU  | $275/mo
                bedrock | bedrock  | Bedrock   | Claude, 3M tokens | $540/mo""",
            "public": """
                alb | alb         | ALB         | 12 LCU | $38/mo
                nat | nat_gateway | NAT gateway* | x2    | $66/mo
                ip  | public_ipv4 | Public IPv4* | 4 addresses | $15/mo""",
            "app": """
                api    | fargate | API    | Fargate 1 vCPU x6 | $216/mo
                worker | fargate | Worker | Fargate 1 vCPU x2 | $72/mo""",
            "data": """
                db      | rds         | RDS PostgreSQL | db.r6g.large Multi-AZ | $290/mo
                replica | rds         | Read replica   | db.r6g.large  | $145/mo
                cache   | elasticache | ElastiCache    | cache.m6g.large | $98/mo""",
            "async": """
                topic | sns            | SNS events     |          | $2/mo
                steps | step_functions | Step Functions | 0.4M transitions | $10/mo
                jobs  | sqs            | SQS jobs       | 9M requests | $4/mo
                dlq   | sqs            | SQS DLQ        |          | $0/mo
                mail  | ses            | SES            | 200k mails | $20/mo
                thumbs | lambda        | Lambda thumbnails | 512 MB | $8/mo""",
            "operations": """
                secrets | secrets_manager | Secrets Manager | 8 secrets | $3/mo
                logs    | cloudwatch | CloudWatch | 80 GB logs | $61/mo
                traces  | xray       | X-Ray      | 5 % sampled | $9/mo
                keys    | kms        | KMS        | 2 keys    | $2/mo
                images  | ecr        | ECR        | 6 GB      | $1/mo
                trail   | cloudtrail | CloudTrail | 1 trail   | $0/mo
                backup  | backup     | Backup     | 400 GB    | $20/mo""",
            "external": """
                stripe | stripe | Stripe   | 4k charges | 2.9 % + 30¢
                mapbox | mapbox | Mapbox   | 600k loads | $1,750/mo
                sentry | sentry | Sentry   | Team plan  | $26/mo""",
        }
    )
    arrows = (
        *_arrows("request", "web > dns", "phone > dns", "partner > dns", "dns > cdn: HTTPS", "cdn > alb: /api 450 rps"),
        *_arrows("origin", "cdn > assets: static"),
        *_arrows("request", "alb > api: p95 82 ms", "worker > bedrock: prompt 2.1 s", "api > stripe: charge"),
        *_arrows("request", "api > mapbox: geocode"),
        *_arrows("read", "api > cache: GET 1 ms", "api > sessions: session"),
        *_arrows("write", "api > db: SQL 6 ms", "worker > db"),
        *_arrows("auth", "api > users: JWT"),
        *_arrows("event", "api > jobs: enqueue", "jobs > worker", "jobs > dlq", "worker > steps", "worker > topic"),
        *_arrows("event", "topic > mail", "steps > thumbs", "thumbs > assets: put"),
        *_arrows("replication", "db > replica: replication"),
        *_arrows("telemetry", "api > logs", "worker > logs", "api > traces", "api > sentry"),
        *_arrows("secret", "api > secrets"),
        *_arrows("image", "api > images"),
    )
    groups = tuple(group for group in _GROUPS if group.id != "functions")
    return Picture("Stage 2: 100k MAU", "$4,072 per month · us-east-1", cards, arrows, groups, "growth")


def serverless_picture() -> Picture:
    """48 cards: many functions behind one gateway, tables, queues, and several external services."""
    functions = {
        "auth": "auth | 256 MB",
        "content": "generate content | 1024 MB",
        "image": "generate content from image | 2048 MB",
        "post": "post to networks | 512 MB",
        "schedule": "schedule manager | 256 MB",
        "billing": "billing | 512 MB",
        "search": "search | 512 MB",
        "feed": "feed | 512 MB",
        "upload": "upload | 256 MB",
    }
    workers = {
        "pdf": "pdf worker | 1024 MB",
        "mailer": "mail worker | 256 MB",
        "index": "index worker | 512 MB",
    }
    rows = {key: f"{key} | lambda | Lambda {text} | $6.40/mo" for key, text in (functions | workers).items()}
    cards = _cards(
        {
            "clients": """
                web   | web_client    | Web app    | |
                phone | mobile_client | Mobile app | |""",
            "edge": """
                dns   | route53    | Route 53   | 2 zones | $1/mo
                cdn   | cloudfront | CloudFront | 900 GB/mo | $77/mo
                waf   | waf        | WAF        | 7 rules | $18/mo
                shield | shield    | Shield     | Standard | $0/mo
                acm   | acm        | ACM        | 2 certificates | $0/mo""",
            "region": """
                gateway | api_gateway | API Gateway | HTTP, 40M requests | $40/mo
                pool    | cognito     | Cognito | 40k MAU | $0/mo
                site    | s3 | S3 site | 2 GB | $0.05/mo
                media   | s3 | S3 media | 800 GB | $18/mo""",
            "functions": "\n".join(rows[key] for key in functions),
            "data": """
                proxy | rds_proxy | RDS Proxy | 2 vCPU | $22/mo
                db    | aurora | Aurora Serverless v2 | 0.5-8 ACU | $175/mo
                cache | elasticache | ElastiCache | serverless, 2 GB | $90/mo
                find  | opensearch | OpenSearch | 2 x t3.medium | $106/mo""",
            "public": """
                nat | nat_gateway | NAT gateway* | x2, 300 GB | $79/mo
                ip  | public_ipv4 | Public IPv4* | 2 addresses | $7/mo""",
            "async": """
                bus   | eventbridge | EventBridge | 12M events | $12/mo
                jobs  | sqs | SQS pdf | 2M requests | $1/mo
                mails | sqs | SQS mail | 3M requests | $1/mo
                dlq   | sqs | SQS dead letters | | $0/mo
                """
            + "\n".join(rows[key] for key in workers)
            + """
                mail  | ses | SES | 300k mails | $30/mo
                table | dynamodb | DynamoDB events | on demand | $14/mo""",
            "operations": """
                secrets | secrets_manager | Secrets Manager | 14 secrets | $6/mo
                logs    | cloudwatch | CloudWatch | 140 GB logs | $92/mo
                traces  | xray       | X-Ray      | 5 % sampled | $9/mo
                keys    | kms        | KMS        | 3 keys    | $3/mo
                trail   | cloudtrail | CloudTrail | 1 trail   | $0/mo
                iam     | iam        | IAM        | 22 roles  | $0/mo
                budgets | budgets    | Budgets    | 2 budgets | $0/mo
                ci      | github_actions | GitHub Actions | 3,000 min | $0/mo""",
            "external": """
                clerk  | clerk  | Clerk  | Pro | $25/mo
                openai | openai | OpenAI | GPT-4o-mini | $310/mo
                social | social_network | Social networks | Graph v18 |
                stripe | stripe | Stripe | 2k charges | 2.9 % + 30¢
                human  | recaptcha | reCAPTCHA | 1M free | $0/mo""",
        }
    )
    arrows = (
        *_arrows("request", "web > dns", "phone > dns", "dns > cdn: HTTPS", "cdn > gateway: /api 90 rps"),
        *_arrows("origin", "cdn > site: static", "cdn > media: media"),
        *_arrows("auth", "gateway > pool: JWT", "auth > clerk"),
        *_arrows("request", *(f"gateway > {key}" for key in functions)),
        *_arrows("request", "auth > human", "content > openai: prompt 2.4 s", "image > openai", "post > social"),
        *_arrows("request", "billing > stripe", "search > find"),
        *_arrows("write", "auth > proxy", "content > proxy", "post > proxy", "schedule > proxy", "billing > proxy"),
        *_arrows("write", "proxy > db: SQL 5 ms", "upload > media: put"),
        *_arrows("read", "feed > cache: GET 1 ms", "feed > proxy"),
        *_arrows(
            "event", "billing > bus", "schedule > bus", "bus > jobs", "bus > mails", "jobs > pdf", "mails > mailer"
        ),
        *_arrows("event", "bus > index", "jobs > dlq", "bus > table", "pdf > media: put"),
        *_arrows("request", "mailer > mail", "index > find"),
        *_arrows("telemetry", *(f"{key} > logs" for key in functions)),
    )
    groups = tuple(group for group in _GROUPS if group.id != "app")
    return Picture("Growth: 40k MAU", "$1,230 per month · us-east-1", cards, arrows, groups, "growth")


def small_picture() -> Picture:
    """12 cards: a web application on containers with a database."""
    cards = _cards(
        {
            "clients": "users | users | Users | |",
            "region": """
                site    | amplify | Amplify | 15 GB served | $2/mo
                pool    | cognito | Cognito | 1,000 MAU | $0/mo
                uploads | s3      | S3 uploads | 20 GB | $0.46/mo""",
            "public": """
                alb | alb         | ALB          | 1 LCU | $22/mo
                nat | nat_gateway | NAT gateway* | x1    | $33/mo""",
            "app": "api | fargate | API | Fargate 0.5 vCPU x2 | $36/mo",
            "data": "db | rds | RDS PostgreSQL | db.t3.micro 20 GB | $15/mo",
            "operations": """
                logs    | cloudwatch      | CloudWatch      | 5 GB logs | $3/mo
                secrets | secrets_manager | Secrets Manager | 3 secrets | $1/mo
                images  | ecr             | ECR             | 1 GB      | $0.10/mo""",
            "external": "mails | sendgrid | SendGrid | 100 a day | $0/mo",
        }
    )
    arrows = (
        *_arrows("request", "users > site: HTTPS", "users > alb: /api 4 rps", "alb > api: p95 45 ms", "api > mails"),
        *_arrows("auth", "users > pool: sign in"),
        *_arrows("write", "api > db: SQL 3 ms", "api > uploads: put"),
        *_arrows("telemetry", "api > logs"),
    )
    groups = tuple(group for group in _GROUPS if group.id not in ("edge", "functions", "async"))
    return Picture("Launch: 1,000 users", "$112 per month", cards, arrows, groups, "launch")


def without(picture: Picture, *ids: str, title: str, stage: str, subtitle: str = "") -> Picture:
    """The same picture with some cards gone, and their arrows with them."""
    cards = tuple(card for card in picture.cards if card.id not in ids)
    arrows = tuple(arrow for arrow in picture.arrows if not {arrow.source, arrow.target} & set(ids))
    return replace(picture, cards=cards, arrows=arrows, title=title, stage=stage, subtitle=subtitle)


def platform_pictures() -> tuple[Picture, Picture, Picture]:
    """Three stages of the platform: few cards, most, all."""
    full = platform_picture()
    launch = without(
        full, "replica", "cache", "steps", "thumbs", "topic", "mail", "jobs", "dlq", "worker", "bedrock", "stripe",
        "mapbox", "sentry", title="Stage 0: 1k MAU", subtitle="$395 per month", stage="launch",
    )  # fmt: skip
    middle = without(full, "replica", "steps", "thumbs", "bedrock", title="Stage 1: 20k MAU", stage="middle")
    return launch, middle, full


@pytest.fixture(scope="session")
def platform() -> Picture:
    return platform_picture()


@pytest.fixture(scope="session")
def small() -> Picture:
    return small_picture()


@pytest.fixture(scope="session")
def serverless() -> Picture:
    return serverless_picture()


@pytest.fixture(scope="session")
def platform_stages() -> tuple[Picture, Picture, Picture]:
    return platform_pictures()


@pytest.fixture(scope="session")
def platform_layout(platform_stages: tuple[Picture, ...]) -> Layout:
    """One layout of all three stages, found with few candidates."""
    return lay_out(platform_stages, candidates=400)


@pytest.fixture(scope="session")
def small_layout(small: Picture) -> Layout:
    return lay_out(small, candidates=300)
