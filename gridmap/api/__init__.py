"""The HTTP door: OGC API, the map's own interface, and the web application."""
