const work = setInterval(() => console.log('nothing to do'), 5000);
process.on('SIGTERM', () => clearInterval(work));
