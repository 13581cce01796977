import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../http/refusal.ts';
import type { Endpoint, Visit } from '../visit.ts';
import { type Format, formats } from './formats.ts';

const PATH = /^\/audit\/events\.(?<format>jsonl|csv)$/;

/**
 * The audit log as a file: `GET /audit/events.jsonl` or `.csv`, with `?from=` and `?to=` as ISO 8601. JSON lines have
 * all that hashes are made of, for `npm run audit:verify`. That somebody took it is in the log before the first line goes.
 */
export const auditExport: Endpoint = { method: 'GET', path: PATH, scope: 'AUDIT_READ', answer };

async function answer({ rooms, runtime, caller, params, query, response, signal }: Visit): Promise<void> {
  const format = params.format as Format;
  const range = rangeOf(query, runtime.clock.now());
  const { organizationId } = caller;
  await rooms.audit.write({
    organizationId,
    actor: { id: caller.apiKeyId, name: caller.apiKeyName, ip: caller.ip },
    action: 'audit.export',
    resourceType: 'AuditEvent',
    resourceId: organizationId,
    outcome: 'ALLOWED',
    reason: format,
  });
  const { mediaType, head, line } = formats[format];
  response.writeHead(200, {
    'content-type': mediaType,
    'content-disposition': `attachment; filename="audit-events.${format}"`,
  });
  const lines = async function* () {
    if (head !== null) yield head;
    for await (const entry of rooms.audit.entries(organizationId, range)) yield line(entry);
  };
  // A file that breaks off ends without its last chunk, which every client takes for what it is.
  await pipeline(Readable.from(lines()), response, { signal });
}

/** Unix ms. @throws Refusal */
function rangeOf(query: URLSearchParams, now: number): { readonly from: number; readonly to: number } | null {
  const [from, to] = ['from', 'to'].map((name) => {
    const text = query.get(name);
    const at = text === null ? null : Date.parse(text);
    if (Number.isNaN(at))
      throw new Refusal(400, `'${text}' is no time: ${name}=2026-01-31T00:00:00Z.`, name, 'BAD_USER_INPUT');
    return at;
  });
  return from == null && to == null ? null : { from: from ?? 0, to: to ?? now + 1 };
}
