import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ENDPOINT_PATH } from './endpoint.ts';
import { exampleTabs } from './graphiql-tabs.ts';

/** GraphiQL in one page that loads nothing from anywhere; 9 MB, 2.5 MB compressed. */
export interface GraphiqlPage {
  readonly html: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

/**
 * The page may run what is written in it and speak to this server; the browser keeps it from everything else. (Its
 * editor builds workers from blobs and styles at run time.)
 */
export const graphiqlPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

let page: Promise<GraphiqlPage> | null = null;

/** Rendered when somebody first asks, since most servers are never asked; kept from then on. */
export function graphiqlPage(): Promise<GraphiqlPage> {
  page ??= render();
  return page;
}

async function render(): Promise<GraphiqlPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const headers = '{ "authorization": "Bearer " }';
  const html = Buffer.from(
    renderGraphiQL({
      title: 'Glidepath',
      endpoint: ENDPOINT_PATH,
      subscriptionsProtocol: 'SSE',
      defaultTabs: exampleTabs.map((tab) => ({ ...tab, headers })),
      headers,
      defaultEditorToolsVisibility: 'headers',
      shouldPersistHeaders: false,
    }),
  );
  const gzipped = await promisify(gzip)(html);
  return { html, gzipped, etag: `"${createHash('sha256').update(html).digest('base64url')}"` };
}
