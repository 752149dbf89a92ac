"""The machine: what a reader has to know of it before comparing figures."""

from __future__ import annotations

import os
import pathlib
import platform
from typing import Any

CPU0 = pathlib.Path("/sys/devices/system/cpu/cpu0/cpufreq")
BUSY = 0.5  # load for each processor from which on the machine is called busy
UNKNOWN = "not told"


def _read(path: str | pathlib.Path) -> str:
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return ""


def _processor() -> str:
    for line in _read("/proc/cpuinfo").splitlines():
        if line.startswith(("model name", "Model", "Hardware")):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _turbo() -> str:
    intel = _read("/sys/devices/system/cpu/intel_pstate/no_turbo")
    boost = _read("/sys/devices/system/cpu/cpufreq/boost")
    if not intel and not boost:
        return UNKNOWN
    return "off" if intel == "1" or boost == "0" else "on"


def load() -> float:
    """Processes that ran or wanted to, on average over the last minute."""
    return os.getloadavg()[0]


def describe() -> dict[str, Any]:
    """Processor, kernel, governor, turbo, load."""
    cpus = len(os.sched_getaffinity(0))
    return {
        "processor": _processor(),
        "cpus": cpus,
        "kernel": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "governor": _read(CPU0 / "scaling_governor") or UNKNOWN,
        "turbo": _turbo(),
        "virtual": "hypervisor" in _read("/proc/cpuinfo"),
        "load_before": load(),
    }


def warnings(machine: dict[str, Any]) -> list[str]:
    """What of it makes figures worse."""
    found = []
    per_cpu = max(machine.get("load_before", 0.0), machine.get("load_after", 0.0)) / max(1, machine.get("cpus", 1))
    if machine.get("load_before", 0.0) / max(1, machine.get("cpus", 1)) >= BUSY:
        found.append(
            f"the machine was busy before it began: load {machine['load_before']:.1f} on {machine['cpus']} CPUs"
        )
    elif per_cpu >= 1 + BUSY:
        found.append(f"the machine was busy meanwhile: load {machine['load_after']:.1f} on {machine['cpus']} CPUs")
    if machine.get("governor") not in ("performance", UNKNOWN):
        found.append(
            f"the CPU governor is {machine.get('governor')}: the clock follows the load (performance does not)"
        )
    if machine.get("turbo") == "on":
        found.append("turbo is on: the clock depends on temperature and on the other processors")
    if machine.get("virtual"):
        found.append("it is a virtual machine: others may have its processors in between")
    return found
