"""The Strategy editor: files as tabs, code, parameter sliders, and the last word on what ran or went wrong."""

from terminal.ui.panels.editor.panel import EditorPanel

__all__ = ["EditorPanel"]
