import { readFileSync } from 'node:fs';
import { type FragmentDefinitionNode, Kind, parse, print, visit } from 'graphql';

const { definitions } = parse(
  ['routes', 'words', 'errors']
    .map((name) => readFileSync(new URL(`../../schema/operations/${name}.graphql`, import.meta.url), 'utf8'))
    .join('\n'),
);

/** One of the committed operations, with the fragments it spreads. */
export function operation(name: string): string {
  const wanted = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION && one.name?.value === name);
  const used = new Set<FragmentDefinitionNode>();
  const collect = (node: (typeof definitions)[number]) =>
    void visit(node, {
      FragmentSpread({ name: spread }) {
        const fragment = definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === spread.value,
        );
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION || used.has(fragment)) return;
        used.add(fragment);
        collect(fragment);
      },
    });
  for (const one of wanted) collect(one);
  return [...wanted, ...used].map(print).join('\n');
}
