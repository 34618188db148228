// Run by the HEALTHCHECK of the image; Kubernetes asks /healthz itself.
const port = Number(process.env.PORT ?? 8080);
const { ok } = await fetch(`http://127.0.0.1:${port}/healthz`);
process.exit(ok ? 0 : 1);
