"""Meeting transcripts: captions, cues, speakers."""
