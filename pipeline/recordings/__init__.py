"""Recording from cameras: what each second of a plan became, and what a stream's times are on our clock."""
