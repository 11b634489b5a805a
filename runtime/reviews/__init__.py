"""Reviews of class hours by people, with recordings and a database."""
