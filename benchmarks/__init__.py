"""Figures the project promises, each a ratio against a reference measured in the same run. `python -m benchmarks.run` runs all."""
