"""The panels of the window, one file or folder each; which there are and where they first stand is declared here.

A panel is named by module and class and imported when the window makes it, so that no panel knows another.
"""

from dataclasses import dataclass

from terminal.ui.docking import Place


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """Where a panel's class is found, where it first stands, whether it belongs to the link group, and whether it is open at first."""

    module: str
    name: str
    place: Place
    is_linked: bool = False
    is_open: bool = True


RESEARCH: tuple[PanelEntry, ...] = (
    PanelEntry("terminal.ui.panels.chart", "ChartPanel", Place(), is_linked=True),
    PanelEntry("terminal.ui.panels.data", "DataPanel", Place("left", "", 0.24)),
    PanelEntry("terminal.ui.panels.results", "ResultsPanel", Place("below", "chart", 0.46), is_linked=True),
    PanelEntry("terminal.ui.panels.editor", "EditorPanel", Place("right", "chart", 0.38), is_linked=True),
    PanelEntry("terminal.ui.panels.watchlist", "WatchlistPanel", Place("below", "data", 0.36), is_linked=True),
    PanelEntry("terminal.ui.panels.jobs", "JobsPanel", Place("tab", "results")),
    PanelEntry("terminal.ui.panels.log", "LogPanel", Place("tab", "results")),
    PanelEntry("terminal.ui.panels.settings", "SettingsPanel", Place("tab", "results"), is_open=False),
)
"""The Research perspective: data and watchlist left, chart in the middle, editor right, results with jobs and log below."""
