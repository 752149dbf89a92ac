"""Builds the extension `copyscope._core`; everything else stands in pyproject.toml."""

import os
import sys
import sysconfig
from glob import glob

from setuptools import Extension, setup

COMPILED_TWICE = {"ext/engine.c", "ext/shallow.c"}  # included by *_plain.c and *_traced.c
TRACE = sorted(set(glob("trace/*.c")) - {"trace/emit_events.c"})  # a program of its own


def unsupported() -> str:
    """Why this interpreter or machine cannot have the extension, in one line; "" if it can."""
    if sys.implementation.name != "cpython":
        return f"copyscope records CPython's own copy.deepcopy: it cannot run on {sys.implementation.name}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "copyscope does not support free-threaded CPython: the memo's table could move while it is read"
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return "copyscope is for 64-bit Linux"
    return ""


def missing_headers() -> str:
    """Which library's headers are not there, in one line, where that can be told."""
    include = ["/usr/include", "/usr/local/include", *os.environ.get("C_INCLUDE_PATH", "").split(":")]
    include += os.environ.get("CPATH", "").split(":")
    include += [flag[2:] for flag in os.environ.get("CFLAGS", "").split() if flag.startswith("-I")]
    include += glob("/usr/include/*-linux-gnu")
    for header, package in (("openssl/evp.h", "libssl-dev"), ("zlib.h", "zlib1g-dev")):
        if not any(folder and os.path.exists(os.path.join(folder, header)) for folder in include):
            return f"copyscope's extension needs {header}: install {package} (Debian) or your system's equivalent"
    return ""


for reason in (unsupported(), missing_headers() if "sdist" not in sys.argv else ""):
    if reason:
        raise SystemExit(reason)

setup(
    ext_modules=[
        Extension(
            "copyscope._core",
            sources=sorted(set(glob("ext/*.c")) - COMPILED_TWICE) + TRACE,
            depends=[*sorted(COMPILED_TWICE), "events.def", *glob("ext/*.h"), *glob("trace/*.h")],
            libraries=["z", "crypto"],
            extra_compile_args=[
                "-std=gnu11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Wno-missing-field-initializers",
                "-Wno-cast-function-type",
                "-fvisibility=hidden",
                "-fno-plt",
            ],
        )
    ]
)
