variable "name" {}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = 120
}

output "arn" {
  value = aws_sqs_queue.this.arn
}
