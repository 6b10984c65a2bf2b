"""The seam to an accelerator: one library of arrays, numpy here or PyTorch there.

What runs on it is written in the calls that both libraries share, so that the same code
is tested with numpy on any machine. PyTorch is an optional extra.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.values.errors import BadInput

DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True, slots=True)
class Arrays:
    """A library of arrays and the device that it works on.

    Attributes
    ----------
    xp : module
        ``numpy`` or ``torch``.
    device : str
        As the library names it.
    bytes_most : int
        About how much a batch may take at a time.
    """

    xp: Any
    device: str = "cpu"
    bytes_most: int = 1 << 26

    @property
    def name(self) -> str:
        """Library and device."""
        return f"{self.xp.__name__} on {self.device}"

    def put(self, values: Any, kind: str = "float32") -> Any:
        """Values as an array of the device."""
        array = np.ascontiguousarray(values, dtype=kind)
        return self.xp.asarray(array, device=self.device)

    def cast(self, array: Any, kind: str) -> Any:
        """An array of the device as another type."""
        return self.xp.asarray(array, dtype=getattr(self.xp, kind))

    def count(self, number: int) -> Any:
        """0, 1, … on the device."""
        return self.put(np.arange(number), "int64")

    def take(self, array: Any) -> NDArray[Any]:
        """An array of the device as one of numpy."""
        if self.xp is np:
            return np.asarray(array)
        return np.asarray(array.cpu().numpy())


HERE = Arrays(np)


def torch_on(device: str) -> Arrays:
    """PyTorch on one of its devices.

    Raises
    ------
    BadInput
        If it is not installed.
    """
    try:
        import torch
    except ImportError as problem:
        raise BadInput(
            "computing on a GPU needs PyTorch; install focalpoint[gpu]"
        ) from problem
    # Products in full precision, so that the counts are those of the processor.
    torch.backends.cuda.matmul.allow_tf32 = False
    most = 1 << 28
    if device.startswith("cuda"):
        most = torch.cuda.get_device_properties(device).total_memory // 8
    return Arrays(torch, device, most)


@lru_cache(maxsize=4)
def chosen(device: str) -> Arrays | None:
    """What to compute on: an accelerator, or None for the compiled loops of this one.

    Parameters
    ----------
    device : str
        ``auto`` takes an accelerator where there is one, ``gpu`` insists on it.

    Raises
    ------
    BadInput
        If there is none and one was insisted on.
    """
    if device not in DEVICES:
        raise BadInput(
            "%(device)s is no device; choose one of %(known)s",
            device=device,
            known=", ".join(DEVICES),
        )
    if device == "cpu" or (device == "auto" and find_spec("torch") is None):
        return None
    arrays = torch_on("cpu")
    if arrays.xp.cuda.is_available():
        return torch_on("cuda")
    if device == "gpu":
        raise BadInput(
            "PyTorch sees no GPU on this machine; leave --device out to use the processor"
        )
    return None
