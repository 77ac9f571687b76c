"""One measure of a result as a person reads it, by its name: for faces that show figures out of their tables."""

from terminal.domain.words import ABSENT


def measured(name: str, value: float | None) -> str:
    """`value` in the form that the glossary gives the measure, such as −1.9 %; a plain number where it has none."""
    if value is None:
        return ABSENT
    from terminal.backtest.report.words import written
    from terminal.stats.glossary import Form, term

    known = term(name)
    return written(value, Form.RATIO if known is None else known.form)
