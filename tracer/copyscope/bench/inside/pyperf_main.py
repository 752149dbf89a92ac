"""pyperformance's own bm_deepcopy, run as it stands under pyperf, with another deepcopy in the copy module.

COPYSCOPE_RECIPE names a JSON file: the recipe of the contender, and the path of the benchmark. pyperf starts this
program again for each of its processes: it knows it by sys.argv[0], which therefore stays as it is.
"""

import copy
import json
import os

import contenders

with open(os.environ["COPYSCOPE_RECIPE"], encoding="utf-8") as f:
    wanted = json.load(f)
copy.deepcopy = contenders.make(wanted["recipe"]).copy
with open(wanted["script"], encoding="utf-8") as f:
    exec(compile(f.read(), wanted["script"], "exec"), globals())
