"""The door through which long work is done: a worker that takes jobs out of the database one after another."""
