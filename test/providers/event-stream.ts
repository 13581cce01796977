import { crc32 } from 'node:zlib';

/**
 * One frame of Amazon's binary event stream (docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html), as
 * a string of one character per byte.
 * @param type an event's name; with `exception`, the name of an error
 */
export function frame(type: string, payload: object, messageType: 'event' | 'exception' = 'event'): string {
  const headers = Buffer.concat([
    header(`:${messageType}-type`, type),
    header(':content-type', 'application/json'),
    header(':message-type', messageType),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const begun = Buffer.concat([prelude, checksum(prelude), headers, body]);
  return Buffer.concat([begun, checksum(begun)]).toString('latin1');
}

/** 7 is the type of a string. */
function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
