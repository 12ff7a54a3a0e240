"""What plugin authors may share beside the kernel; no promise of stability before 1.0."""
