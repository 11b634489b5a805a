"""Claims as they arrive: the workbook of the template or one like it, JSON, TOML; every fault at once, nothing by half."""
