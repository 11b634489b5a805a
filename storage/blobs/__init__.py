"""What the service keeps beside its database, in a folder or in a bucket."""
