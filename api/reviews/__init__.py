"""Reviews (复核): a person marks who is there, a second one counts and agrees."""
