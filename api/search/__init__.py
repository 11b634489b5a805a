"""搜索: what a few words find within reach."""
