import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { type DefinitionNode, Kind, parse, print, visit } from 'graphql';

/** An operation of schema/operations by its name, with the fragments it needs: as text, ready to be sent. */
export async function operation(name: string): Promise<string> {
  const definitions = await allDefinitions();
  const named = (wanted: string): DefinitionNode => {
    const found = definitions.find((one) => 'name' in one && one.name?.value === wanted);
    if (!found) throw new Error(`schema/operations has no '${wanted}'`);
    return found;
  };
  const needed = new Set([named(name)]);
  for (const definition of needed) {
    visit(definition, { FragmentSpread: (spread) => void needed.add(named(spread.name.value)) });
  }
  return [...needed].map(print).join('\n\n');
}

async function allDefinitions(): Promise<DefinitionNode[]> {
  const definitions: DefinitionNode[] = [];
  for await (const file of glob('schema/operations/*.graphql')) {
    definitions.push(
      ...parse(readFileSync(file, 'utf8')).definitions.filter(({ kind }) => kind !== Kind.SCHEMA_DEFINITION),
    );
  }
  return definitions;
}
