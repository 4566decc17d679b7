"""What an architecture is: components, connections, endpoints, stages, workload, targets, claims."""
