/**
 * The files that OpenAI's own Responses API reads, by the beginning of their type, and how their names end: it goes by
 * the name. developers.openai.com/api/docs/guides/file-inputs, read 2026-11-29; the chat API and Azure read PDF alone.
 */
export const openaiFiles = {
  'application/pdf': 'pdf',
  'application/json': 'json',
  'application/rtf': 'rtf',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/xml': 'xml',
  'text/': 'txt',
} as const;

/** What its models may take in a question. */
export const openaiMedia = ['image/', ...Object.keys(openaiFiles)] as const;
