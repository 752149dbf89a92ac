"""ruamel.yaml: documents with comments and anchors, copied and edited."""

import copy
import io

from ruamel.yaml import YAML

TEXT = """\
# deployment
base: &base
  image: app:1.0   # pinned
  env: {A: 1, B: two}
services:
  - <<: *base
    name: web
    ports: [80, 443]
  - <<: *base
    name: worker   # no ports
    when: 2024-01-02
"""
yaml = YAML()
document = yaml.load(TEXT)
variants = []
for i in range(20):
    variant = copy.deepcopy(document)
    variant["services"][0]["name"] = f"web-{i}"
    variant["base"]["env"]["A"] = i
    variants.append(variant)
out = io.StringIO()
yaml.dump(variants[3], out)
yaml.dump(document, out)
print(out.getvalue())
print([type(copy.deepcopy(v)).__name__ for v in (document, document["services"], document["base"])])
