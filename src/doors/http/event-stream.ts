import type { ServerResponse } from 'node:http';
import { Gathered, UNBUFFERED } from '../../core/gathered.ts';
import type { Clock } from '../../core/runtime.ts';
import type { Step } from '../../core/turns.ts';

/** Server-sent events to one listener, at the pace at which it reads. */
export interface EventStream {
  /** Resolves when the listener can take more, or has gone. `event` names it; left out, it has no name. */
  send(data: string, event?: string): Step;
  /** A line that parsers skip. */
  comment(text: string): Step;
  end(): void;
}

/** Proxies and load balancers commonly cut connections that are silent for 30 to 60 s. */
const SILENCE_MS = 10_000;

/**
 * Begins the answer, whose headers go out with its first piece. While nothing is sent, `sign` is, every 10 s; a listener
 * that has stopped reading gets none.
 * @param sign of life: a whole event, or a comment
 */
export function openEventStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  sign = ': keep-alive\n\n',
): EventStream {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    ...UNBUFFERED,
  });
  let over = false;
  let saidAt = clock.monotonic();
  let stopSigns = () => {};
  /** One timer for the whole stream, and not one for each piece of it: it looks how long ago the last one was. */
  const look = () => {
    const rest = saidAt + SILENCE_MS - clock.monotonic();
    if (rest <= 0 && response.writableLength === 0) void write(sign);
    stopSigns = clock.after(rest > 0 ? rest : SILENCE_MS, look);
  };

  const gathered = new Gathered(response);
  function write(text: string): Step {
    if (over || response.destroyed) return;
    saidAt = clock.monotonic();
    return gathered.say(text);
  }

  const end = () => {
    over = true;
    stopSigns();
    gathered.end();
  };
  response.once('close', () => {
    over = true;
    stopSigns();
  });
  look();
  return {
    send: (data, event) => write(`${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`),
    comment: (text) => write(`: ${text}\n\n`),
    end,
  };
}
