"""How the docking library's own parts look: title bars as panel headers, tabs underlined, 6 px between panels.

Part of the one stylesheet that `ui.stylesheet` writes.
"""

DOCKING = """
ads--CDockContainerWidget, ads--CDockManager { background: $window; border: none; }
ads--CDockAreaWidget { background: $panel; border: 1px solid $line; border-radius: ${panel_radius}px; }
ads--CDockAreaTitleBar {
  background: transparent; border: none; border-bottom: 1px solid $line;
  min-height: ${header}px; max-height: ${header}px; padding: 0 6px 0 8px; }
ads--CDockAreaTabBar, QWidget#tabsContainerWidget, ads--CDockAreaTabBar > QWidget { background: transparent; border: none; }
ads--CDockWidgetTab { background: transparent; border: none; border-bottom: 2px solid transparent; padding: 0; margin: 0 2px; min-height: ${tab}px; }
ads--CDockWidgetTab QLabel { color: $second; background: transparent; padding: 0; }
ads--CDockWidgetTab QLabel#dockWidgetTabLabel { padding: 0 6px; }
ads--CDockWidgetTab:hover QLabel { color: $text; }
ads--CDockWidgetTab[activeTab="true"] { border-bottom: 2px solid $accent; }
ads--CDockWidgetTab[activeTab="true"] QLabel { color: $text; font-weight: 600; }
ads--CDockWidgetTab:focus { border-bottom: 2px solid $text; }
ads--CDockWidget { background: transparent; border: none; }
ads--CDockSplitter { background: $window; }
ads--CDockSplitter::handle { background: $window; }
ads--CDockSplitter::handle:hover { background: $accent_strong; }
ads--CDockSplitter::handle:horizontal { width: ${gap}px; }
ads--CDockSplitter::handle:vertical { height: ${gap}px; }
ads--CDockAreaTitleBar QPushButton[kind="flat"] { padding: 0 4px; }
ads--CTitleBarButton { background: transparent; border: 1px solid transparent; padding: 0 2px; min-height: ${flat}px; }
ads--CTitleBarButton:hover { background: $raised; }
ads--CFloatingDockContainer { background: $window; }
ads--CDockAreaWidget QScrollArea#dockWidgetScrollArea { border: none; background: transparent; }
"""
