"""
Errors of the kernel layer: what an operation cannot be asked for.

KernelError
└── UnsupportedShape   sizes or dtypes that the operation has no meaning for
"""


class KernelError(Exception):
    """
    Root of everything that ``kernels`` raises on purpose.
    """


class UnsupportedShape(KernelError):
    """
    A tensor's size or dtype does not fit the operation; the message holds the values.
    """
