"""sympy: expressions, matrices and assumptions, copied deeply while they are worked on."""

import copy

import sympy
from sympy.abc import x, y, z


def step(system):
    """One elimination on a copy: the system that was given stays as it is."""
    work = copy.deepcopy(system)
    work["matrix"] = work["matrix"].rref()[0]
    work["history"].append(sympy.simplify(work["matrix"][0, 2]))
    return work


system = {"matrix": sympy.Matrix([[x, y, 1], [y, z, 2]]), "history": [], "symbols": {x: "x", y: "y", z: "z"}}
for _ in range(5):
    system = step(system)
print(system["history"])

integral = sympy.integrate(sympy.exp(-(x**2)) * x**3, x)
for n in range(20):
    other = copy.deepcopy(integral)
    assert other == integral
    assert other.subs(x, n) == integral.subs(x, n)
print(integral, sympy.latex(copy.deepcopy(sympy.series(sympy.sin(x), x, 0, 9))))

mutable = sympy.MutableDenseMatrix(3, 3, lambda i, j: sympy.Rational(i + 1, j + 1))
twin = copy.deepcopy(mutable)
twin[0, 0] = z
print(mutable, twin)
