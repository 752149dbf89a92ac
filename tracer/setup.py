"""Builds the extension `copyscope._core`; everything else stands in pyproject.toml."""

from glob import glob

from setuptools import Extension, setup

COMPILED_TWICE = {"ext/engine.c", "ext/shallow.c"}  # included by *_plain.c and *_traced.c
TRACE = sorted(set(glob("trace/*.c")) - {"trace/emit_events.c"})  # a program of its own

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
            ],
        )
    ]
)
