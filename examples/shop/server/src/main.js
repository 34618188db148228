import { createShop } from './shop.js';

const port = Number(process.env.PORT ?? 8080);

const shop = createShop();
shop.listen(port, () => console.log(`listening on port ${port}`));

// As process 1 of a container Node does not end by itself; open requests are answered first.
process.on('SIGTERM', () => shop.close());
