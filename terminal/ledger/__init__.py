"""Fills become positions, cash and profit. Never decides anything and never reads a price it was not handed."""
