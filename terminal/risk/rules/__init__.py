"""The rules of the gate, a family per file: each answers None, a note or a refusal. They read the question and the limits, never the world."""
