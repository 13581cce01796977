import { LRUCache } from 'lru-cache';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Egress } from '../../platform/egress.ts';

/** What we are to an issuer. */
export interface Client {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
}

/** What must come back as it was sent, and what only this browser and we know. */
export interface Question {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What an issuer says about a person, with the claims as they came. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** OpenID Connect as its client: any issuer, found out about by its own description of itself. */
export interface Issuers {
  /** Where to send the browser, for an answer that comes to `redirectUri`. */
  ask(client: Client, redirectUri: string): Promise<Question & { readonly location: string }>;
  /**
   * Exchanges the code in the answer's address for who the person is: state, issuer, PKCE, and the ID token's signature,
   * audience, times and nonce are checked.
   * @throws whatever the network, the issuer or the checks say
   */
  answer(client: Client, question: Question, address: URL): Promise<Claims>;
}

const TIMEOUT_S = 10;
/** Issuers change their keys and endpoints now and then; a key that is not known is looked for earlier. */
const DESCRIPTION_MS = 60 * 60 * 1000;

export function createIssuers(egress: Egress): Issuers {
  const described = new LRUCache<string, Promise<Configuration>>({ max: 100, ttl: DESCRIPTION_MS });

  function configurationOf(client: Client): Promise<Configuration> {
    const name = JSON.stringify([client.issuer, client.clientId, client.clientSecret]);
    const known = described.get(name);
    if (known) return known;
    const { issuer, clientId, clientSecret } = client;
    const execute = [enableNonRepudiationChecks];
    if (new URL(issuer).protocol === 'http:') execute.push(allowInsecureRequests);
    const found = discovery(new URL(issuer), clientId, undefined, authOf(clientSecret), {
      execute,
      timeout: TIMEOUT_S,
      [customFetch]: egress.fetch as never,
    });
    described.set(name, found);
    // What could not be found out is asked again.
    found.catch(() => described.delete(name));
    return found;
  }

  return {
    async ask(client, redirectUri) {
      const [configuration, verifier] = [await configurationOf(client), randomPKCECodeVerifier()];
      const question = { state: randomState(), nonce: randomNonce(), verifier };
      const { href } = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: client.scopes.join(' '),
        state: question.state,
        nonce: question.nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { ...question, location: href };
    },

    async answer(client, { state, nonce, verifier }, address) {
      const configuration = await configurationOf(client);
      const tokens = await authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      if (!configuration.serverMetadata().userinfo_endpoint) return claims;
      // Many issuers keep the ID token short and tell the rest only here.
      return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
    },
  };
}

/** As the issuer wants the secret; where it says nothing, in the header, as the specification has it. */
function authOf(secret: string | null): ClientAuth {
  if (secret === null) return None();
  const [inBody, inHeader] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (issuer, ...rest) => {
    const ways = issuer.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (ways.includes('client_secret_basic') ? inHeader : inBody)(issuer, ...rest);
  };
}
