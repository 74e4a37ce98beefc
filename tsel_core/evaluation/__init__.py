"""Does a setting keep what full attention finds? Items, scoring, runs, comparison; nothing here prints."""
