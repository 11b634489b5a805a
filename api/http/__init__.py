"""What every page and route stands on: the application, who asks, problems, rendering, paging, limits."""
