"""The one stylesheet of the window, written from the tokens; widgets choose a form by their `kind`, `role` or `surface`.

Put on by `ui.theme` at start and at every switch; the docking library's parts are in `ui.docking_style`.
"""

from string import Template

from terminal.domain.resources import resource_path
from terminal.ui.docking_style import DOCKING
from terminal.ui.tokens import Metrics, Tokens

_SURFACES = """
QWidget { color: $text; }
QMainWindow, QDialog { background: $window; }
QWidget[surface="panel"] { background: $panel; }
QWidget[surface="window"] { background: $window; }
QWidget[surface="field"] { background: $field; }
QWidget[surface="raised"] { background: $raised; border-radius: ${control_radius}px; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="upright"] { background: $line; border: none; max-width: 1px; min-width: 1px; }
QLabel { background: transparent; }
QLabel[role="second"] { color: $second; }
QLabel[role="faint"] { color: $faint; }
QLabel[role="small"] { color: $second; font-size: ${small}px; }
QLabel[role="key"] { font-size: ${key}px; font-weight: 600; }
QLabel[role="verdict"] { font-size: ${key}px; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="error"], QLabel[state="down"] { color: $down; }
QLabel[role="warning"], QLabel[state="warn"] { color: $warn; }
QLabel[state="up"] { color: $up; }
QLabel[state="chosen"] { color: $accent; }
QToolTip { color: $text; background: $raised; border: 1px solid $line; padding: 4px 6px; }
"""

_BUTTONS = """
QPushButton, QToolButton {
  border: 1px solid transparent; border-radius: ${control_radius}px; padding: 0 11px;
  min-height: ${button}px; background: $raised; color: $text; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $line; }
QPushButton[kind="primary"] { background: $accent_strong; color: $on_accent; font-weight: 500; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $line; color: $faint; }
QPushButton[kind="danger"] { background: transparent; border-color: $live; color: $live; }
QPushButton[kind="link"] { background: transparent; color: $accent; padding: 0 2px; min-height: 20px; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="flat"], QToolButton { background: transparent; color: $second; padding: 0 7px; min-height: ${flat}px; }
QPushButton[kind="flat"]:hover, QToolButton:hover { background: $raised; color: $text; }
QPushButton[kind="flat"]:checked, QToolButton:checked { background: $raised; color: $text; font-weight: 600; }
QPushButton[kind="flat"]:focus, QToolButton:focus { border-color: $accent; }
QPushButton[kind="flat"]:disabled, QToolButton:disabled { background: transparent; color: $hover; }
QLineEdit > QToolButton { min-height: 0; padding: 0; border: none; background: transparent; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
"""

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QDateEdit, QDateTimeEdit {
  background: $field; border: 1px solid $line; border-radius: ${control_radius}px; padding: 0 9px; color: $text;
  selection-background-color: $accent_strong; selection-color: $on_accent; }
QLineEdit, QAbstractSpinBox, QComboBox { min-height: ${field_height}px; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit[kind="figure"] { background: transparent; border-color: transparent; font-weight: 600; padding: 0 4px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $hover; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint; background: $panel; }
QLineEdit[state="bad"], QAbstractSpinBox[state="bad"], QComboBox[state="bad"] { border-color: $down; }
QLineEdit[readOnly="true"] { color: $second; }
QPlainTextEdit[kind="code"] { border: none; border-radius: 0; background: $panel; }
QComboBox QLineEdit, QComboBox QLineEdit:hover, QComboBox QLineEdit:focus { border: none; padding: 0; background: transparent; min-height: 0; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$chevron"); width: 10px; height: 10px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox QAbstractItemView, QListView[kind="menu"] {
  background: $raised; border: 1px solid $line;
  border-radius: ${control_radius}px; outline: none; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $accent_strong; color: $on_accent; }
QCheckBox, QRadioButton { spacing: 7px; background: transparent; }
QListView[kind="menu"]::item { min-height: 24px; padding: 0 4px; border-radius: 4px; }
QListView[kind="menu"]::item:hover { background: $hover; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {
  width: 14px; height: 14px; border: 1px solid $faint; background: $field; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked, QListView::indicator:checked {
  background: $accent_strong; border-color: $accent_strong; image: url("$check"); }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $handle; border: none; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 12px; height: 12px; margin: -6px 0; border-radius: 8px; }
"""

_LISTS = """
QAbstractItemView {
  background: $panel; border: none; outline: none;
  color: $text; selection-background-color: $raised; selection-color: $text; alternate-background-color: $panel; }
QTableView, QTreeView { gridline-color: $table_line; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section {
  background: $panel; color: $second; border: none;
  border-bottom: 1px solid $line; padding: 0 10px; font-size: ${small}px; min-height: ${head}px; }
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; }
QTableCornerButton::section { background: $panel; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[surface="clear"] { background: transparent; }
QAbstractScrollArea { border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $hover; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $line; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent_strong; }
QMenu { background: $raised; border: 1px solid $hover; border-radius: ${control_radius}px; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $accent_strong; color: $on_accent; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $hover; margin: 4px 6px; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $second; padding: 0 12px; min-height: ${tab}px; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom-color: $accent; }
QTabBar::tab:focus { border-bottom-color: $text; }
QTabBar::scroller { width: 40px; }
QTabBar QToolButton { padding: 0; min-height: 0; border: none; border-radius: 0; background: $panel; }
QTabWidget::pane { border: none; border-top: 1px solid $line; background: $panel; }
QCalendarWidget QWidget { alternate-background-color: $panel; background: $panel; }
QMessageBox, QInputDialog { background: $panel; }
"""

_SHELL = """
QWidget#top-bar { background: $window; border-bottom: 1px solid $line; }
QWidget#foot { background: $window; border-top: 1px solid $line; }
QWidget#foot QLabel, QWidget#foot QPushButton { font-size: ${foot_text}px; }
QLabel#brand { font-size: ${key}px; font-weight: 600; }
QPushButton#search { background: $field; border: 1px solid $line; color: $second; text-align: left; padding: 0 10px; }
QPushButton#search:hover { border-color: $hover; }
QPushButton#search:focus { border-color: $accent; }
QFrame#palette, QFrame#notices, QFrame[kind="toast"], QFrame[kind="sheet"] {
  background: $panel;
  border: 1px solid $hover; border-radius: ${panel_radius}px; }
QFrame#palette QLineEdit {
  border: none; background: transparent; font-size: ${key}px;
  min-height: 40px; border-bottom: 1px solid $line; border-radius: 0; }
"""


def stylesheet(tokens: Tokens, lengths: Metrics) -> str:
    """The whole stylesheet for these tokens and lengths."""
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    values |= {name: getattr(lengths, name) for name in lengths.__slots__}
    values |= {
        "button": lengths.control - 2,
        "flat": lengths.control - 8,
        "field_height": lengths.control - 2,
        "head": lengths.row - 2,
        "tab": lengths.header - 2,
        "foot_text": lengths.text - 1,
        "check": resource_path("icons/check.svg").as_posix(),
        "chevron": resource_path(f"icons/chevron-{tokens.name}.svg").as_posix(),
    }
    return Template(_SURFACES + _BUTTONS + _FIELDS + _LISTS + _SHELL + DOCKING).substitute(values)
