import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { agesIn, nowUs } from './words.ts';

/**
 * Asks, in a process of its own. One job at a time by IPC, answered with a Result. HTTP is written straight to sockets that
 * stay open: a client library would cost more than most of what is measured.
 */
/** In a request: stands for an idempotency key of the same length, another one each time. */
export const KEY = '$KEY'.padEnd(32, '.');

export interface Job {
  readonly port: number;
  /** The whole HTTP request; with `socket`, the path, subprotocol message and key of a graphql-transport-ws. */
  readonly request: string;
  readonly socket?: { readonly path: string; readonly authorization: string };
  /** Answers without it are failures. */
  readonly expect: string;
  readonly ms: number;
  /** Callers; each asks again when it has its answer. */
  readonly callers: number;
  /** Questions a second of all callers together; without it, as many as they can. */
  readonly perSecond?: number;
  /** The callers begin one after the other, over so long; what happens until then is not counted. */
  readonly spreadMs?: number;
}

export interface Result {
  readonly answered: number;
  readonly failed: number;
  readonly firstFailure: string | null;
  readonly ms: number;
  /** Percentiles in ms, by 50, 99, 100. */
  readonly latency: Percentiles;
  /** From asking to the first word; of streams only. */
  readonly firstWord: Percentiles;
  /** From the upstream's sending a word to its being here. */
  readonly wordAge: Percentiles;
  readonly words: number;
  /** Of one core. */
  readonly idleShare: number;
}
export type Percentiles = Readonly<Record<'p50' | 'p99' | 'max', number>> | null;

class Caller {
  private socket: Socket | undefined;
  private head = '';
  private seen = '';
  private done: ((text: string) => void) | null = null;
  private readonly port: number;
  private readonly onText: (text: string) => void;

  constructor(port: number, onText: (text: string) => void) {
    this.port = port;
    this.onText = onText;
  }

  ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.head = '';
      this.seen = '';
      this.done = resolve;
      if (!this.socket || this.socket.destroyed) this.socket = this.open();
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket?.destroy();
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.read(text));
    const lost = () => {
      socket.destroy();
      this.end(`connection lost after ${this.seen.slice(0, 200)}`);
    };
    socket.on('error', lost);
    socket.on('close', lost);
    return socket;
  }

  private read(text: string): void {
    this.onText(text);
    this.seen += text;
    if (this.head === '') {
      const end = this.seen.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.seen.slice(0, end + 4);
    }
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.head)?.[1];
    const whole =
      length === undefined
        ? this.seen.endsWith('\r\n0\r\n\r\n')
        : this.seen.length >= this.head.length + Number(length);
    if (whole) this.end(this.seen);
  }

  private end(text: string): void {
    const { done } = this;
    this.done = null;
    done?.(text);
  }
}

/** The same over one WebSocket per caller. */
class SocketCaller {
  private socket: WebSocket | undefined;
  private asked = 0;
  private seen = '';
  private done: ((text: string) => void) | null = null;
  private readonly job: Job;
  private readonly onText: (text: string) => void;

  constructor(job: Job, onText: (text: string) => void) {
    this.job = job;
    this.onText = onText;
  }

  async ask(payload: string): Promise<string> {
    this.socket ??= await this.open();
    return new Promise((resolve) => {
      this.seen = '';
      this.done = resolve;
      this.socket?.send(`{"id":"${++this.asked}","type":"subscribe","payload":${payload}}`);
    });
  }

  close(): void {
    this.socket?.terminate();
  }

  private open(): Promise<WebSocket> {
    const { path, authorization } = this.job.socket!;
    const socket = new WebSocket(`ws://127.0.0.1:${this.job.port}${path}`, 'graphql-transport-ws');
    return new Promise((resolve, reject) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })));
      socket.on('error', reject);
      socket.on('close', () => this.done?.(`connection lost after ${this.seen.slice(0, 200)}`));
      socket.on('message', (data: Buffer) => {
        const text = data.toString('latin1');
        if (text.includes('"type":"connection_ack"')) return resolve(socket);
        if (text.includes('"type":"ping"')) return socket.send('{"type":"pong"}');
        this.onText(text);
        this.seen += text;
        if (/"type":"(complete|error)"/.test(text)) this.done?.(this.seen);
      });
    });
  }
}

const percentiles = (numbers: number[]): Percentiles => {
  if (numbers.length === 0) return null;
  const sorted = Float64Array.from(numbers).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! / 1000;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
};

const pause = (us: number) => new Promise((resolve) => setTimeout(resolve, us / 1000));

/** The timer goes with the answer: it would keep it for its time, and so many answers are gigabytes. */
async function inTime(answer: Promise<string>): Promise<string> {
  const { promise: tooLate, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, 30_000, 'no answer within 30 s');
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function work(job: Job): Promise<Result> {
  const latencies: number[] = [];
  const firstWords: number[] = [];
  const ages: number[] = [];
  let keys = 0;
  let answered = 0;
  let failed = 0;
  let words = 0;
  let firstFailure: string | null = null;

  const cpuBefore = process.cpuUsage();
  const from = nowUs();
  const spreadUs = (job.spreadMs ?? 0) * 1000;
  const countedFrom = from + spreadUs;
  const until = countedFrom + job.ms * 1000;
  let next = from;

  const keyOf = (number: number) => `${process.pid}-${number}-${from}`.padEnd(KEY.length, '-');
  const caller = async (_: unknown, place: number) => {
    let askedAt = 0;
    let spoke = true;
    const onText = (text: string) => {
      const now = nowUs();
      const heard = agesIn(text, now);
      if (heard.length === 0 || now < countedFrom) return;
      words += heard.length;
      for (const age of heard) if (ages.length < 2_000_000) ages.push(age);
      if (spoke) return;
      spoke = true;
      if (askedAt >= countedFrom) firstWords.push(now - askedAt);
    };
    const one = job.socket ? new SocketCaller(job, onText) : new Caller(job.port, onText);
    if (spreadUs > 0) await pause((spreadUs * place) / job.callers);
    while (nowUs() < until) {
      if (job.perSecond !== undefined) {
        // Latency counts from when the question was due: a gateway that makes others wait is not let off.
        askedAt = next;
        next += 1e6 / job.perSecond;
        if (askedAt >= until) break;
        const waitUs = askedAt - nowUs();
        if (waitUs > 0) await pause(waitUs);
        askedAt = Math.max(askedAt, waitUs > 0 ? nowUs() : askedAt);
      } else {
        askedAt = nowUs();
      }
      spoke = false;
      const text = await inTime(one.ask(job.request.replace(KEY, keyOf(++keys))));
      const now = nowUs();
      // What ends before or after the window belongs to nobody's window.
      if (text.includes(job.expect)) {
        if (now < countedFrom) continue;
        if (now <= until) answered++;
        latencies.push(now - askedAt);
      } else {
        failed++;
        firstFailure ??= text.slice(0, 600);
      }
    }
    one.close();
  };
  await Promise.all(Array.from({ length: job.callers }, caller));
  const ms = (nowUs() - from) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    answered,
    failed,
    firstFailure,
    ms: job.ms,
    latency: percentiles(latencies),
    firstWord: percentiles(firstWords),
    wordAge: percentiles(ages),
    words,
    idleShare: Math.max(0, 1 - (cpu.user + cpu.system) / 1000 / ms),
  };
}

process.on('message', (job: Job) => {
  void work(job).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
