"""Lends LightGBM the OpenMP library that it expects of the system.

LightGBM's Linux wheel links against `libgomp.so.1`, which a fresh Debian or Ubuntu without a compiler does not
have. scikit-learn's wheel carries one, under another name; loaded under the expected name it serves both.
"""

import ctypes
import re
import tempfile
import threading
from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from jejo.kernel.errors import Unavailable

_LOADING = threading.Lock()
EXPECTED = b"libgomp.so.1"
_CARRIED = re.compile(rb"libgomp-[0-9a-f]{8}\.so\.1\.0\.0(?=\0)")


def load_lightgbm() -> ModuleType:
    """Return the module `lightgbm`.

    Raises:
        Unavailable: `ai.no-openmp` when neither the system nor scikit-learn's wheel has the library.
    """
    # Folds are trained in several threads: none may see the module half-way through a failing import.
    with _LOADING:
        try:
            import lightgbm
        except OSError as missing:
            if EXPECTED not in str(missing).encode():
                raise
            _lend()
            import lightgbm
        return lightgbm


def _lend() -> None:
    carried = [each for each in files("scikit-learn") or [] if each.name.startswith("libgomp-")]
    if find_spec("sklearn") is None or not carried:
        raise Unavailable("ai.no-openmp")
    content = Path(str(carried[0].locate())).read_bytes()
    renamed = _CARRIED.sub(lambda name: EXPECTED.ljust(len(name[0]), b"\0"), content)
    # Once loaded, a library needs its file no more: the loader knows it by the name inside.
    with tempfile.NamedTemporaryFile(prefix="libgomp-", suffix=".so") as copy:
        copy.write(renamed)
        copy.flush()
        ctypes.CDLL(copy.name, mode=ctypes.RTLD_GLOBAL)
