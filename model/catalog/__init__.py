"""What the provider sells: sizes and classes that a component may have."""
