"""Ways to spread the tasks of a search: over processes here, or over machines."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from focalpoint.engines.ballistics.rank import Map, one_by_one
from focalpoint.values.errors import BadInput

Tasks = list[tuple[Any, ...]]


@contextmanager
def over_processes(count: int) -> Iterator[Map]:
    """Spread tasks over processes of this machine, one thread each."""
    if count <= 1:
        yield one_by_one
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:

        def each(work: Callable[..., Any], tasks: Tasks) -> Iterable[Any]:
            return list(pool.map(work, *zip(*tasks, strict=True))) if tasks else []

        yield each


@contextmanager
def over_machines(address: str) -> Iterator[Map]:
    """Spread tasks over the workers of a Dask scheduler.

    Every worker must see the collection under the same path.

    Raises
    ------
    BadInput
        If Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client
    except ImportError as problem:
        raise BadInput(
            "searching on several machines needs Dask; install focalpoint[cluster]"
        ) from problem
    try:
        # Dask says nothing about its types.
        connect: Any = Client
        client = connect(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as problem:
        raise BadInput(
            "the scheduler at %(address)s does not answer (%(problem)s)",
            address=address,
            problem=str(problem) or type(problem).__name__,
        ) from problem
    with client:

        def each(work: Callable[..., Any], tasks: Tasks) -> Iterable[Any]:
            futures = [client.submit(work, *task, pure=False) for task in tasks]
            return list(client.gather(futures))

        yield each
