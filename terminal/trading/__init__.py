"""The rules by which an order becomes a fill, each written once. Never opens a file, a socket or a clock."""
