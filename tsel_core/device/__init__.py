"""What a device is and does: memory, faults, timings, uploads, several processes."""
