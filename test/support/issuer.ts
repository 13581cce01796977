import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID Connect issuer on this machine, at which whoever comes is the person that was said. */
export interface TestIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who sits at the browser. Null: nobody who knows a password. */
  person: TestPerson | null;
  /** Requests that came, by their paths. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface TestPerson {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
}

/** @param redirectUri the one that it sends people back to */
export async function openIssuer(redirectUri: string): Promise<TestIssuer> {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    asked.push(path);
    if (!path.startsWith('/interaction/')) return void provider.callback()(request, response);
    const { person } = issuer;
    if (!person) return void response.writeHead(401).end('Who are you?');
    void provider.interactionFinished(request, response, { login: { accountId: person.sub, remember: false } });
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ['glidepath', 'a secret of the client, for the tests'];
  const scopes = ['openid', 'email', 'profile', 'groups'];
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    scopes,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    pkce: { required: () => true },
    cookies: { keys: ['the cookies of the issuer in the tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { Session: 60, Interaction: 60, Grant: 60, IdToken: 60, AccessToken: 60 },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...issuer.person, sub }),
    }),
    async loadExistingGrant({ oidc }: { oidc: { client: { clientId: string }; session: { accountId: string } } }) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(scopes.join(' '));
      await grant.save();
      return grant;
    },
  } as never);
  const issuer: TestIssuer = {
    url,
    clientId,
    clientSecret,
    person: null,
    asked,
    async close() {
      http.closeAllConnections();
      await new Promise((closed) => http.close(closed));
    },
  };
  return issuer;
}
