"""The colours and measures of the look, for the dark and the light theme, as values.

Everything drawn takes its colour from here through `ui.theme`; nothing else in the window names a colour.
"""

from dataclasses import dataclass, replace

_NORMAL_TEXT_PX = 13


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as "#rrggbb". Surfaces first, then lines, text, accent, state and modes."""

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    field: str
    line: str
    table_line: str
    grid: str
    text: str
    second: str
    faint: str
    accent: str
    accent_strong: str
    accent_hover: str
    on_accent: str
    handle: str
    up: str
    down: str
    warn: str
    live: str
    unknown: str
    demo: str
    paper: str
    violet: str
    cyan: str
    series: tuple[str, ...]
    """Colours of lines in charts, in the order they are handed out; none of them is a colour of state."""
    keyword: str
    string: str
    number: str
    definition: str

    @property
    def is_dark(self) -> bool:
        """True for the dark theme."""
        return self.name == "dark"


DARK = Tokens(
    name="dark",
    window="#0b0e13",
    panel="#131820",
    raised="#1d2531",
    hover="#273140",
    field="#0d1117",
    line="#1e2530",
    table_line="#181e27",
    grid="#1b222c",
    text="#dbe3ee",
    second="#8c9bae",
    faint="#7d8da1",
    accent="#6fa8ff",
    accent_strong="#2f6fdb",
    accent_hover="#2a64c8",
    on_accent="#ffffff",
    handle="#e9eef5",
    up="#3fb68b",
    down="#d9737a",
    warn="#d9a441",
    live="#e5484d",
    unknown="#c77dff",
    demo="#7d8da1",
    paper="#d9a441",
    violet="#b49cf0",
    cyan="#5cc8d7",
    series=("#b49cf0", "#5cc8d7", "#6fa8ff", "#dbe3ee", "#8f7fe0", "#8fd3ff", "#a9b8cc"),
    keyword="#b49cf0",
    string="#8cc28c",
    number="#e0a56c",
    definition="#e8cb7a",
)

LIGHT = Tokens(
    name="light",
    window="#eff2f6",
    panel="#ffffff",
    raised="#e1e7ef",
    hover="#d0d9e4",
    field="#f6f8fb",
    line="#d5dce5",
    table_line="#e9edf2",
    grid="#e9edf2",
    text="#17202b",
    second="#4b5968",
    faint="#566475",
    accent="#1f5fc4",
    accent_strong="#2565cf",
    accent_hover="#1f58b6",
    on_accent="#ffffff",
    handle="#2565cf",
    up="#187352",
    down="#b23a45",
    warn="#875a00",
    live="#c4222a",
    unknown="#7d35c2",
    demo="#566475",
    paper="#875a00",
    violet="#6d4fc4",
    cyan="#0e6c7b",
    series=("#6d4fc4", "#0e6c7b", "#1f5fc4", "#17202b", "#8a5fd6", "#2d7fb8", "#5f6d80"),
    keyword="#6d4fc4",
    string="#2f6f35",
    number="#9a5212",
    definition="#7a5b00",
)

_BLUE_ORANGE = {"dark": ("#5aa9e6", "#e0914a"), "light": ("#1b66a8", "#a3500f")}


def with_state_pair(tokens: Tokens, pair: str) -> Tokens:
    """`tokens` with the up and down colours of `pair`: "green_red" or "blue_orange"."""
    if pair != "blue_orange":
        return tokens
    up, down = _BLUE_ORANGE[tokens.name]
    return replace(tokens, up=up, down=down)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Lengths in logical pixels, grown with the system's font size."""

    text: int
    small: int
    key: int
    row: int
    header: int
    top_bar: int
    foot: int
    control: int
    icon: int
    gap: int = 6
    panel_radius: int = 8
    control_radius: int = 6


def metrics(system_text_px: float, *, is_dense: bool = False) -> Metrics:
    """Lengths for a system font of that height; the usual 12 to 13 px of desktops give the drawn look exactly."""
    text = _NORMAL_TEXT_PX if 11.5 <= system_text_px <= 13.5 else max(9, round(system_text_px))
    scale = text / _NORMAL_TEXT_PX

    def grown(length: int) -> int:
        return round(length * scale)

    return Metrics(
        text=text,
        small=max(9, text - 2),
        key=text + 2,
        row=grown(24 if is_dense else 30),
        header=grown(34),
        top_bar=grown(44),
        foot=grown(28),
        control=grown(32),
        icon=grown(16),
    )
