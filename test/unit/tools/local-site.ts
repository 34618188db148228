import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { TestContext } from 'node:test';

/** Starts a server on this machine for the time of the test; returns its port. */
export async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}
