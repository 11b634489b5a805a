"""Evidence stores behind one port: a local folder, any S3 server with Object Lock, and a fake in memory."""
