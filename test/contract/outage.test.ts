import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { UnavailableProblem } from '../../src/core/problem.ts';
import { createRedisAnswers } from '../../src/platform/answers/redis.ts';
import { createRedisBus } from '../../src/platform/bus/redis.ts';
import { createRedisCounters } from '../../src/platform/counters/redis.ts';
import { openRedis, type RedisDeadlines, type RedisLink } from '../../src/platform/redis.ts';
import { createRedisRunLog } from '../../src/platform/runlog/redis.ts';
import { testKeyring } from '../support/keyring.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.ts';
import { freshPrefix, onRedis, realRuntime, redisLink, redisUrl } from './redis.ts';
import { entries, eventually, follow, range } from './runlog.ts';

/** A little shorter than in production, so that an outage is noticed and over sooner. */
const deadlines: RedisDeadlines = { commandMs: 200, silenceMs: 300, connectMs: 500, reconnectMs: 100, heartbeatMs: 50 };
const patient = { timeout: 5000 };

/** A link over a wire that can go bad, and one beside it over a good wire. */
async function badWire(over: Partial<RedisDeadlines> = {}) {
  const prefix = freshPrefix();
  const direct = await redisLink(prefix);
  const { hostname, port, pathname } = new URL(redisUrl!);
  const wire = await tcpProxy({ host: hostname, port: Number(port || 6379) });
  onTestFinished(() => wire.close());
  const runtime = realRuntime();
  const link = await openRedis(`redis://127.0.0.1:${wire.port}${pathname}`, prefix, runtime, { ...deadlines, ...over });
  onTestFinished(() => link.close());
  await healed(link);
  return { wire, link, direct, runtime };
}

const breakages = {
  cut: { begin: (wire: TcpProxy) => wire.cut(), end: (wire: TcpProxy) => wire.mend() },
  frozen: { begin: (wire: TcpProxy) => wire.freeze(), end: (wire: TcpProxy) => wire.thaw() },
} as const;

const noticed = (link: RedisLink) => vi.waitFor(() => expect(link.healthy()).toBe(false), patient);
/** Later than `noticed`: from here on nothing goes onto the wire any more. */
const cutOff = (link: RedisLink) =>
  vi.waitFor(async () => {
    const refused = await link.run((redis) => redis.ping()).catch((error) => String(error.cause));
    expect(refused).toContain("isn't writeable");
  }, patient);
const healed = (link: RedisLink) => vi.waitFor(() => expect(link.healthy()).toBe(true), patient);

describe.skipIf(!redisUrl)(`an outage of Redis, ${onRedis}`, () => {
  describe.each(Object.entries(breakages))('%s', (_kind, { begin, end }) => {
    test('ends every command with UnavailableProblem, and all works again by itself', async () => {
      const { wire, link } = await badWire();
      begin(wire);
      const failing = [
        link.run((redis) => redis.get(link.key('x'))),
        createRedisCounters(link, realRuntime()).take([{ key: 'k', limit: 1, windowMs: 1000, cost: 1 }]),
        createRedisCounters(link, realRuntime()).take([{ key: 'k', limit: 1, leaseMs: 1000 }]),
        createRedisCounters(link, realRuntime()).used('k', 1000),
        createRedisAnswers(link, testKeyring).get('k'),
        createRedisAnswers(link, testKeyring).purge('k'),
      ];
      for (const outcome of await Promise.allSettled(failing)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE', dependency: 'redis' } });
        expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(UnavailableProblem);
      }
      await noticed(link);
      end(wire);
      await healed(link);
      expect(await link.run((redis) => redis.get(link.key('x')))).toBeNull();
    });

    test('executes nothing afterwards of what was asked for in between', async () => {
      const { wire, link, direct } = await badWire();
      begin(wire);
      await cutOff(link);
      const asked = Array.from({ length: 20 }, () => link.run((redis) => redis.incr(link.key('late'))));
      for (const outcome of await Promise.allSettled(asked)) expect(outcome.status).toBe('rejected');
      end(wire);
      await healed(link);
      expect(await link.run((redis) => redis.incr(link.key('count')))).toBe(1);
      expect(await direct.run((redis) => redis.get(direct.key('late')))).toBeNull();
    });

    test('is told of once when it begins and once when it is over', async () => {
      const { wire, link, runtime } = await badWire();
      for (const _time of [1, 2]) {
        begin(wire);
        await noticed(link);
        await expect(link.run((redis) => redis.ping())).rejects.toThrow();
        end(wire);
        await healed(link);
      }
      const levels = runtime.log.lines.filter(({ message }) => message.includes('Redis')).map(({ level }) => level);
      expect(levels).toEqual(['warn', 'info', 'warn', 'info']);
    });

    test('drops news for others, keeps the own, throws nothing, and subscriptions live on', async () => {
      const { wire, link, direct, runtime } = await badWire();
      const [here, there] = [createRedisBus(link, runtime), createRedisBus(direct, runtime)];
      const [near, far, back] = [[], [], []] as Json[][] as [Json[], Json[], Json[]];
      here.subscribe('topic', (message) => near.push(message));
      there.subscribe('topic', (message) => far.push(message));
      begin(wire);
      await cutOff(link);
      here.subscribe('asked for during the outage', (message) => back.push(message));
      await here.publish('topic', 'lost 1');
      await here.publish('topic', 'lost 2');
      expect(near).toEqual(['lost 1', 'lost 2']);
      expect(runtime.log.lines.filter(({ message }) => message.includes('dropped'))).toHaveLength(1);
      end(wire);
      await healed(link);
      await vi.waitFor(async () => {
        await here.publish('topic', 'heard');
        await there.publish('topic', 'answer');
        await there.publish('asked for during the outage', 'answer');
        expect(far).toContain('heard');
        expect(near).toContain('answer');
        expect(back).toContain('answer');
      }, patient);
      expect(far).not.toContain('lost 1');
    });

    test('does not hold up a run: readers here go on, readers elsewhere catch up afterwards', async () => {
      const { wire, link, direct, runtime } = await badWire();
      const [writer, reader] = [
        createRedisRunLog(link, testKeyring, runtime),
        createRedisRunLog(direct, testKeyring, realRuntime()),
      ];
      onTestFinished(async () => void (await Promise.all([writer.dispose(), reader.dispose()])));
      await writer.open('run_1');
      writer.append('run_1', entries(1, 10));
      const [near, far] = [follow(writer, 'run_1'), follow(reader, 'run_1')];
      await vi.waitFor(() => expect(far.seqs()).toEqual(range(1, 10)), patient);
      begin(wire);
      for (let seq = 11; seq <= 2000; seq++) writer.append('run_1', entries(seq, seq));
      await vi.waitFor(() => expect(near.seqs()).toEqual(range(1, 2000)));
      await noticed(link);
      writer.append('run_1', entries(2001, 2001));
      await writer.open('run_2');
      writer.close('run_1', 60_000);
      await vi.waitFor(() => expect(near.state()).toBe('ended'));
      expect(far.seqs()).toEqual(range(1, 10));
      end(wire);
      await vi.waitFor(() => expect(far.state()).toBe('ended'), patient);
      expect(far.all()).toEqual(entries(1, 2001));
      await vi.waitFor(async () => expect(await reader.read('run_2')).toEqual([]), patient);
    });

    test('lets distant readers wait for its end, or leave at once; new ones are told', async () => {
      const { wire, link, direct } = await badWire();
      const clock = new ManualClock();
      const reader = createRedisRunLog(link, testKeyring, { ...realRuntime(), clock });
      const writer = createRedisRunLog(direct, testKeyring, realRuntime());
      onTestFinished(async () => void (await Promise.all([writer.dispose(), reader.dispose()])));
      await writer.open('run_1');
      const leaving = new AbortController();
      const [stays, leaves] = [follow(reader, 'run_1'), follow(reader, 'run_1', 0, leaving)];
      writer.append('run_1', entries(1, 1));
      await eventually(clock, () => expect([stays.seqs(), leaves.seqs()]).toEqual([[1], [1]]));
      begin(wire);
      await noticed(link);
      leaving.abort();
      await vi.waitFor(() => expect(leaves.state()).toBe('ended'));
      const late = follow(reader, 'run_1');
      await vi.waitFor(() => expect(late.state()).toBeInstanceOf(UnavailableProblem), patient);
      for (const _look of [1, 2, 3]) {
        await clock.advance(1000);
        await expect(reader.followers('run_1')).rejects.toBeInstanceOf(UnavailableProblem);
      }
      writer.append('run_1', entries(2, 2));
      writer.close('run_1', 60_000);
      expect(stays.state()).toBe('reading');
      end(wire);
      await healed(link);
      await eventually(clock, () => expect(stays.state()).toBe('ended'));
      expect(stays.seqs()).toEqual([1, 2]);
    });
  });

  test('ends a command at its own deadline, long before a silent connection is given up', async () => {
    const { wire, link } = await badWire({ silenceMs: 60_000 });
    wire.freeze();
    await expect(link.run((redis) => redis.get(link.key('x')))).rejects.toBeInstanceOf(UnavailableProblem);
    wire.thaw();
    await healed(link);
  });

  test('does not hold a distant reader that leaves while an answer is owed', async () => {
    const { wire, link, direct } = await badWire({ commandMs: 60_000, silenceMs: 60_000 });
    const clock = new ManualClock();
    const reader = createRedisRunLog(link, testKeyring, { ...realRuntime(), clock });
    const writer = createRedisRunLog(direct, testKeyring, realRuntime());
    onTestFinished(async () => void (await Promise.all([writer.dispose(), reader.dispose()])));
    await writer.open('run_1');
    writer.append('run_1', entries(1, 1));
    const leaving = new AbortController();
    const reading = follow(reader, 'run_1', 0, leaving);
    await eventually(clock, () => expect(reading.seqs()).toEqual([1]));
    wire.freeze();
    await clock.advance(1000);
    leaving.abort();
    await vi.waitFor(() => expect(reading.state()).toBe('ended'));
    wire.thaw(); // the link, too, would wait its long time before it hangs up
  });

  test('at the start is waited for briefly, then the link heals by itself', async () => {
    const { hostname, port } = new URL(redisUrl!);
    const wire = await tcpProxy({ host: hostname, port: Number(port || 6379) });
    onTestFinished(() => wire.close());
    for (const { begin, end } of Object.values(breakages)) {
      begin(wire);
      const link = await openRedis(`redis://127.0.0.1:${wire.port}`, freshPrefix(), realRuntime(), deadlines);
      onTestFinished(() => link.close());
      expect(link.healthy()).toBe(false);
      await expect(link.run((redis) => redis.ping())).rejects.toBeInstanceOf(UnavailableProblem);
      end(wire);
      await healed(link);
      expect(await link.run((redis) => redis.ping())).toBe('PONG');
    }
  });

  test('is not what a closed link is: it stays closed and says nothing', async () => {
    const { link, runtime } = await badWire();
    await link.close();
    await expect(link.run((redis) => redis.ping())).rejects.toBeInstanceOf(UnavailableProblem);
    expect(link.healthy()).toBe(false);
    expect(runtime.log.lines).toEqual([]);
  });
});
