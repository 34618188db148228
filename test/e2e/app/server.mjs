import { createServer } from 'node:http';

const VERSION = 'one';

createServer((_request, response) => response.end(VERSION)).listen(8080);
