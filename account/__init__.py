"""What talks to an AWS account: today's prices, the bill that came, budgets, alarms, measured metrics."""
