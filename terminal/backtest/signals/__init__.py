"""Runs array signals: the short compiled loop, and the desk for what that leaves out."""
