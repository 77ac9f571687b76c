"""The faults that the simulator can inject, by their numbers in the specification, and which of them one schedule is struck by.

Each schedule draws its own set and rates from its seed, so that rare combinations meet as often as common ones.
"""

from dataclasses import dataclass
from random import Random

FAULTS: dict[str, str] = {
    "F01": "the venue accepts and its reply is lost",
    "F02": "the program is killed between two steps",
    "F03": "a fill arrives before the acknowledgement",
    "F04": "a fill arrives after the cancel was acknowledged",
    "F05": "an order is not shown for a while after it was created",
    "F06": "look-ups and surveys fail on the way",
    "F07": "the connection drops while an order is sent",
    "F08": "the stream is silent, or loses messages",
    "F09": "a fill is reported days late",
    "F10": "the position at the broker changes without an execution",
    "F12": "a change is sent and its answer is lost",
    "F13": "executions come twice, out of order, and corrected",
    "F14": "orders fill in parts, and the rest is cancelled",
    "F15": "an answer holds nothing, or no numbers",
    "F16": "the venue refuses for its rate limit",
    "F21": "impossible prices arrive",
    "F26": "a storm of wishes",
    "F27": "the venue refuses stops for a while",
    "F28": "the venue takes an accepted order back",
    "F31": "trading is halted while orders are under way",
    "F34": "somebody else trades on the account",
    "F35": "the disk is full",
    "F36": "the journal is locked",
}
"""Those of order-safety's table that a simulation in virtual time can inject; the others are injected into the real process."""
ALWAYS = ("F03", "F14")


@dataclass(frozen=True, slots=True)
class Struck:
    """Which faults strike a schedule, and how often each (0…1 at every chance it has)."""

    rates: dict[str, float]

    @classmethod
    def drawn(cls, random: Random) -> "Struck":
        """Between none and all of the faults, each at a rate of its own."""
        share = random.choice((0.15, 0.4, 0.8))
        chosen = [name for name in FAULTS if name in ALWAYS or random.random() < share]
        return cls({name: random.choice((0.03, 0.1, 0.3)) for name in chosen})

    def rate(self, name: str) -> float:
        """How often that fault strikes here; 0 where it does not."""
        return self.rates.get(name, 0.0)
