provider "aws" {
  region = "us-east-1"
}

variable "environments" {
  default = ["blue", "green"]
}

variable "table_reads" {
  type = number
}

module "orders" {
  source = "./queue"
  name   = "orders"
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = jsonencode({ Statement = [{ Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy" "worker" {
  role = aws_iam_role.worker.id
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = ["dynamodb:PutItem"], Resource = aws_dynamodb_table.orders.arn },
      { Effect = "Deny", Action = ["s3:*"], Resource = aws_s3_bucket.archive.arn },
    ]
  })
}

resource "aws_lambda_function" "worker" {
  function_name = "worker"
  memory_size   = 512
  runtime       = "python3.12"
  handler       = "main.handler"
  role          = aws_iam_role.worker.arn
  environment {
    variables = { TABLE = aws_dynamodb_table.orders.name }
  }
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = module.orders.arn
  function_name    = aws_lambda_function.worker.arn
}

resource "aws_dynamodb_table" "orders" {
  name           = "orders"
  billing_mode   = "PROVISIONED"
  read_capacity  = var.table_reads
  write_capacity = 5
  hash_key       = "id"
}

resource "aws_s3_bucket" "archive" {
  bucket = "shop-archive"
}

resource "aws_instance" "reports" {
  for_each      = toset(var.environments)
  ami           = "ami-1"
  instance_type = "t3.medium"
}
