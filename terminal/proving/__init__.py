"""What proves the rest: the fault simulator with its lying venue, the parity report. Nothing that trades imports it."""
