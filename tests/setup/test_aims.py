"""A measurement that misses its aim is said to, and one that nobody could make is not taken for met."""

import os

import pytest

from benchmarks.__main__ import alone
from benchmarks.aims import AIMS, Aim, missed

LEAST = Aim("faster", ("one", "times"), least=10)
MOST = Aim("share", ("one", "share"), most=0.4)


@pytest.mark.parametrize(("aim", "number", "met"), [(LEAST, 10, True), (LEAST, 9.9, False)])
def test_at_least(aim, number, met):
    assert aim.is_met(number) == met


@pytest.mark.parametrize(("number", "met"), [(0.4, True), (0.41, False)])
def test_at_most(number, met):
    assert MOST.is_met(number) == met


def test_what_was_missed_is_named_and_what_was_not_measured_is_said(capsys):
    results = {"pack after the last decision": {"with_leak_check_times_faster": 9.9}}
    assert missed(results) == ["rebuilt: times faster, looked through"]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(AIMS)
    assert sum("not measured" in line for line in said) == len(AIMS) - 1


def test_each_measurement_has_a_process_of_its_own():
    first, second = alone(os.getpid), alone(os.getpid)
    assert len({first, second, os.getpid()}) == 3
