"""How much may be risked: the gate that every order passes, its limits and rules, and sizes. Never fetches data and never sends an order."""
