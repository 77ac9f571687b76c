"""Strategies that come with Outcry: each file a page a learner can read."""
