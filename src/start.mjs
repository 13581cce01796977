// An older Node can read this, to be told. The house itself is TypeScript, which Node runs as it is since version 24.
const [major] = process.versions.node.split('.');
if (Number(major) < 24) {
  console.error(
    `Glidepath needs Node 24 or later; this is ${process.version}. "npm start" uses the Node that npm ci installed.`,
  );
  process.exit(1);
}
await import('./v8.mjs');
const { main } = await import('./main.ts');
await main();
