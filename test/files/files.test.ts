import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Runtime } from '../../src/core/runtime.ts';
import { answers, type Loopback, loopback } from '../providers/loopback.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';
import { systemRuntime } from '../support/runtime.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const HOUR_MS = 3_600_000;

let gateway: TestGateway;
let server: Loopback;
/** What the other server hands out. */
let page: { readonly status?: number; readonly headers?: Record<string, string>; readonly body: Buffer };
let passed = 0;
const runtime: Runtime = { ...systemRuntime, clock: { ...systemRuntime.clock, now: () => Date.now() + passed } };

beforeAll(async () => {
  server = await loopback((response, request) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/a.png' }).end();
    response.writeHead(page.status ?? 200, page.headers ?? {});
    response.end(page.body);
  });
  const environment = {
    GLIDEPATH_EGRESS_ALLOW: new URL(server.url).host,
    GLIDEPATH_FILE_BYTES: '100000',
    GLIDEPATH_FILE_TOTAL_BYTES: '1000000',
  };
  gateway = await openTestGateway({ runtime, environment });
});
afterAll(async () => {
  await gateway.close();
  await server.close();
});
afterEach(() => {
  passed = 0;
});

interface Saved {
  readonly __typename: string;
  readonly id: string;
  readonly file: { readonly mimeType: string; readonly sizeBytes: number; readonly expiresAt: string | null } | null;
  readonly change: { readonly replayed: boolean };
  readonly message: string;
  readonly issues: readonly { readonly path: readonly string[]; readonly code: string; readonly message: string }[];
}

async function run<Answer>(name: string, variables: object, key?: string): Promise<Answer> {
  const data = await gateway.ask<Record<string, Answer>>(await operation(name), variables, key);
  return Object.values(data)[0]!;
}

const create = (input: object, key?: string) =>
  run<Saved>('FileCreate', { input: { filename: 'a.png', mimeType: 'image/png', ...input } }, key);
const find = (id: string, key?: string) => run<{ base64: string; sha256: string } | null>('File', { id }, key);
const png = { content: PNG.toString('base64') };

describe('a file', () => {
  test('comes back byte for byte, with its hash, its size and a receipt', async () => {
    const saved = await create({ ...png, purpose: 'logo' });
    expect(saved).toMatchObject({
      __typename: 'FileSaved',
      file: { filename: 'a.png', mimeType: 'image/png', sizeBytes: PNG.length, purpose: 'logo', expiresAt: null },
      change: { replayed: false },
    });
    const sha256 = createHash('sha256').update(PNG).digest('hex');
    expect(await find(saved.id)).toMatchObject({ ...{ sha256 }, base64: png.content });
    const { nodes } = await run<{ nodes: { id: string }[] }>('Files', { first: 5 });
    expect(nodes[0]?.id).toBe(saved.id);
    const events = await gateway.gateway.prisma.auditEvent.findMany({ where: { resourceId: saved.id } });
    expect(events.map(({ action }) => action)).toEqual(['file.create']);
  });

  test('is stored sealed, apart from what is known about it', async () => {
    const { id } = await create(png);
    const content = await gateway.gateway.prisma.fileContent.findUniqueOrThrow({ where: { fileId: id } });
    expect(Buffer.from(content.sealed).includes(PNG.subarray(0, 8))).toBe(false);
    expect(content.sealed.length).toBeGreaterThan(PNG.length);
  });

  test('of another organization does not exist', async () => {
    const { id } = await create(png);
    const stranger = await gateway.stranger();
    expect(await find(id, stranger)).toBeNull();
    expect(await run('FileDelete', { id }, stranger)).toMatchObject({ __typename: 'NotFoundError' });
    expect(await run('Files', { first: 5 }, stranger)).toMatchObject({ nodes: [] });
    const node = await gateway.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, stranger);
    expect(node).toEqual({ node: null });
    expect(await find(id)).not.toBeNull();
  });

  test('needs scopes of its own', async () => {
    const reader = await gateway.keyWith('FILES_READ');
    expect(await create(png, reader)).toMatchObject({ __typename: 'ForbiddenError' });
    const writer = await gateway.keyWith('FILES_WRITE');
    const refused = await gateway.raw(await operation('Files'), { first: 1 }, writer);
    expect(refused.errors?.[0]?.message).toContain('FILES_READ');
  });

  test('is gone with fileDelete, bytes and all', async () => {
    const { id } = await create(png);
    expect(await run('FileDelete', { id })).toMatchObject({ __typename: 'FileSaved', id, file: null });
    expect(await find(id)).toBeNull();
    expect(await gateway.gateway.prisma.fileContent.findUnique({ where: { fileId: id } })).toBeNull();
  });

  test('is gone when its time has come, before the job has removed it', async () => {
    const { id, file } = await create({ ...png, retention: 'PT1H' });
    expect(file?.expiresAt).not.toBeNull();
    passed = HOUR_MS + 1000;
    expect(await find(id)).toBeNull();
    expect(await gateway.gateway.prisma.storedFile.findUnique({ where: { id } })).not.toBeNull();
    expect(await gateway.gateway.rooms.files.sweep()).toBeGreaterThan(0);
    expect(await gateway.gateway.prisma.storedFile.findUnique({ where: { id } })).toBeNull();
  });

  test('is the same one for the same idempotency key, and none for the same key with other bytes', async () => {
    const first = await create({ ...png, idempotencyKey: 'once' });
    const again = await create({ ...png, idempotencyKey: 'once' });
    expect(again).toMatchObject({ id: first.id, change: { replayed: true } });
    const other = Buffer.concat([PNG, PNG]).toString('base64');
    expect(await create({ content: other, idempotencyKey: 'once' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    });
  });
});

describe('a file is refused', () => {
  test.each([
    ['is no base64', { content: 'not base64!' }, 'content', 'INVALID'],
    ['is empty', { content: '' }, 'content', 'INVALID'],
    ['is given twice', { ...png, url: 'https://example.com/a.png' }, 'content', 'CUSTOM'],
    ['is not given', {}, 'content', 'CUSTOM'],
    ['is another type than it says', { ...png, mimeType: 'image/jpeg' }, 'mimeType', 'TYPE_MISMATCH'],
    ['says text and is none', { ...png, mimeType: 'text/plain' }, 'mimeType', 'TYPE_MISMATCH'],
    ['is of a type nobody keeps', { ...png, mimeType: 'application/x-msdownload' }, 'mimeType', 'TYPE_NOT_ACCEPTED'],
    ['has a path for a name', { ...png, filename: '../../etc/passwd' }, 'filename', 'CUSTOM'],
  ])('that %s', async (_why, input, path, code) => {
    const result = await create(input);
    expect(result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [path], code }] });
  });

  test('that is larger than the limit, which is named with who can raise it', async () => {
    const large = Buffer.concat([PNG, randomBytes(100_000)]).toString('base64');
    const { issues } = await create({ content: large });
    expect(issues[0]).toMatchObject({ path: ['content'], code: 'FILE_TOO_LARGE' });
    for (const word of ['100000', 'maxFileBytes', 'fileLimitSave', 'GLIDEPATH_FILE_BYTES']) {
      expect(issues[0]?.message).toContain(word);
    }
  });
});

describe('a file from a URL', () => {
  test('is fetched through redirects', async () => {
    page = { body: PNG };
    const saved = await create({ url: `${server.url}/moved` });
    expect(saved).toMatchObject({ __typename: 'FileSaved', file: { sizeBytes: PNG.length } });
  });

  test('is refused when its server does, when it is too large, or leads round in circles', async () => {
    page = { status: 404, body: Buffer.from('no') };
    expect((await create({ url: `${server.url}/a.png` })).message).toContain('answers 404');
    page = { body: Buffer.concat([PNG, randomBytes(100_001)]) };
    expect((await create({ url: `${server.url}/a.png` })).issues[0]?.code).toBe('FILE_TOO_LARGE');
    page = { status: 302, headers: { location: '/again' }, body: Buffer.alloc(0) };
    expect((await create({ url: `${server.url}/a.png` })).message).toContain('more than 3 times');
  });

  test('is never fetched from a private address, also not by way of a public one', async () => {
    const secret = await loopback(answers(200, { secret: true }));
    try {
      expect((await create({ url: `${secret.url}/` })).message).toContain('not public');
      page = { status: 302, headers: { location: `${secret.url}/` }, body: Buffer.alloc(0) };
      expect((await create({ url: `${server.url}/a.png` })).message).toContain('not public');
      expect((await create({ url: 'file:///etc/passwd' })).message).toContain('no http or https URL');
      expect(secret.asked).toEqual([]);
    } finally {
      await secret.close();
    }
  });
});

describe('an organization', () => {
  test('can be stricter than its deployment, and not laxer', async () => {
    const key = await gateway.stranger();
    const limits = (input: object) => run<Saved>('FileLimitSave', { input }, key);
    expect(await run('FileLimits', {}, key)).toMatchObject({ maxFileBytes: 100_000, usedBytes: 0 });
    expect(await limits({ maxFileBytes: 200_000 })).toMatchObject({ issues: [{ path: ['maxFileBytes'] }] });
    expect(await limits({ mimeTypes: ['application/zip'] })).toMatchObject({ __typename: 'ValidationError' });
    expect(await limits({ maxFileBytes: 15, mimeTypes: ['image/'] })).toMatchObject({
      __typename: 'FileLimitSaved',
      limits: { maxFileBytes: 15, maxTotalBytes: 1_000_000, mimeTypes: ['image/'] },
    });
    expect((await create(png, key)).issues[0]?.code).toBe('FILE_TOO_LARGE');
    const text = { mimeType: 'text/plain', content: Buffer.from('hi').toString('base64') };
    expect((await create(text, key)).issues[0]?.code).toBe('TYPE_NOT_ACCEPTED');
  });

  test('never keeps more than it may, however many arrive at once', async () => {
    const key = await gateway.stranger();
    await run('FileLimitSave', { input: { maxTotalBytes: PNG.length * 3 } }, key);
    const results = await Promise.all(Array.from({ length: 8 }, () => create(png, key)));
    const kept = results.filter(({ __typename }) => __typename === 'FileSaved');
    expect(kept).toHaveLength(3);
    expect(results.find(({ __typename }) => __typename === 'ValidationError')?.issues[0]?.code).toBe('FILES_FULL');
    await run('FileDelete', { id: kept[0]!.id }, key);
    expect((await create(png, key)).__typename).toBe('FileSaved');
  });
});
