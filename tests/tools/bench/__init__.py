"""Benchmarks against the scripted model server: `python -m tests.tools.bench`.

Every figure stands beside its bare part, measured in the same run on the same machine: what a machine is worth cancels
out in the ratio, and only ratios have limits (limits.toml).
"""
