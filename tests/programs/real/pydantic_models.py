"""pydantic: every model with a mutable default copies it for each instance."""

import copy
import datetime

from pydantic import BaseModel, Field, ValidationError


class Address(BaseModel):
    street: str = "none"
    tags: list[str] = []


class Options(BaseModel):
    limits: dict[str, list[int]] = {"cpu": [1, 2], "memory": [64, 128, 256]}
    home: Address = Address(tags=["default"])
    names: list[str] = Field(default=["a", "b"])
    empty: list[int] = []
    since: datetime.date = datetime.date(2024, 1, 2)


instances = [Options() for _ in range(100)]
instances[0].limits["cpu"].append(3)
instances[1].home.tags.append("changed")
print(instances[2], instances[0].limits, instances[1].home)
deep = [o.model_copy(deep=True) for o in instances[:20]]
deep[0].home.street = "elsewhere"
print(instances[0].home.street, deep[0] == instances[0], copy.deepcopy(instances[5]) == instances[5])
try:
    Options(limits={"cpu": "much"})
except ValidationError as e:
    twin = copy.deepcopy(e.errors())
    print(twin[0]["loc"], twin[0]["type"])
print(Options.model_validate_json(deep[0].model_dump_json()) == deep[0])
