"""What kind a file is, zip archives that cannot hurt, and which files a path names."""
