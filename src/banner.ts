import type { Config } from './config.ts';
import type { OpenGateway } from './gateway.ts';

/** What a person needs after a start: where it is, the key (once), a line to paste, and what comes next. */
export function banner(gateway: OpenGateway, url: string, config: Config): string {
  const base = url.replace('//0.0.0.0:', '//127.0.0.1:');
  const key = gateway.newAdminKey?.reveal() ?? (config.adminKey ? '$GLIDEPATH_ADMIN_KEY' : '$GLIDEPATH_KEY');
  const query =
    'mutation { completionCreate(input: { target: { route: \\"default\\" }, messages: [{ role: USER, parts: [{ text: \\"Hello\\" }] }] }) ' +
    '{ ... on CompletionAccepted { completion { text model { name } cost { total { display } } } } ... on Error { message } } }';
  const lines = [
    '',
    '  Glidepath is ready.',
    '',
    `  GraphQL    ${base}/graphql   (POST, SSE, WebSocket)`,
    `  GraphiQL   ${base}/graphiql`,
    `  Health     ${base}/live  ${base}/ready`,
    `  Database   ${gateway.databaseKind === 'embedded' ? `embedded, in ${config.dataDir}` : 'PostgreSQL'}`,
    '',
    ...keyLines(gateway, config),
    '',
    '  First answer:',
    `  curl -s ${base}/graphql -H "authorization: Bearer ${key}" -H 'content-type: application/json' \\`,
    `    -d '{"query":"${query}"}'`,
    '',
    gateway.realProviders.length > 0
      ? `  Real providers: ${gateway.realProviders.join(', ')}. Try the route "${gateway.realProviders[0]}-small".`
      : '  Add a real provider: start again with OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY set.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function keyLines({ newAdminKey }: OpenGateway, config: Config): string[] {
  if (newAdminKey) {
    return [`  Admin key  ${newAdminKey.reveal()}`, '             Shown this once; only a keyed hash of it is stored.'];
  }
  if (config.adminKey) return ['  Admin key  the one in GLIDEPATH_ADMIN_KEY'];
  return [
    '  Admin key  the one shown at the first start; put it into $GLIDEPATH_KEY.',
    '             Lost it? Start once with GLIDEPATH_ADMIN_KEY set to a new one.',
  ];
}
