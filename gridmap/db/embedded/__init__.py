"""A private PostGIS that gridmap creates, starts, stops and recovers itself."""

from gridmap.db.embedded.cluster import Cluster, ClusterStatus, State

__all__ = ["Cluster", "ClusterStatus", "State"]
