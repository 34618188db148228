import { createServer } from 'node:http';

const { GREETING = 'Welcome' } = process.env;

const server = createServer((_, response) => response.end(`${GREETING}\n`));
server.listen(8080);
process.on('SIGTERM', () => server.close());
