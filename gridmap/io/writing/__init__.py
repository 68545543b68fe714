"""Write sets of features to files. A file appears under its name when it is complete, or not at all.

One module for each family of formats, loaded when a format of that family is chosen: ``text`` needs nothing but Python,
``columnar`` and ``gdal`` need Arrow, ``workbooks`` needs openpyxl, ``pyramids`` needs pmtiles, ``frames`` needs geopandas.
"""
