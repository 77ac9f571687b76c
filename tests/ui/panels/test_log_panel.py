"""The Log panel: real records arrive, and words and level filter them."""

import logging

from pytestqt.qtbot import QtBot

from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.log import LogPanel


def lines(panel: LogPanel) -> list[str]:
    return [line.text for _number, line in panel.table.rows.shown()]


def opened_panel(bridge: Bridge, qtbot: QtBot) -> LogPanel:
    panel = LogPanel(bridge, LinkGroup())
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_records_are_shown_and_filtered_by_words_and_level(bridge: Bridge, qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("rate limit")
    panel = opened_panel(bridge, qtbot)
    assert panel.empty.isVisible()
    logging.getLogger("terminal.market.download").info("Stored 500 candles of BTC/USDT")
    logging.getLogger("terminal.venues.ccxt").warning("Asked for fewer requests: rate limit")
    logging.getLogger("terminal.market.store").info("Stored 20 candles of ETH/USDT")
    qtbot.waitUntil(lambda: len(lines(panel)) == 3)
    qtbot.keyClicks(panel.search, "stored btc")
    qtbot.waitUntil(lambda: lines(panel) == ["Stored 500 candles of BTC/USDT"])
    assert panel.count.text() == "1 of 3"
    panel.search.clear()
    qtbot.waitUntil(lambda: len(lines(panel)) == 3)
    panel.level.setFocus()
    qtbot.keyClicks(panel.level, "W")
    qtbot.waitUntil(lambda: lines(panel) == ["Asked for fewer requests: rate limit"])
    qtbot.keyClicks(panel.search, "nothing like this")
    qtbot.waitUntil(lambda: panel.empty.isVisible())
    assert panel.empty.text.text() == "No line fits this filter."


def test_the_level_is_found_again(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    panel.restore({"level": "Errors"})
    assert panel.state() == {"level": "Errors"}
    panel.restore({"level": "loud"})
    assert panel.state() == {"level": "Errors"}


def test_a_flood_keeps_only_the_last_lines(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    logger = logging.getLogger("terminal.market.flood")
    for number in range(4_000):
        logger.info("line %d", number)
    qtbot.waitUntil(lambda: bool(lines(panel)) and lines(panel)[-1] == "line 3999", timeout=10_000)
    assert len(lines(panel)) == 3_000
