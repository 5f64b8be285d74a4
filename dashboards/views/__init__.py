"""The pages, one file each: found by their file, named by it, placed by its `PAGE`."""
