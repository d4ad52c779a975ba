"""LightGBM trains on a machine without libgomp: the library of scikit-learn's wheel is lent to it."""

import subprocess
import sys

PROGRAM = """
import ctypes.util, sys
import jejo.ai.service.openmp as openmp

if sys.argv[1] == "lend":
    openmp._lend()
import numpy
lightgbm = openmp.load_lightgbm()
rows = numpy.random.default_rng(0).normal(size=(400, 2))
data = lightgbm.Dataset(rows, rows[:, 0] > 0, params={"verbose": -1})
model = lightgbm.train({"objective": "binary", "verbose": -1}, data, 5)
mapped = {line.split()[-1] for line in open("/proc/self/maps") if "libgomp" in line}
print(model.num_trees(), sorted(mapped))
"""


def trained(how: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_lent_library_serves_lightgbm_in_place_of_the_systems():
    told = trained("lend")
    assert told.startswith("5 ")
    # Had the rename failed, LightGBM would have loaded a second one from the system.
    assert "(deleted)" in told
    assert "/libgomp.so" not in told


def test_without_lending_nothing_changes():
    assert trained("plain").startswith("5 ")
