"""Large files on their way in: kept piece by piece, durable before they are acknowledged, whole before they count."""
