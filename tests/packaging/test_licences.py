"""Licences of everything that is installed with Outcry: none that would bind a person's own strategies."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

QT = {"pyside6-essentials", "pyside6-qtads", "shiboken6"}  # LGPL, used as the shared libraries that they are
REFUSED = re.compile(r"\b(A?GPL|Affero|GNU General Public|Commons Clause|SSPL|BUSL)", re.IGNORECASE)
LESSER = re.compile(r"\bL(esser )?GPL|GNU Lesser|LGPL", re.IGNORECASE)


def tree(name: str, extras: frozenset[str], seen: set[str]) -> Iterator[Distribution]:
    """`name` and all that it requires here and now."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return
    seen.add(name)
    yield found
    for text in found.requires or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            continue
        key = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if key not in seen:
            yield from tree(key, frozenset(requirement.extras), seen)


def licences(found: Distribution) -> str:
    """What a distribution says of its licence, without the licence's whole text."""
    metadata = found.metadata
    words = [metadata.get("License-Expression") or "", (metadata.get("License") or "").split("\n")[0]]
    words += [line for line in metadata.get_all("Classifier") or () if line.startswith("License")]
    return " | ".join(word for word in words if word)


def installed() -> list[Distribution]:
    found = list(tree("outcry", frozenset(), set()))
    if not found:
        pytest.skip("Outcry is run from its checkout without being installed; its requirements are not known here")
    return found


def test_no_licence_of_the_installed_tree_binds_those_who_use_it() -> None:
    refused = {}
    for found in installed():
        name, words = found.metadata["Name"].lower(), licences(found)
        if name.replace("_", "-") in QT:
            continue
        alternatives = re.split(r"\s+OR\s+", words)
        if all(REFUSED.search(LESSER.sub("", each)) or LESSER.search(each) for each in alternatives):
            refused[name] = words
    assert refused == {}


def test_every_distribution_says_under_which_licence_it_stands() -> None:
    silent = [found.metadata["Name"] for found in installed() if not licences(found) and not any("licen" in str(path).lower() for path in found.files or ())]
    assert silent == []


def test_qt_is_used_under_its_lesser_licence() -> None:
    for found in installed():
        if found.metadata["Name"].lower().replace("_", "-") in QT:
            assert LESSER.search(licences(found)), found.metadata["Name"]


@pytest.mark.parametrize(
    "words", ["AGPL-3.0", "GNU Affero General Public License v3", "GPL-2.0-only", "GNU General Public License (GPL)", "Apache-2.0 with Commons Clause"]
)
def test_the_refusal_recognises_what_it_refuses(words: str) -> None:
    assert REFUSED.search(LESSER.sub("", words))


@pytest.mark.parametrize("words", ["MIT", "BSD-3-Clause", "LGPL-3.0", "GNU Lesser General Public License v3", "Apache-2.0", "PSF-2.0", "MPL-2.0"])
def test_the_refusal_lets_the_rest_pass(words: str) -> None:
    assert not REFUSED.search(LESSER.sub("", words))
