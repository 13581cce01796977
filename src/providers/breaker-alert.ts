import type { TellAlert } from '../core/alert.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import type { BreakerNews } from './health.ts';

const HOUR_MS = 3_600_000;

/** Tells whose provider is in trouble, and when it is over: each once per model and hour, whichever instances see it. */
export function breakerAlerts(database: Pick<Database, 'query'>, tell: TellAlert, { clock, log }: Runtime) {
  const alert = async (news: BreakerNews): Promise<void> => {
    const { providerId, modelId, kind, lastCode, failures, calls } = news;
    const [row] = await database.query<{ organizationId: string; slug: string }>(
      'SELECT organization_id AS "organizationId", slug FROM provider WHERE id = $1',
      [providerId],
    );
    if (!row) return;
    const { organizationId, slug } = row;
    const name = `${slug}/${modelId}`;
    const opened = kind === 'OPENED';
    tell({
      organizationId,
      kind: 'PROVIDER',
      key: `breaker:${name}:${kind}:${Math.floor(clock.now() / HOUR_MS)}`,
      severity: opened ? 'CRITICAL' : 'INFO',
      title: opened ? `${name} is failing and rests` : `${name} answers again`,
      message: opened
        ? `${failures} of its latest ${calls} calls failed, the last one with ${lastCode}. It is tried again by itself.`
        : 'Its breaker has closed: calls are sent to it as before.',
      scope: { kind: 'MODEL', reference: name },
      facts: { provider: slug, model: name, breaker: kind, failures, attempts: calls, lastError: lastCode },
    });
  };
  return (news: BreakerNews): void => {
    alert(news).catch((error) => log.error({ err: error, ...news }, 'nobody was told of a breaker'));
  };
}
