/** What snapshots of an organization's providers are refreshed by. */
export function topicOf(organizationId: string): string {
  return `providers:${organizationId}`;
}
