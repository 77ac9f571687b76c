"""The command line: words in, one command to the terminal, words or one JSON document out. Computes nothing itself."""
