"""The Chart panel: a series, its indicators, a person's drawings and the trades of a run. Never computes a trade."""

from terminal.ui.panels.chart.panel import ChartPanel

__all__ = ["ChartPanel"]
