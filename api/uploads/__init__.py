"""Files of a class on their way in: announced, received, put right, complete or not."""
