import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header lines, an empty line, the body. */
  readonly data: string;
}

export interface SmtpServer {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Answers the next mails with 451, which asks the sender to try again later. */
  refuse(mails: number): void;
  close(): Promise<void>;
}

/** As much of RFC 5321 as a sender needs, on a free port of this machine. */
export async function smtpServer(): Promise<SmtpServer> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let refusing = 0;
  const server = createServer(async (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test ready');
    let [from, to]: [string, string[]] = ['', []];
    let data: string[] | null = null;
    for await (const line of createInterface({ input: socket })) {
      if (data && line !== '.') data.push(line.replace(/^\.\./, '.'));
      else if (data) {
        if (refusing > 0) say(`451 later (${refusing--})`);
        else {
          received.push({ from, to, data: data.join('\n') });
          say('250 taken');
        }
        [from, to, data] = ['', [], null];
      } else if (/^(EHLO|HELO) /i.test(line)) say('250 test');
      else if (/^MAIL FROM:/i.test(line)) {
        from = addressIn(line);
        say('250 ok');
      } else if (/^RCPT TO:/i.test(line)) {
        to.push(addressIn(line));
        say('250 ok');
      } else if (/^DATA$/i.test(line)) {
        data = [];
        say('354 go on');
      } else if (/^QUIT$/i.test(line)) {
        say('221 bye');
        socket.end();
      } else say('502 not here');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received,
    refuse(mails) {
      refusing = mails;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
