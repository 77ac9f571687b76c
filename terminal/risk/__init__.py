"""How much may be risked: sizes, and later the gate and its limits. Never fetches data and never sends an order."""
