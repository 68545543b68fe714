"""Coverage on the walking network, against tools that search networks."""
