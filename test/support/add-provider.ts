import type { TestGateway } from './gateway.ts';

/** A provider, and a key for it that opens nothing. */
export async function addProvider(
  { ask }: Pick<TestGateway, 'ask'>,
  input: { readonly slug: string; readonly kind: string; readonly baseUrl: string },
): Promise<void> {
  const { providerSave } = await ask<{ providerSave: { provider: { id: string } } }>(
    'mutation ($input: ProviderSaveInput!) { providerSave(input: $input) { ... on ProviderSaved { provider { id } } } }',
    { input },
  );
  await ask('mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { __typename } }', {
    input: { provider: providerSave.provider.id, label: 'only', secret: { value: 'sk-a-key-of-this-test' } },
  });
}
