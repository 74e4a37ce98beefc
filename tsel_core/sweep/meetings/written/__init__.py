"""Written minutes: what stands in labelled lines, lists, tables and plain sentences of somebody who took notes."""
