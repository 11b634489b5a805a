"""What other systems are told: events, webhooks, deliveries."""
