import { createServer, type Socket } from 'node:net';
import { nowUs, wordOf } from './words.ts';

/**
 * A provider that costs next to nothing: OpenAI's chat completions, written straight to the socket. A prompt that says
 * "200 words, 20 ms apart" is answered with so many when a stream is asked for. Prints its port; IPC "cpu" is answered
 * with the ms of CPU it has used.
 */
const SAID = 'A control tower sees every plane and speaks with every pilot.';
const BODY = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-4o-mini',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: SAID },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 42, completion_tokens: 12, total_tokens: 54 },
});
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

const httpChunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const event = (choice: string, usage = 'null') =>
  `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-4o-mini","choices":[${choice}],"usage":${usage}}\n\n`;
const wordEvent = () => event(`{"index":0,"delta":{"content":"${wordOf(nowUs())} "},"finish_reason":null}`);
const lastEvents = (words: number) =>
  event('{"index":0,"delta":{},"finish_reason":"stop"}') +
  event('', `{"prompt_tokens":42,"completion_tokens":${words},"total_tokens":${42 + words}}`) +
  'data: [DONE]\n\n';

/** The answer in one piece, for who asks for it as a stream: a gateway does, where it wants to know how a provider fares. */
const SENTENCE = (() => {
  const said = SAID.split(' ').map((word) => event(`{"index":0,"delta":{"content":"${word} "},"finish_reason":null}`));
  return `${STREAM_HEAD}${httpChunk(said.join('') + lastEvents(12))}0\r\n\r\n`;
})();

function stream(socket: Socket, words: number, everyMs: number): void {
  const first = event('{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}');
  if (everyMs === 0) {
    let body = first;
    for (let word = 0; word < words; word++) body += wordEvent();
    socket.write(`${STREAM_HEAD}${httpChunk(body)}${httpChunk(lastEvents(words))}0\r\n\r\n`);
    return;
  }
  socket.write(STREAM_HEAD + httpChunk(first));
  let said = 0;
  const timer = setInterval(() => {
    socket.write(httpChunk(wordEvent()));
    if (++said < words) return;
    stop();
    socket.off('close', stop);
    socket.write(`${httpChunk(lastEvents(words))}0\r\n\r\n`);
  }, everyMs);
  const stop = () => clearInterval(timer);
  socket.once('close', stop);
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    pending += text;
    for (;;) {
      const head = pending.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(pending.slice(0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (pending.length < end) return;
      const body = pending.slice(head + 4, end);
      pending = pending.slice(end);
      if (!/"stream": ?true/.test(body)) {
        socket.write(ANSWER);
        continue;
      }
      const [, words, everyMs] = /(\d+) words, (\d+) ms apart/.exec(body) ?? [];
      if (words === undefined) socket.write(SENTENCE);
      else stream(socket, Number(words), Number(everyMs));
    }
  });
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit(0));
