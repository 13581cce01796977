import type { RouteTarget } from '../core/decision.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';
import { ClockRanOut } from './problems.ts';

/**
 * The clocks of one attempt. Each aborts `signal` with a ClockRanOut; the caller's own signal aborts it too.
 * - whole: the target's `timeoutMs`, or what is left until the request's deadline
 * - first byte: 30 s until the provider has accepted the call
 * - first token: the target's `ttftTimeoutMs`, until the first content; without one, only the others run
 * - idle: the target's `idleTimeoutMs`, or 20 s, of silence within the answer. Silence while a model thinks is no fault:
 *   some hide a minute of reasoning behind one event, so the clock rests until they speak.
 * Connecting has its own, in platform/egress.ts. Pings and empty events never come here: they keep nobody alive.
 */
export class Clocks {
  readonly #clock: Clock;
  readonly #parent: AbortSignal;
  readonly #controller = new AbortController();
  /** Rejects what is being waited for. */
  #lose: (reason: unknown) => void = idle;

  readonly #leftMs: number;
  readonly #ttftMs: number | null;
  readonly #idleMs: number;
  // When each of them rings; never, while it rests.
  readonly #wholeAt: number;
  #byteAt: number;
  #tokenAt: number;
  #silentAt = NEVER;
  /** When the one timer wakes: what comes to ring later meanwhile lets it wake for nothing, and be set again. */
  #wakesAt = NEVER;
  #cancel = idle;

  /** @param streaming false: headers come with the whole answer, so there is no first byte to wait for apart */
  constructor(clock: Clock, target: RouteTarget, streaming: boolean, deadlineMs: number, parent: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    if (parent.aborted) this.#follow();
    else parent.addEventListener('abort', this.#follow, { once: true });

    const start = clock.monotonic();
    this.#leftMs = Math.max(0, Math.min(target.timeoutMs, deadlineMs - start));
    this.#ttftMs = target.ttftTimeoutMs;
    this.#idleMs = target.idleTimeoutMs ?? IDLE_MS;
    this.#wholeAt = start + this.#leftMs;
    this.#byteAt = this.#leftMs > FIRST_BYTE_MS && streaming ? start + FIRST_BYTE_MS : NEVER;
    this.#tokenAt = this.#ttftMs === null ? NEVER : start + this.#ttftMs;
    // Woken when a silence may end that began now, so that the first words need not set another timer.
    this.#watch(start + this.#idleMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What `work` comes to; rejects with the signal's reason as soon as it aborts. Once. */
  before<T>(work: Promise<T>): Promise<T> {
    if (this.signal.aborted) {
      work.catch(idle);
      return Promise.reject(this.signal.reason);
    }
    return new Promise((resolve, reject) => {
      this.#lose = reject;
      work.then(resolve, reject);
    });
  }

  /** Headers have come. */
  accepted(): void {
    this.#byteAt = NEVER;
  }

  heard(event: ContentEvent): void {
    this.#tokenAt = NEVER;
    const thinking = event.kind === 'reasoningDelta' || (event.kind === 'partStarted' && event.part === 'reasoning');
    this.#silentAt = thinking ? NEVER : this.#clock.monotonic() + this.#idleMs;
    this.#watch();
  }

  /** Ends the call: whoever still listens to `signal` lets go. */
  abort(): void {
    this.#abort(OVER);
  }

  /** Takes the clocks back; `signal` does not change any more by itself. */
  stop(): void {
    this.#parent.removeEventListener('abort', this.#follow);
    this.#cancel();
  }

  readonly #follow = (): void => this.#abort(this.#parent.reason);

  // The reason first: what the model makes of an abort is heard only after it, and tells less.
  #abort(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#lose(reason);
    this.#controller.abort(reason);
  }

  #watch(latestAt = NEVER): void {
    const next = Math.min(this.#wholeAt, this.#byteAt, this.#tokenAt, this.#silentAt, latestAt);
    if (next >= this.#wakesAt) return;
    this.#cancel();
    this.#wakesAt = next;
    this.#cancel = this.#clock.after(next - this.#clock.monotonic(), () => this.#wake());
  }

  #wake(): void {
    this.#wakesAt = NEVER;
    const now = this.#clock.monotonic();
    if (now >= this.#wholeAt) this.#ring(`No complete answer within ${Math.round(this.#leftMs)} ms.`);
    else if (now >= this.#byteAt) this.#ring(`No answer within ${FIRST_BYTE_MS} ms.`);
    else if (now >= this.#tokenAt) this.#ring(`No first token within ${this.#ttftMs} ms.`);
    else if (now >= this.#silentAt) this.#ring(`The answer stopped for ${this.#idleMs / 1000} s.`);
    else this.#watch();
  }

  #ring(message: string): void {
    this.#abort(new ClockRanOut(message));
  }
}

const FIRST_BYTE_MS = 30_000;
const IDLE_MS = 20_000;
const NEVER = Number.POSITIVE_INFINITY;
/** Nobody looks where it came from. */
const OVER = new Error('the attempt is over');
function idle(): void {}
