"""A fictitious district from a seed: streets, buildings and all that a grid holds, with planted truths.

`settings` is the plan as read from ``data/sample``, `ground` bends it and cuts it into blocks, the modules of
`fill` build on a block, `walking` joins paths into one network, and `district` puts it all together.
"""

from gridmap.core.sample.district import SampleDistrict, generate
from gridmap.core.sample.settings import SampleSettings

__all__ = ["SampleDistrict", "SampleSettings", "generate"]
