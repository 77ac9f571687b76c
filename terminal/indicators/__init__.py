"""Pure functions from price columns to indicator lines, and what a chart needs to know of each. Never reads or keeps anything."""
