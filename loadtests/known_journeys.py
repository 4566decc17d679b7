"""Journeys that the documents describe, by architecture: what one user does in a row, with time to think."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loadtests.plan import Journey

JOURNEYS: Final[Mapping[str, tuple[Journey, ...]]] = {
    "vertical-vibing": (
        Journey(
            name="join, upload and fetch",
            steps=("sign_up", "sign_in", "request_upload", "upload_file", "view_file"),
            think_s=2,
        ),
        Journey(name="upload and fetch", steps=("request_upload", "upload_file", "view_file"), think_s=1),
    ),
    "lexohub": (
        Journey(
            name="sign in and work on a matter",
            steps=("sign_in", "get_workflow_counts", "get_matter", "update_matter"),
            think_s=3,
        ),
        Journey(
            name="order a PDF and look for it",
            steps=("request_pdf", "get_workflow_counts", "get_workflow_counts"),
            think_s=2,
        ),
    ),
    "lexohub-supabase": (
        Journey(
            name="sign in and work on a matter",
            steps=("sign_in_at_supabase", "get_workflow_counts", "get_matter", "update_matter"),
            think_s=3,
        ),
    ),
    "socialclub": (
        Journey(name="sign in and look for a place", steps=("sign_in", "list_venues", "who_is_there"), think_s=3),
        Journey(name="write and read", steps=("send_message", "read_messages"), think_s=2),
    ),
    "writlix": (Journey(name="write and post", steps=("content_generate", "social_linkedin"), think_s=5),),
    "writlix-supabase": (Journey(name="write and post", steps=("content_generate", "social_linkedin"), think_s=5),),
    **dict.fromkeys(
        ("tabi-script-ecs", "tabi-script-serverless", "tabi-script-vercel-supabase"),
        (
            Journey(name="keep a day of the travel", steps=("upload_photo", "add_post", "view_photo"), think_s=3),
            Journey(name="travel, then the blog", steps=("list_travels", "list_posts", "generate_blog"), think_s=5),
        ),
    ),
}
