"""
The INT4 path without a GPU: a small C library, built at first use, and how its weights lie.

:mod:`kernels.cpu.build` makes the library, :mod:`kernels.cpu.library` loads it, :mod:`kernels.cpu.tiles` is the layout,
:mod:`kernels.cpu.launch` calls it. Whether it is used at all is decided in :mod:`kernels`.
"""
