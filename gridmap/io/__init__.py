"""Files of the outside world ⇄ checked tables. Knows core, not the database."""
