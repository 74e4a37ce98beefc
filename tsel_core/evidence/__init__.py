"""Evidence: where the document answers a question, found before the answer is written and looked at again.

`look` is the second look: `locating` finds passages by words and by `heads` (which `calibration` chose), `asking` puts
prompts over a kept reading, `deciding` says which answer stands. `parts` does it for a document read in parts.
"""
