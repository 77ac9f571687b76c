"""Maps the top-level folder `resources/` into the wheel as `terminal/resources`; everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["terminal", "terminal.*"]), "terminal.resources"],
    package_dir={"terminal.resources": "resources"},
    package_data={"terminal.resources": ["**/*"]},
)
