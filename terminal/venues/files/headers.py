"""Which column is what: the many spellings of time, open, high, low, close and volume, and what the numbers betray.

First step after a file was cut into columns; a person's correction always wins.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.venues.files.reading import Corrections

ROLES = ("time", "clock", "open", "high", "low", "close", "volume", "symbol_column")
# spellings in order of preference, plain lower-case letters and digits of any script (see `plain`)
_WORDS = {
    "time": """time timestamp datetime dateandtime opentime opentimestamp starttime startdate candletime bartime barstart
        unix unixtime unixtimestamp epoch epochms ts t date dates datum fecha data dato pvm day tradedate tradingday
        tradingdate datetimeutc timeutc utc utctime gmttime localtime localdate begin begins start timestampms timestamputc
        closetime closetimestamp endtime dt tradedatetime fechahora horodatage zeitstempel period dateutc datetimegmt openedat
        дата времядата 日期 时间 交易日期 日付 날짜 datumtijd""",
    "clock": "clock time timeofday hour hora heure zeit uhrzeit ora tid aika timeutc tijd время 時刻",
    "open": """open o openprice first bidopen openbid opening openingprice priceopen eroffnung eroeffnung eroffnungskurs anfang
        apertura abertura ouverture ouv aabning midopen openmid tradeopen 1open askopen openask openusd
        openen otwarcie открытие откр 开盘 开盘价 始値 시가""",
    "high": """high h highprice max maximum bidhigh highbid highest dayhigh hoch hochst hoechst hochstkurs tageshoch maximo
        massimo maxima haut plushaut midhigh highmid tradehigh 2high askhigh highask highusd
        hoog hoogste najwyzszy максимум макс 最高 最高价 高値 고가""",
    "low": """low l lowprice min minimum bidlow lowbid lowest daylow tief tiefst tiefstkurs tagestief minimo minima bas plusbas
        midlow lowmid tradelow 3low asklow lowask lowusd
        laag laagste najnizszy минимум мин 最低 最低价 安値 저가""",
    "close": """close c closeprice last closelast price lastprice bidclose closebid closing closingprice settle settlement
        settleprice schluss schlusskurs cierre ultimo chiusura fechamento cloture dernier kurs rate value px pxlast midclose
        closemid tradeclose 4close askclose closeask closeusd adjclose adjustedclose adjclosing
        slot slotkoers zamkniecie закрытие закр 收盘 收盘价 終値 종가""",
    "volume": """volume vol v volumen volumes volumebtc volumebase basevolume vol1 quantity qty amount tradevolume stuck umsatz
        totalvolume sharevolume 5volume tickvol tickvolume volumne volumecontracts turnover
        wolumen объем 成交量 出来高 거래량""",
    "symbol_column": "symbol ticker pair instrument market asset code sym secid instid instrumentid productid",
}


def plain(header: str) -> str:
    """A header without case, accents, brackets and separators: "<Adj Close>" → "adjclose", "Höchst" → "hochst"."""
    letters = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)|\[.*?\]", "", header)).lower().replace("ß", "ss")
    return "".join(letter for letter in letters if letter.isalnum())


_SPELLINGS: Mapping[str, tuple[str, ...]] = {role: tuple(map(plain, words.split())) for role, words in _WORDS.items()}
SYMBOLS = _SPELLINGS["symbol_column"]
"""Spellings of a column that says which instrument a row is of."""


def is_known(header: str) -> bool:
    """Whether the text is one of the spellings of a role."""
    return any(plain(header) in spellings for spellings in _SPELLINGS.values())


def is_spelling_of(role: str, header: str) -> bool:
    """Whether the text is one of the spellings of `role`."""
    return plain(header) in _SPELLINGS[role]


def roles_by_name(headers: Sequence[str], corrections: Corrections) -> dict[str, int]:
    """The column number of each role that the headers or the corrections name. Raises UnknownName or BadInput."""
    roles: dict[str, int] = {}
    for role in ROLES:
        given = corrections.get(role)
        if given is not None and given.strip().lower() != "none":
            roles[role] = column_named(role, given, headers)
    plains = [plain(header) for header in headers]
    for role in ROLES:
        if role in roles or corrections.get(role) is not None:
            continue
        for spelling in _SPELLINGS[role]:
            if spelling in plains and plains.index(spelling) not in roles.values():
                roles[role] = plains.index(spelling)
                break
    return _date_and_clock(roles, plains, corrections)


def column_named(role: str, given: str, headers: Sequence[str]) -> int:
    """The number of the column a person means by a name or a number from 1."""
    names = [header.strip().lower() for header in headers]
    wanted = given.strip().lower()
    if wanted in names:
        return names.index(wanted)
    if wanted.isdigit():
        if not 1 <= int(wanted) <= len(headers):
            raise BadInput(f"There is no column {given} for {role}.", cure=f"The file has {len(headers)} columns.")
        return int(wanted) - 1
    raise UnknownName(f"column for {role}", given, nearest=nearest(given, headers), cure=f"The columns are {listed(headers)}.")


def listed(headers: Sequence[str]) -> str:
    """The headers in words, cut short where there are many."""
    shown = ", ".join(header or "(no name)" for header in headers[:12])
    return f"{shown} and {len(headers) - 12:,} more" if len(headers) > 12 else shown


def _date_and_clock(roles: dict[str, int], plains: list[str], corrections: Corrections) -> dict[str, int]:
    """Where a column "date" stands beside a column "time", the first is the day and the second perhaps the clock."""
    days = [name for name in ("date", "datum", "fecha", "data", "tradedate", "day", "tradingday") if name in plains]
    if corrections.get("time") is None and days and "time" in roles and plains[roles["time"]] == "time":
        roles["clock"], roles["time"] = roles["time"], plains.index(days[0])
    return roles
