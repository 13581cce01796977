import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { cruise, type IFlattenedRuleSet } from 'dependency-cruiser';
import { expect, test } from 'vitest';

/**
 * The house rules of src/README.md, as tests. A room's name is the first folder below src/ that is none of the shared
 * ones; `$1` in a rule stands for the room the import starts from.
 */
const SHARED = '(?:core|platform|graphql|generated|client)';
/** Ways in for other people's clients: each speaks with the hallways, as the files that know GraphQL do. */
const DOORS = 'doors';
const HALLWAYS = '(?:completions|calls|runs|tools)';

const rules: IFlattenedRuleSet = {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: { path: '^src/(?!generated)' }, to: { circular: true } },
    {
      name: 'core imports nothing of ours',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'platform imports core only',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/(core|platform|generated)/' },
    },
    {
      name: 'a room imports no other room',
      severity: 'error',
      from: { path: `^src/(?!${SHARED}/|${HALLWAYS}/|${DOORS}/)([^/]+)/` },
      to: { path: '^src/[^/]+/', pathNot: '^src/(core|platform|generated|graphql|$1)/' },
    },
    {
      name: 'a hallway enters rooms through their index.ts',
      severity: 'error',
      from: { path: `^src/(${HALLWAYS})/` },
      to: { path: '^src/[^/]+/.+', pathNot: '^src/(core|platform|generated|graphql|$1)/|^src/[^/]+/index\\.ts$' },
    },
    {
      // What a call may say is checked in one place, for every way in.
      name: 'a door enters rooms and hallways through their index.ts, and asks in the words of the contract',
      severity: 'error',
      from: { path: `^src/${DOORS}/` },
      to: {
        path: '^src/[^/]+/.+',
        pathNot: `^src/(core|${DOORS})/|^src/[^/]+/index\\.ts$|^src/completions/request\\.ts$`,
      },
    },
    {
      name: 'only the server opens doors',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${DOORS}/|^src/(server|config)\\.ts$` },
      to: { path: `^src/${DOORS}/` },
    },
    {
      name: 'only graphql files know GraphQL',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graphql/|graphql\\.ts$|^src/(gateway|server|instance)\\.ts$' },
      to: { path: '^src/graphql/' },
    },
    {
      name: 'graphql/ holds no business',
      severity: 'error',
      from: { path: '^src/graphql/', pathNot: '^src/graphql/(schema|print-schema)\\.ts$' },
      to: {
        path: '^src/[^/]+/',
        pathNot: '^src/(graphql|core|generated)/|^src/[^/]+/index\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'implementations are chosen in gateway.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/gateway\\.ts$|^src/platform/' },
      to: { path: '^src/platform/.+/(memory|redis)\\.ts$' },
    },
    {
      name: 'the client knows nothing of the house',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/client/' },
    },
    {
      name: 'one way out: only the egress and its connections may fetch',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/(egress|connections)' },
      to: { path: 'node_modules/undici' },
    },
  ],
};

test('imports follow the house rules', { timeout: 60_000 }, async () => {
  const { output } = await cruise(
    ['src'],
    { ruleSet: rules, validate: true, tsPreCompilationDeps: true, exclude: { path: '^src/generated' } },
    { extensions: ['.ts', '.mjs'] } as never,
    { tsConfig: undefined } as never,
  );
  const { summary, modules } = output as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
    modules: unknown[];
  };
  expect(modules.length).toBeGreaterThan(50);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
});

/** What a file may not say, and the files that may. */
const words: { readonly name: string; readonly word: RegExp; readonly allowed: RegExp }[] = [
  { name: 'the environment is read in config.ts', word: /process\.env\b/, allowed: /^src\/(config\.ts|v8\.mjs)$/ },
  {
    name: 'time, chance and timers come from core/runtime.ts',
    word: /\b(Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|setTimeout\(|setInterval\()/,
    allowed: /^src\/core\/(runtime|stalled)\.ts$|^src\/client\//,
  },
  {
    name: 'nothing asks whether it is being tested',
    word: /\b(NODE_ENV|VITEST|isTest|underTest)\b/,
    // Which tells libraries that it is not.
    allowed: /^src\/v8\.mjs$/,
  },
  { name: 'nobody uses the global fetch', word: /(?<![.\w])fetch\(/, allowed: /^src\/client\// },
  {
    name: 'no code is made from text',
    word: /(?<![.\w])eval\(|new Function\(|node:vm\b/,
    // Of one word of its own, for the clock that stands beside it.
    allowed: /^src\/core\/bounded\.ts$/,
  },
  {
    name: 'no function is assigned to a property: V8 would keep what it sees, see src/README.md',
    word: /[\w\])]\s*(\.#?\w+|\])\s*(\?\?|\|\|)?=\s*(async\s*)?(function\b|\w+\s*=>|\(.*\)\s*(:[^=]+)?=>)/,
    allowed: /^$/,
  },
  { name: 'signals are followed by core/abort.ts', word: /\bAbortSignal\.any\b/, allowed: /^src\/client\// },
  { name: 'nothing is left to do', word: /\b(TODO|FIXME|XXX|HACK)\b/, allowed: /^$/ },
];

test.each(words)('$name', async ({ word, allowed }) => {
  const found: string[] = [];
  for await (const file of glob('src/**/*.{ts,mjs,lua}')) {
    if (file.startsWith('src/generated/') || allowed.test(file)) continue;
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const [place, line] of lines.entries())
      if (word.test(withoutComment(line))) found.push(`${file}:${place + 1}: ${line.trim()}`);
  }
  expect(found).toEqual([]);
});

function withoutComment(line: string): string {
  return line.replace(/^\s*(\*|\/\*\*|\/\/).*$/, '').replace(/\/\/.*$/, '');
}
