import { Redis } from 'ioredis';
import type { OpenGateway } from '../../src/gateway.ts';

/** Everything that a gateway keeps, as text: what is not found in here is nowhere. */

/** All rows of all tables. Bytes stand in it in hexadecimal. */
export async function databaseDump({ prisma, rooms }: OpenGateway): Promise<string> {
  await rooms.usage.flush();
  await rooms.content.flush();
  const tables = await prisma.$queryRawUnsafe<{ name: string }[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      prisma.$queryRawUnsafe<{ row: string }[]>(`SELECT '${name} ' || t::text AS row FROM "${name}" AS t`),
    ),
  );
  return rows.flatMap((table) => table.map(({ row }) => row)).join('\n');
}

/** Everything in the tests' own Redis; nothing when there is none. */
export async function redisDump(): Promise<string> {
  const url = process.env.GLIDEPATH_TEST_REDIS_URL;
  if (!url) return '';
  const redis = new Redis(url);
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  await redis.quit();
  return [...keys, ...values.map((value) => value?.toString('latin1') ?? '')].join('\n');
}
