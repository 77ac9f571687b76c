"""The Results panel: what a run found, its trades, its settings and the runs before it. Never computes a measure."""

from terminal.ui.panels.results.panel import ResultsPanel

__all__ = ["ResultsPanel"]
