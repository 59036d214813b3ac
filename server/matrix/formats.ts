/** Every format of an export: what people call it, what it is for, and how its file is sent. Who writes it is in writers.ts. */
export const formats = {
  docx: { word: 'Word document', use: 'Section IV to paste into the report', mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
  pdf: { word: 'PDF', use: 'Section IV to read, send and print as it stands', mediaType: 'application/pdf' },
  xlsx: { word: 'Excel workbook', use: 'the matrix, the mapping, every item and every exception to filter', mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  csv: { word: 'CSV', use: 'one row for each test, for other tools', mediaType: 'text/csv; charset=utf-8' },
  json: { word: 'JSON', use: 'everything that was read, by a published schema, for programs', mediaType: 'application/json; charset=utf-8' },
} as const

export type Format = keyof typeof formats
