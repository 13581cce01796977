/**
 * What went wrong in gateways and GraphQL servers of others, by the ids of its advisories: each is a test of
 * advisories.test.ts or of another file, or cannot happen here.
 */
export type Verdict =
  | { readonly what: string; readonly test: string; readonly file?: string }
  | { readonly what: string; readonly notApplicable: string };

export const advisories: Readonly<Record<string, Verdict>> = {
  // LiteLLM
  'CVE-2024-6587': {
    what: 'a base URL in a request gets the provider key',
    test: 'a request names no address that a key is sent to',
  },
  'CVE-2024-5710': {
    what: "teams of others are changed by anybody's key",
    test: 'teams are changed by those who manage people, and never those of others',
  },
  'CVE-2024-9606': {
    what: 'keys stand in the log but for five characters',
    test: 'no key is in the log, nor in an error',
  },
  'GHSA-h6m6-jj8v-94jj': { what: 'SQL in a filter of the spend log', test: 'SQL in whatever text is text' },
  'PYSEC-2026-387': { what: 'a chat template runs code', test: 'templates are text' },
  'CVE-2025-45809': { what: 'SQL in the id of a key to block', test: 'SQL in whatever text is text' },
  'CVE-2025-11203': { what: 'the health check shows keys', test: 'health checks say nothing about configuration' },
  'CVE-2026-35029': {
    what: 'configuration is changed without being an admin',
    test: 'who may ask models changes nothing else',
  },
  'CVE-2026-37004': { what: 'a prompt under test runs code', test: 'templates are text' },
  'CVE-2026-40217': { what: 'a guard-rail is code that is run', test: 'nothing that is sent is run' },
  'CVE-2026-42208': { what: 'SQL in the key itself, before anybody was let in', test: 'SQL in a key is a wrong key' },
  'CVE-2026-42271': { what: 'a test of an MCP server starts a process', test: 'nothing that is sent is run' },
  'CVE-2026-47101': {
    what: 'a key is stored with rights that its maker has not got',
    test: 'nobody gives himself more than he has',
  },
  'CVE-2026-47102': { what: 'people write their own role', test: 'nobody gives himself more than he has' },
  'CVE-2026-12773': { what: 'the check of a key can be gone round', test: 'a key is asked for on every path' },
  'CVE-2026-12795': {
    what: 'a debug path of single sign-on shows what it should not',
    test: 'a key is asked for on every path',
  },
  'CVE-2026-12798': {
    what: 'an OpenAPI document is loaded from anywhere',
    notApplicable:
      'No OpenAPI or MCP document is loaded. Whatever is fetched goes through the one egress, see outgoing.ts.',
  },
  'PYSEC-2026-388': {
    what: 'the Host header decides which path is meant',
    test: 'the path decides, whatever headers say',
  },
  'PYSEC-2026-4068': {
    what: 'keys of admins are changed by those who are none',
    test: 'keys of an admin are out of reach of whoever is weaker',
  },
  'PYSEC-2026-4074': {
    what: 'a guard-rail does not see some kinds of calls',
    test: '',
    file: 'test/policies/matrix.test.ts',
  },
  'MAL-2026-2144': {
    what: 'a release with somebody else’s code in it',
    test: 'what is installed is what was locked, and runs nothing when it is',
  },
  // Portkey
  'CVE-2025-66405': {
    what: 'a header names the host that is called',
    test: 'a request names no address that a key is sent to',
  },
  'CVE-2026-110719': {
    what: 'this machine is trusted as a destination',
    test: '',
    file: 'test/platform/egress.test.ts',
  },
  // Bifrost
  'CVE-2026-55245': {
    what: 'five ranges of addresses are missing in the guard',
    test: '',
    file: 'test/platform/egress.test.ts',
  },
  'CVE-2026-86242': {
    what: 'a plugin is fetched from anywhere',
    notApplicable: 'There are no plugins: what runs is what was installed.',
  },
  // Kong
  'CVE-2026-96437': {
    what: 'a prompt larger than a buffer is not looked at',
    test: 'a rule that cannot see all of a prompt lets none of it through',
  },
  'CVE-2020-11710': {
    what: 'the admin API listens on every address',
    test: 'by default nobody but this machine is listened to',
  },
  // GraphQL servers
  'CVE-2023-26144': {
    what: 'fields that overlap take validation for ever',
    test: '',
    file: 'test/graphql/hostile.test.ts',
  },
  'CVE-2026-75507': { what: 'repeated inline fragments do', test: '', file: 'test/graphql/hostile.test.ts' },
  'CVE-2026-40476': { what: 'thousands of equal fields do', test: '', file: 'test/graphql/hostile.test.ts' },
  'CVE-2026-35523': {
    what: 'the legacy WebSocket protocol knows no authentication',
    test: '',
    file: 'test/server/doors.test.ts',
  },
  'CVE-2026-35526': { what: 'a socket takes any number of subscriptions', test: '', file: 'test/server/doors.test.ts' },
  'CVE-2026-32594': {
    what: 'the WebSocket goes round the checks of HTTP',
    test: '',
    file: 'test/security/authorization/matrix.test.ts',
  },
  'CVE-2026-5423': {
    what: 'claims that the client decoded itself are believed',
    test: 'who somebody is is not for him to say',
  },
  'CVE-2026-118666': {
    what: 'of two subscriptions on one socket, the newer gets what is for the older',
    test: 'subscriptions that share a socket each get what is theirs',
  },
  'CVE-2023-22477': {
    what: 'a subscription without a connection takes the process down',
    test: 'a socket that speaks out of turn is closed, and nothing else',
  },
};
