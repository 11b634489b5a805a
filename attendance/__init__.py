"""Pure judgement of class hours and of each trainee in them."""
