import { createServer } from 'node:http';
import { hostname } from 'node:os';
import helmet from 'helmet';
import { greeting } from './greeting.js';

const addSecurityHeaders = helmet();

/** The shop as an HTTP server that does not listen yet. */
export function createShop() {
  return createServer((request, response) => {
    addSecurityHeaders(request, response, () => answer(request.url, response));
  });
}

function answer(url, response) {
  switch (url) {
    case '/healthz':
      response.end('ok\n');
      break;
    case '/':
      response.end(`${greeting} (${hostname()})\n`);
      break;
    default:
      response.writeHead(404).end('not here\n');
  }
}
