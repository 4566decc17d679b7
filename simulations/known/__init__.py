"""Models whose answers are known from elsewhere, as programs: one file for each sort of model."""
