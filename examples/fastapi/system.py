"""The machine, from Linux's /proc; elsewhere nothing is said about it."""

import os
import shutil
from pathlib import Path

from meter import message


def memory_usage():
    lines = Path("/proc/meminfo").read_text().splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return 100 * (1 - kilobytes["MemAvailable"] / kilobytes["MemTotal"])


def network_bytes():
    """Received and sent since boot, without loopback."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    counts = [line.split(":")[1].split() for line in lines if not line.strip().startswith("lo:")]
    return sum(int(count[0]) for count in counts), sum(int(count[8]) for count in counts)


def system_updates(running):
    if not Path("/proc/net/dev").exists():
        return []
    received, sent = network_bytes()
    disk = shutil.disk_usage("/")
    return [
        message(
            "system_update",
            {
                # Load of the last minute per core, near enough to usage.
                "cpu_usage": min(100, 100 * os.getloadavg()[0] / (os.cpu_count() or 1)),
                "memory_usage": memory_usage(),
                "disk_usage": 100 * disk.used / disk.total,
                "network_in_bytes": received,
                "network_out_bytes": sent,
                "active_workers": running,
                "queue_size": 0,
            },
        )
    ]
