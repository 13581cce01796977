const MAX_LENGTH = 300;

/**
 * A provider's message, fit to be shown and kept: one line, at most 300 characters, no markup, and nothing that looks
 * like a key or an address. Some providers repeat the key they were given when they refuse it.
 */
export function providerWords(message: string): string {
  const line = /^\s*</.test(message) ? '' : message.replace(/\s+/g, ' ').trim();
  const clean = secrets.reduce((text, pattern) => text.replace(pattern, '[removed]'), line);
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
}

const secrets: readonly RegExp[] = [
  // Keys by their usual prefixes, also when partly starred out.
  /\b(?:(?:sk|pk|rk|gsk|xai|hf|r8|gp|key)[-_]|AIza|ya29\.|AKIA|ASIA|eyJ)[\w\-.*+/=]{8,}/g,
  /\bbearer\s+\S+/gi,
  /\b[\w-]*\*{3,}[\w-]*/g,
  // Any other long run of letters and digits mixed: too long for a word, long enough for a secret.
  /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{32,}\b/gi,
  // Where our network ends is nobody's business.
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g,
  /\[?\b(?:[0-9a-f]{1,4}:){3,}[0-9a-f:]*\]?/gi,
];
