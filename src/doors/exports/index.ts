import { once } from 'node:events';
import { failure } from '../operations/failure.ts';
import type { Vendor, Visit } from '../visit.ts';

/** `GET /exports/ID`: the file of an export, in pieces as they are opened. What it takes is decided where it is kept. */
export const exports: Vendor = {
  endpoints: [{ method: 'GET', path: /^\/exports\/(?<id>xpo_[\w-]{1,60})$/, scope: null, answer }],
  people: true,
  failure,
};

async function answer({ response, rooms, caller, params, signal }: Visit): Promise<void> {
  const { filename, mimeType, pieces } = await rooms.exports.read(caller, params.id!);
  response.writeHead(200, {
    'content-type': mimeType,
    'content-disposition': `attachment; filename="${filename}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  for await (const piece of pieces()) {
    if (signal.aborted) return;
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  response.end();
}
