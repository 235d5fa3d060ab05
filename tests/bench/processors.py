"""The instruction sets that CTranslate2 can be held to on this processor.

`CT2_FORCE_CPU_ISA` chooses its kernels when a process starts, so each set needs a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ISA_VARIABLE = "CT2_FORCE_CPU_ISA"
CPU_INFO = Path("/proc/cpuinfo")

NEEDED_FLAGS: Mapping[str, frozenset[str]] = {
    "AVX512": frozenset({"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq"}),
    "AVX2": frozenset({"avx2", "fma"}),
    "AVX": frozenset({"avx"}),
    "GENERIC": frozenset(),
}
"""Every set with the processor flags that its kernels need (CTranslate2, `src/cpu/cpu_info.cc`)."""


def instruction_sets() -> tuple[str, ...]:
    """The sets that this processor has, the newest first; `GENERIC` alone where Linux does not tell its flags."""
    flags = frozenset(CPU_INFO.read_text("utf-8").split()) if CPU_INFO.exists() else frozenset()
    return tuple(name for name, needed in NEEDED_FLAGS.items() if needed <= flags)
