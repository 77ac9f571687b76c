"""Charts painted by hand: only what is visible, one line or bar per pixel column. Never loads candles and never decides a colour."""
