"""The headless terminal: wiring, settings, jobs, runs and the command line. Draws nothing and never imports Qt."""
