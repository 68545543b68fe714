"""One job for one person in one transaction each: the doors (cli, api, jobs) call these and nothing deeper."""
