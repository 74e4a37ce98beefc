"""The page of `tsel open` and `tsel serve --ui`: documents as they are, questions beside them, quotes boxed."""
