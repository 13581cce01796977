import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';

/** What is said of a variable; nothing when it is taken. */
function complaint(variable: string, value: string): string | null {
  try {
    readConfig({ [variable]: value });
    return null;
  } catch (error) {
    const { mistakes } = error as ConfigError;
    expect(error).toBeInstanceOf(ConfigError);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(`${variable}=`);
    return mistakes[0]!.split('. Example')[0]!;
  }
}

describe('a variable of the environment', () => {
  test.each([
    ['PORT', ' ', 'is no whole number from 0 to 65535'],
    ['PORT', '0x10', 'is no whole number from 0 to 65535'],
    ['PORT', '65536', 'is no whole number from 0 to 65535'],
    ['GLIDEPATH_DRAIN_MS', '1e3', 'is no whole number from 0 to 3600000'],
    ['GLIDEPATH_EGRESS_ALLOW', '10.0.0.0/', 'has "10.0.0.0/", which is no host[:port], address or CIDR block'],
    [
      'GLIDEPATH_EGRESS_ALLOW',
      '127.0.0.1,10.0.0.0/33',
      'has "10.0.0.0/33", which is no host[:port], address or CIDR block',
    ],
    [
      'GLIDEPATH_EGRESS_ALLOW',
      'http://localhost:11434',
      'has "http://localhost:11434", which is no host[:port], address or CIDR block',
    ],
    [
      'GLIDEPATH_ALLOWED_ORIGINS',
      'https://a.example.com/',
      'has "https://a.example.com/", which is no origin as browsers write it, without a path',
    ],
    [
      'GLIDEPATH_ALLOWED_ORIGINS',
      'a.example.com',
      'has "a.example.com", which is no origin as browsers write it, without a path',
    ],
    ['GLIDEPATH_RUN_HEADERS', 'session-id', 'has "session-id", which is no header with the name of an agent'],
    ['GLIDEPATH_FILE_TYPES', 'image/*', 'has "image/*", which is no media type or beginning of one'],
    ['GLIDEPATH_SMTP_FROM', 'Glidepath', 'is no e-mail address'],
  ])('%s=%s is a mistake that is named', (variable, value, why) => {
    expect(complaint(variable, value)).toBe(`${variable} ${why}`);
  });

  test.each([
    ['PORT', ' 4001 '],
    ['PORT', ''],
    ['GLIDEPATH_EGRESS_ALLOW', 'localhost:11434, 127.0.0.1,[::1]:80,fd00::/8 , 10.0.0.0/8,my_host.local'],
    ['GLIDEPATH_ALLOWED_ORIGINS', 'https://a.example.com,http://localhost:5173,capacitor://localhost'],
    ['GLIDEPATH_RUN_HEADERS', 'X-Claude-Code-Session-Id=claude-code, session_id=my agent'],
    ['GLIDEPATH_FILE_TYPES', 'image/,application/vnd.openxmlformats-officedocument.,text/plain'],
    ['GLIDEPATH_SMTP_FROM', 'The house <ai@example.com>'],
    ['GLIDEPATH_SMTP_FROM', 'ai@example.com'],
  ])('%s=%s is taken', (variable, value) => {
    expect(complaint(variable, value)).toBeNull();
  });
});
