"""Types that cross a folder's boundary, and Settings. Imports pydantic and the standard library only."""
