import { removeRememberedFolder } from './adapters/private-folder.ts';

/** The post step: what a killed main step could not clean up. A bundle of its own, so that it can never deploy. */
await removeRememberedFolder();
