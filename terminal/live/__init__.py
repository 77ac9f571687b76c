"""Runs the rules of trading on live feeds, paper or real: orders, their journal, sessions. Never draws, and sends nothing that was not journalled."""
