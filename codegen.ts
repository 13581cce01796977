import type { CodegenConfig } from '@graphql-codegen/cli';
import { preset } from '@graphql-codegen/client-preset';

/** The preset also writes a `gql.ts`, for documents inside of TypeScript; ours are in schema/operations. */
const typedDocuments: typeof preset = {
  ...preset,
  buildGeneratesSection: async (options) => {
    const files = await preset.buildGeneratesSection(options);
    return files.filter(({ filename }) => !filename.endsWith('/gql.ts'));
  },
};

/**
 * schema/schema.graphql and schema/operations -> src/client/generated: `graphql.ts`, a typed document for each
 * operation, and `persisted-documents.json`, each document under the SHA-256 of its text. Node runs it as it is.
 */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/operations/*.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    'src/client/generated/': {
      preset: typedDocuments,
      presetConfig: { fragmentMasking: false, persistedDocuments: true, skipIndexFile: true },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumType: 'string-literal',
        immutableTypes: true,
        arrayInputCoercion: false,
        inlineFragmentTypes: 'combine',
        strictScalars: true,
        scalars: {
          ID: 'string',
          BigInt: 'string',
          DateTime: 'string',
          Decimal: 'string',
          Duration: 'string',
          JSON: 'unknown',
          SafeInt: 'number',
        },
      },
    },
  },
};

export default config;
