"""The compiled kernels: the only untyped code, behind the functions of `kernel`, `panels` and `reference`."""
