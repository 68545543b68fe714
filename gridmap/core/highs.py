"""HiGHS as everything here asks it: quiet, on one thread, with the same answer to the same question."""

from typing import Any

import highspy

OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    # These heuristics solve a smaller programme and presolve it again, where HiGHS 1.16 can strengthen inequalities
    # without end and without a look at the time (ERGO-Code/HiGHS#2226).
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}


def new_solver(**options: float) -> Any:
    """Return a solver without a programme, with options of HiGHS beside those of all."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {**OPTIONS, **options}.items():
        solver.setOptionValue(name, value)
    return solver
