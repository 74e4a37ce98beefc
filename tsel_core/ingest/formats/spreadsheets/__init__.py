"""Workbooks as tables of what a sheet shows: numbers in their formats, hidden cells told."""
