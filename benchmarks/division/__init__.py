"""The division measured: on cities that do not exist and on real ones, against peers, the optimum and the clock."""
