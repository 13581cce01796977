// Run by npm after an install: makes the files an embedded database starts from, so that the first start need not.
// Plain JavaScript that does nothing on a Node without TypeScript: there the first start makes them.
if (process.features.typescript) {
  const { prepareFiles } = await import('../../src/platform/database/first-files.ts');
  await prepareFiles();
}
