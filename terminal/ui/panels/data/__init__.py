"""The Data panel: extract, import, repair and export candles, and see what the store holds. Asks through commands; never touches the store."""

from terminal.ui.panels.data.panel import DataPanel

__all__ = ["DataPanel"]
