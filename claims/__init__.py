"""Pure judgement of a subsidy application: money with its trace."""
