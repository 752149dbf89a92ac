"""networkx: conversions between directed and undirected graphs copy every attribute deeply."""

import copy
import random

import networkx as nx

rng = random.Random(7)
roads = nx.gnm_random_graph(200, 800, seed=7)
for a, b in roads.edges:
    roads[a][b].update(weight=rng.randrange(1, 100), tags=[rng.choice("abc")], geometry=[(a, b), (b, a)])
for n in roads:
    roads.nodes[n].update(name=f"n{n}", position=(rng.random(), rng.random()), history=[])

directed = roads.to_directed()
back = directed.to_undirected()
assert nx.utils.graphs_equal(roads, back)
directed[0][next(iter(directed[0]))]["tags"].append("changed")
assert all("changed" not in d["tags"] for *_, d in roads.edges(data=True))
snapshots = []
for n in list(roads)[:10]:
    snapshots.append(copy.deepcopy(roads))
    roads.remove_node(n)
print([len(s.edges) for s in snapshots], len(roads.edges))
print(sum(d["weight"] for *_, d in nx.minimum_spanning_tree(back).edges(data=True)))
print(nx.shortest_path_length(back, 11, 150, weight="weight"), nx.MultiGraph(roads).to_directed().size())
