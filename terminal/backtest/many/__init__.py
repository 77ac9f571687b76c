"""Several instruments or strategies on one account and one clock."""
