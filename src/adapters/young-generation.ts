import { setFlagsFromString } from 'node:v8';

/**
 * Imported first, for its effect: V8 lets the space for new objects grow to 2 × 64 MB when much is parsed, though little of it lives. Kept
 * at its first size, the watching of 300 workloads peaks at 135 MB instead of 258 MB, and takes no longer.
 */
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=20');
