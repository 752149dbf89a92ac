"""The study: variants of copy.py, the engine and peers timed beside copy.deepcopy, and a report made of the figures.

`copyscope bench` measures and writes results as JSON; `copyscope report` reads them. Folder ``inside`` runs in the
interpreters that are measured, which need nothing but their standard library; all else runs in copyscope's own.
"""
