"""Words, unit, direction and source of every measure: one glossary, read by the window, the command line and the manual."""

import subprocess
import sys
from pathlib import Path

from terminal.stats.catalogue import MEASURES
from terminal.stats.glossary import GROUPS, term
from terminal.stats.glossary_details import DETAILS

ROOT = Path(__file__).resolve().parents[2]
TERMS = {name: words for groups in (GROUPS, DETAILS) for group in groups.values() for name, words in group.items()}


def test_every_measure_on_demand_has_its_words_and_none_is_described_twice() -> None:
    assert {name for group in DETAILS.values() for name in group} == set(MEASURES)
    assert not set(MEASURES) & {name for group in GROUPS.values() for name in group}
    titles = [words.title for words in TERMS.values()]
    assert len(set(titles)) == len(titles)


def test_there_are_far_more_than_sixty_measures() -> None:
    assert len(TERMS) >= 150


def test_words_are_sentences_and_numbers_have_a_real_minus() -> None:
    for name, words in TERMS.items():
        assert words.title[0].isupper(), name
        assert words.meaning.endswith("."), name
        assert " -" not in words.meaning + words.formula, name
        assert term(name) is words


def test_the_page_of_measures_is_written_from_the_glossary() -> None:
    script = "import runpy; print(runpy.run_path('docs/write_measures.py')['page'](), end='')"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == (ROOT / "docs" / "measures.md").read_text(encoding="utf-8"), "run: python docs/write_measures.py"
