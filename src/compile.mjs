// Run by npm after an install: compiles the house, so that the first start need not, nor keep what that takes in memory.
// Plain JavaScript that does nothing on a Node without TypeScript: there the first start compiles.
if (process.features.typescript) {
  await import('./v8.mjs');
  await import('./main.ts');
  await import('./instance.ts');
}
